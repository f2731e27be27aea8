"""Which Secrets does a cluster need that nobody else makes? Printed for `kubectl create`, kept nowhere.

    python -m deploy.k8s.secrets --owner-email owner@example.com | kubectl --namespace mostrador create -f -

Keys and passwords are new each time, so `create` is right: it refuses to replace what is there. The first
owner's password is in the Secret `first-owner`. `--dev` adds the logins that operators make in production.
"""

import argparse
import json
import secrets
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from deploy.compose.keys import public_keys
from deploy.local.layout import SERVICES
from libs.common.auth.keys import SigningKey
from libs.common.clock import system_clock

Manifest = dict[str, Any]
PASSWORD_BYTES = 16


def service_key_manifests() -> Iterator[Manifest]:
    """A private key for each service, and the public halves of all."""
    keys = {service: SigningKey.generate(service) for service in SERVICES}
    for service, key in keys.items():
        yield secret(f"{service}-key", {"service.pem": key.pem().decode()})
    yield _manifest("ConfigMap", "service-keys", data={"services.jwks.json": public_keys(keys).decode()})


def signing_key_manifest() -> Manifest:
    """The first key that signs user tokens."""
    key = SigningKey.generate(f"{system_clock():%Y-%m-%d}")
    return secret("signing-keys", {f"{key.kid}.pem": key.pem().decode()})


def owner_manifest(email: str, username: str) -> Manifest:
    """Who the first owner is; may be deleted once they have logged in."""
    return secret("first-owner", {"email": email, "username": username, "password": _password()})


def server_manifests() -> Iterator[Manifest]:
    """Logins for the dev overlay's PostgreSQL and RabbitMQ."""
    passwords = {service: _password() for service in SERVICES}
    variables = {f"{service.upper()}_DATABASE_PASSWORD": password for service, password in passwords.items()}
    yield secret("postgres", {"POSTGRES_PASSWORD": _password(), **variables})
    for service, password in passwords.items():
        uri = f"postgresql://{service}:{password}@postgres:5432/{service}"
        yield secret(f"{service}-db-app", {"uri": uri})
    yield secret("rabbitmq-default-user", {"username": "mostrador", "password": _password()})


def secret(name: str, values: Mapping[str, str]) -> Manifest:
    """A Secret as the cluster's interface takes it."""
    return _manifest("Secret", name, type="Opaque", stringData=dict(values))


def _manifest(kind: str, name: str, **members: object) -> Manifest:
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": name}, **members}


def _password() -> str:
    return secrets.token_hex(PASSWORD_BYTES)  # fits into a URL and a command line as it is


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        prog="secrets", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--owner-email", help="who the first owner is")
    parser.add_argument("--owner-username", default="owner")
    parser.add_argument("--dev", action="store_true", help="also the logins of the dev overlay's servers")
    parser.add_argument("--service-keys", action="store_true", help="nothing but new keys of the services")
    arguments = parser.parse_args()
    items = list(service_key_manifests())
    if not arguments.service_keys:
        if not arguments.owner_email:
            parser.error("--owner-email is needed")
        items += [signing_key_manifest(), owner_manifest(arguments.owner_email, arguments.owner_username)]
        items += server_manifests() if arguments.dev else ()
    json.dump({"apiVersion": "v1", "kind": "List", "items": items}, sys.stdout, indent=2)


if __name__ == "__main__":
    main()
