#!/bin/sh
# Healthy means: the account that stacks use can read the tables over TCP. The server that only loads the tables has no TCP.
MYSQL_PWD="$VICIDIAL_DB_PASSWORD" exec mariadb --protocol=tcp --host=127.0.0.1 --user=voicebridge --batch --skip-column-names \
  --execute="SELECT db_schema_version FROM system_settings" asterisk
