#!/bin/bash
# Starts Asterisk and the daemon; when one of them ends, so does the container.
set -eu

# A certificate of its own at the first start, for the name that callers dial. It is kept in the volume.
cert=/var/lib/edge/tls.pem
if [[ ! -s $cert ]]; then
    openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=${EDGE_TLS_NAME:-28y698lhv2f.sip.livekit.cloud}" \
        -addext "subjectAltName=DNS:${EDGE_TLS_NAME:-28y698lhv2f.sip.livekit.cloud},DNS:edge" \
        -keyout /var/lib/edge/tls-key.pem -out "$cert.new" 2> /dev/null
    mv "$cert.new" "$cert"
fi

# ARI listens on loopback only; its password lives as long as the container's run and nobody else learns it.
EDGE_ARI_SECRET=$(openssl rand -hex 24)
export EDGE_ARI_SECRET
umask 077
printf '[edge]\ntype = user\npassword = %s\n' "$EDGE_ARI_SECRET" > /run/edge/ari-user.conf

# A restart must not hear the calls of the run before.
rm -rf /var/lib/edge/calls

# -f: in the foreground, with no console; what it logs goes to stderr (logger.conf).
LD_PRELOAD=/opt/edge/methods.so asterisk -f -C /etc/asterisk/asterisk.conf >&2 &
asterisk=$!
node /opt/edge/main.js &
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
echo "asterisk or the daemon has ended (status $code)" >&2
stop 1
