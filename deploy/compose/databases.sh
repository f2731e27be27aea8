#!/bin/bash
# Runs once, when PostgreSQL starts on an empty volume: makes a role and a database for each service, named after it;
# no role can connect to another's database.
set -euo pipefail

sql() {
  psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres "$@"
}

for service in auth catalog sales customers analytics chatbot; do
  password="${service^^}_DATABASE_PASSWORD"
  sql --set name="$service" --set password="${!password}" <<'SQL'
create role :"name" login password :'password';
create database :"name" owner :"name";
revoke connect, temporary on database :"name" from public;
SQL
done
sql --command 'revoke connect, temporary on database postgres, template1 from public'
