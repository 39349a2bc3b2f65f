#!/bin/sh
# Prepares the data directory once, then runs the server. Accounts are written anew at every start, so a changed password
# holds after a restart and rights never grow by hand.
#   VICIDIAL_DB_PASSWORD        required: password of `voicebridge`, the account that stacks use
#   VICIDIAL_DB_ADMIN_PASSWORD  optional: makes `voicebridge_admin`, which may create databases (tests)
#   VICIDIAL_DB_DIALLER_PASSWORD optional: makes `cron`, the account of a lab's diallers; the seed's diallers and other
#                               people's campaigns are then switched off: real diallers register themselves, and would call
#   VICIDIAL_DB_LEADS_PASSWORD  optional: makes `leads`, the account of the lead service, which reads leads and nothing else
#   VICIDIAL_SCHEMA             1720 (default) or 1302
set -eu

data=/var/lib/mysql
sql=/usr/local/share/vicidial/sql
done_mark="$data/vicidial-schema"
accounts=/run/mysqld/accounts.sql

fail() { echo "database: $*" >&2; exit 1; }

[ -n "${VICIDIAL_DB_PASSWORD:-}" ] || fail "set VICIDIAL_DB_PASSWORD: the account voicebridge has no default password"
case "$VICIDIAL_SCHEMA" in 1720|1302) ;; *) fail "VICIDIAL_SCHEMA is '$VICIDIAL_SCHEMA': choose 1720 or 1302" ;; esac

quoted() { printf "'%s'" "$(printf '%s' "$1" | sed "s/[\\\\']/\\\\&/g")"; }

# SELECT, INSERT, UPDATE and DELETE are all that a stack needs (GET_LOCK and information_schema come free).
write_accounts() {
  umask 077
  cat > "$accounts" << SQL
CREATE OR REPLACE USER 'voicebridge'@'%' IDENTIFIED BY $(quoted "$VICIDIAL_DB_PASSWORD");
GRANT SELECT, INSERT, UPDATE, DELETE ON asterisk.* TO 'voicebridge'@'%';
SQL
  if [ -n "${VICIDIAL_DB_ADMIN_PASSWORD:-}" ]; then
    cat >> "$accounts" << SQL
CREATE OR REPLACE USER 'voicebridge_admin'@'%' IDENTIFIED BY $(quoted "$VICIDIAL_DB_ADMIN_PASSWORD");
GRANT ALL PRIVILEGES ON *.* TO 'voicebridge_admin'@'%' WITH GRANT OPTION;
SQL
  else
    echo "DROP USER IF EXISTS 'voicebridge_admin'@'%';" >> "$accounts"
  fi
  if [ -n "${VICIDIAL_DB_DIALLER_PASSWORD:-}" ]; then
    cat >> "$accounts" << SQL
CREATE OR REPLACE USER 'cron'@'%' IDENTIFIED BY $(quoted "$VICIDIAL_DB_DIALLER_PASSWORD");
GRANT SELECT, INSERT, UPDATE, DELETE ON asterisk.* TO 'cron'@'%';
SQL
  fi
  if [ -n "${VICIDIAL_DB_LEADS_PASSWORD:-}" ]; then
    cat >> "$accounts" << SQL
CREATE OR REPLACE USER 'leads'@'%' IDENTIFIED BY $(quoted "$VICIDIAL_DB_LEADS_PASSWORD");
GRANT SELECT ON asterisk.vicidial_list TO 'leads'@'%';
SQL
  fi
  chown mysql:mysql "$accounts"
  umask 022
}

sql_files() {
  ls "$sql"/1302/*.sql
  [ "$VICIDIAL_SCHEMA" = 1302 ] || ls "$sql"/1720/*.sql
  ls "$sql"/seed/*.sql
  [ "$VICIDIAL_SCHEMA" = 1302 ] || ls "$sql"/seed-1720/*.sql
}

# A start that died half-way leaves no mark: begin again from nothing.
initialise() {
  find "$data" -mindepth 1 -delete
  chown mysql:mysql "$data"
  mariadb-install-db --user=mysql --datadir="$data" --auth-root-authentication-method=socket --skip-test-db > /dev/null
  socket=/run/mysqld/initialise.sock
  mariadbd --user=mysql --skip-networking --socket="$socket" &
  server=$!
  until mariadb-admin --socket="$socket" ping > /dev/null 2>&1; do
    kill -0 "$server" 2> /dev/null || fail "the server does not start, see above"
    sleep 0.2
  done
  echo "CREATE DATABASE asterisk" | mariadb --socket="$socket"
  for file in $(sql_files); do
    mariadb --socket="$socket" asterisk < "$file" || fail "$file does not load"
  done
  if [ -n "${VICIDIAL_DB_DIALLER_PASSWORD:-}" ]; then
    mariadb --socket="$socket" asterisk << SQL
UPDATE servers SET active = 'N', active_asterisk_server = 'N', generate_vicidial_conf = 'N';
UPDATE vicidial_campaigns SET active = 'N' WHERE campaign_id NOT LIKE 'SIGMA%';
SQL
  fi
  mariadb-admin --socket="$socket" shutdown
  wait "$server"
  echo "$VICIDIAL_SCHEMA" > "$done_mark"
}

[ -e "$done_mark" ] || initialise
write_accounts
exec mariadbd --user=mysql --init-file="$accounts"
