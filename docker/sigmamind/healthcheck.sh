#!/bin/bash
# Healthy means: the control API answers, which it does only once the API itself listens. The API is not asked, because a
# test that reads its log of requests would find ours in it. Bash opens the connection: a Node for each check costs more.
set -eu
exec 3<> "/dev/tcp/127.0.0.1/${SIGMAMIND_SIM_CONTROL_PORT}"
printf 'GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
read -r status <&3
[[ $status == *" 200 "* ]]
