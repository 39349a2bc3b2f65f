#!/bin/bash
# Healthy means: a lead can be read, because the service asks the database for the answer. Bash opens the connection: a Node
# for each check costs more.
set -eu
exec 3<> "/dev/tcp/127.0.0.1/${LEADS_HEALTH_PORT}"
printf 'GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
read -r status <&3
[[ $status == *" 200 "* ]]
