#!/bin/bash
# Starts RabbitMQ with the definitions of broker.json and a user for each login, written at every start: a volume that an
# earlier version made gets them too. Passwords are in /passwords, letters and digits.
set -euo pipefail

user() {
  local password
  password=$(cat "/passwords/$1") || exit # else one that is missing would be an empty password
  printf '{"name": "%s", "password": "%s", "tags": "%s"}' "$1" "$password" "$2"
}

users=$(user mostrador administrator)
for login in auth catalog sales customers analytics chatbot gateway; do
  tags=""
  [[ $login != gateway ]] || tags=listener # so that `subscribers list` shows it
  users+=", $(user "$login" "$tags")"
done
umask 077
{
  printf '{\n  "users": [%s],\n' "$users"
  tail --lines=+2 /mostrador/broker.json
} >/etc/rabbitmq/definitions.json
chown rabbitmq /etc/rabbitmq/definitions.json
umask 022
cat >/etc/rabbitmq/conf.d/20-definitions.conf <<END
# Once, and again when they have changed: at a restart RabbitMQ 4 may find a stream too late for the binding to it,
# and then ends its start (rabbitmq-server issue 14772), which compose repeats.
definitions.import_backend = local_filesystem
definitions.local.path = /etc/rabbitmq/definitions.json
definitions.skip_if_unchanged = true
# The management plugin makes subscribers; its statistics count every message and are left out.
management_agent.disable_metrics_collector = true
management.rates_mode = none
# In memory until a new file begins; by default 512 MiB, more than the container has.
raft.wal_max_size_bytes = 33554432
END
exec docker-entrypoint.sh rabbitmq-server
