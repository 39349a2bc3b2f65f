#!/bin/bash
# Healthy means: Asterisk's events reach the daemon and SIP answers OPTIONS; the control API asks both.
set -eu
exec 3<> "/dev/tcp/127.0.0.1/${EDGE_CONTROL_PORT}"
printf 'GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
read -r status <&3
[[ $status == *" 200 "* ]]
