#!/bin/bash
# Starts Asterisk and the daemon; when one of them ends, so does the container.
set -eu

fail() { echo "dialler: $*" >&2; exit 1; }

secret=${DIALLER_AMI_SECRET:-}
[[ $secret =~ ^[A-Za-z0-9]{8,20}$ ]] || fail "set DIALLER_AMI_SECRET (8-20 letters and digits): the manager account cron has no default secret"
[[ $DIALLER_AMI_PORT =~ ^[0-9]+$ ]] || fail "DIALLER_AMI_PORT is no port: $DIALLER_AMI_PORT"

# Every interface of the container: loopback and the lab's network, which is the dialler's own address.
(
    umask 077
    cat > /etc/asterisk/manager.conf << EOT
[general]
enabled = yes
bindaddr = 0.0.0.0
port = $DIALLER_AMI_PORT

[cron]
secret = $secret
read = system,call,log,verbose,command,agent,user,originate
write = system,call,log,verbose,command,agent,user,originate
writetimeout = 1000
EOT
)

# Asterisk's own files include these; the daemon writes them as soon as it has read the database.
for name in extensions sip pjsip pjsip_wizard iax; do
    [[ -e /etc/asterisk/$name-vicidial.conf ]] || : > "/etc/asterisk/$name-vicidial.conf"
done
rm -f "$DIALLER_HEALTH_FILE"

# -f: in the foreground, without a console. Its log is /var/log/asterisk/messages.
asterisk -f >&2 &
asterisk=$!
node /opt/dialler/main.js &
daemon=$!

# The daemon first, so that it does not complain about an Asterisk that is meant to go.
stop() {
    trap '' TERM INT
    kill -TERM "$daemon" 2> /dev/null || true
    wait "$daemon" 2> /dev/null || true
    kill -TERM "$asterisk" 2> /dev/null || true
    wait "$asterisk" 2> /dev/null || true
    exit "$1"
}
trap 'stop 0' TERM INT
code=0
wait -n || code=$?
echo "dialler: Asterisk or the daemon has ended (status $code)" >&2
stop 1
