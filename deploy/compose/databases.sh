#!/bin/bash
# Runs when PostgreSQL starts on an empty volume, and may be run again: then roles get the passwords of /passwords.
# Makes a database for each service, a role of its name that owns the tables and migrates them, and <service>_app for
# its processes, which only reads and writes what the migrations grant. No role can connect to another's database.
set -euo pipefail

sql() {
  psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres "$@"
}

for service in auth catalog sales customers analytics chatbot; do
  # Assigned first, so that one that is missing ends the script: as an argument it would be an empty password.
  owner=$(cat "/passwords/$service")
  process=$(cat "/passwords/${service}_app")
  # Passwords come through standard input: arguments are shown in the list of processes.
  {
    printf "\\set owner '%s'\n\\set process '%s'\n" "$owner" "$process"
    cat <<'SQL'
select not exists (select from pg_roles where rolname = :'name') as is_new \gset
\if :is_new
create role :"name" login;
create database :"name" owner :"name";
\endif
select not exists (select from pg_roles where rolname = :'app') as is_new \gset
\if :is_new
create role :"app" login;
\endif
alter role :"name" password :'owner';
alter role :"app" password :'process';
revoke connect, temporary on database :"name" from public;
grant connect on database :"name" to :"app";
SQL
  } | sql --set name="$service" --set app="${service}_app"
done
sql --command 'revoke connect, temporary on database postgres, template1 from public'
