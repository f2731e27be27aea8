#!/bin/bash
# Runs when PostgreSQL starts on an empty volume, and may be run again. Makes a database for each service, a role of
# its name that owns the tables and migrates them, and <service>_app for its processes, which only reads and writes
# what the migrations grant. No role can connect to another service's database.
set -euo pipefail

sql() {
  psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres "$@"
}

for service in auth catalog sales customers analytics chatbot; do
  owner="${service^^}_DATABASE_PASSWORD" process="${service^^}_APP_PASSWORD"
  sql --set name="$service" --set app="${service}_app" --set owner="${!owner}" --set process="${!process}" <<'SQL'
select not exists (select from pg_roles where rolname = :'name') as is_new \gset
\if :is_new
create role :"name" login password :'owner';
create database :"name" owner :"name";
\endif
select not exists (select from pg_roles where rolname = :'app') as is_new \gset
\if :is_new
create role :"app" login password :'process';
\endif
revoke connect, temporary on database :"name" from public;
grant connect on database :"name" to :"app";
SQL
done
sql --command 'revoke connect, temporary on database postgres, template1 from public'
