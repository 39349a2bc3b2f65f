#!/bin/bash
# Healthy means: the daemon is connected to Asterisk, has read the configuration once and looks after its lines (it touches the
# file at every turn of the remote agents' loop), and Asterisk has loaded what the daemon wrote.
set -eu
[[ -n $(find "$DIALLER_HEALTH_FILE" -newermt '-20 seconds' 2> /dev/null) ]]
asterisk -rx 'dialplan show vicidial-auto' | grep -q "Context 'vicidial-auto'"
