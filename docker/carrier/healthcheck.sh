#!/bin/bash
# Healthy means: Asterisk is fully booted and its manager interface answers the daemon, which then says so.
set -eu
exec 3<> "/dev/tcp/127.0.0.1/${CARRIER_CONTROL_PORT}"
printf 'GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
read -r status <&3
[[ $status == *" 200 "* ]]
