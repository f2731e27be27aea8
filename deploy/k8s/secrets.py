"""Prints new Secrets for a cluster, for `kubectl create`. Stores nothing.

    python -m deploy.k8s.secrets --owner-email owner@example.com | kubectl --namespace mostrador create -f -

Keys and passwords are new each time, so use `create`, which does not replace existing Secrets. The first
owner's password is in the Secret `first-owner`. `--dev` adds the logins that operators make in production.
`--next-key` changes the key of one service, see docs/deployment.md.
"""

import argparse
import base64
import json
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from deploy.logins import with_logins
from libs.common.auth.keys import SigningKey, jwks
from libs.common.clock import system_clock
from libs.servers.rabbitmq import SMALL_LOG, definitions_from
from libs.services import PARTS, SERVICES
from services.auth.domain.signing_keys import kid_made_at

Manifest = dict[str, Any]
PASSWORD_BYTES = 16
PUBLIC_KEYS = "services.jwks.json"


def service_key_manifests() -> Iterator[Manifest]:
    """A private key for each service and the gateway, and the public keys of all."""
    keys = [SigningKey.generate(name) for name in PARTS]
    for key in keys:
        yield secret(f"{key.kid}-key", {"service.pem": key.pem().decode()})
    yield _public_keys(jwks(keys)["keys"])


def next_key_manifests(name: str, published: Manifest, now: datetime) -> Iterator[Manifest]:
    """A new private key for one service; its previous public key stays published, older ones are removed."""
    known = json.loads(published["data"][PUBLIC_KEYS])["keys"]
    before = [jwk for jwk in known if jwk["kid"].partition(".")[0] == name]
    others = [jwk for jwk in known if jwk not in before]
    key = SigningKey.generate(f"{name}.{kid_made_at(now)}")
    yield _public_keys([*others, *before[-1:], key.jwk()])
    yield secret(f"{name}-key", {"service.pem": key.pem().decode()})


def signing_key_manifest() -> Manifest:
    """The first key that signs user tokens."""
    key = SigningKey.generate(kid_made_at(system_clock()))
    return secret("signing-keys", {f"{key.kid}.pem": key.pem().decode()})


def owner_manifest(email: str, username: str) -> Manifest:
    """The first owner's account; the Secret may be deleted after the first login."""
    return secret("first-owner", {"email": email, "username": username, "password": _password()})


def broker_login_manifests(passwords: Mapping[str, str]) -> Iterator[Manifest]:
    """Each part's login at the broker: the component `topology` or `--definitions` makes it known there."""
    for login, password in passwords.items():
        uri = f"amqp://{login}:{password}@rabbitmq:5672/"
        yield secret(f"{login}-broker", {"username": login, "password": password, "uri": uri})


def definitions_of(secrets_there: Manifest) -> str:
    """The broker's definitions, with the logins of the Secrets that `broker_login_manifests` made."""
    passwords = {}
    for each in secrets_there["items"]:
        data = {name: base64.b64decode(value).decode() for name, value in each["data"].items()}
        passwords[data["username"]] = data["password"]
    if missing := set(PARTS) - passwords.keys():
        raise SystemExit(f"no login for {', '.join(sorted(missing))}")
    return with_logins({login: passwords[login] for login in PARTS}, administrator=None)


def new_passwords() -> dict[str, str]:
    """A password for each login at the broker."""
    return {login: _password() for login in PARTS}


def process_login_manifests(
    passwords: Mapping[str, str], host: str, pooler: str | None = None
) -> Iterator[Manifest]:
    """The database login of each service's processes; the hosts may contain `{service}`."""
    for service, password in passwords.items():
        role = f"{service}_app"
        login = {"username": role, "password": password}
        for key, server in (("uri", host), ("pooled-uri", pooler)):
            if server is not None:
                address = server.format(service=service)
                login[key] = f"postgresql://{role}:{password}@{address}:5432/{service}"
        yield secret(f"{service}-db-process", login, kind="kubernetes.io/basic-auth")


def operated_login_manifests() -> Iterator[Manifest]:
    """The logins of the processes at databases and broker that operators run."""
    passwords = {service: _password() for service in SERVICES}
    yield from process_login_manifests(passwords, "{service}-db-rw", "{service}-db-pooler")
    yield from broker_login_manifests(new_passwords())


def server_manifests() -> Iterator[Manifest]:
    """Logins for the dev overlay's PostgreSQL and RabbitMQ."""
    owners, processes = ({service: _password() for service in SERVICES} for _ in range(2))
    of_processes = {f"{service}_app": password for service, password in processes.items()}
    yield secret("postgres", {"postgres": _password(), **owners, **of_processes})
    for service, password in owners.items():
        uri = f"postgresql://{service}:{password}@postgres:5432/{service}"
        yield secret(f"{service}-db-app", {"uri": uri})
    yield from process_login_manifests(processes, "postgres")
    logins = new_passwords()
    yield from broker_login_manifests(logins)
    files = {
        "definitions.json": with_logins(logins, administrator=_password()),
        "20-definitions.conf": definitions_from("/etc/rabbitmq/definitions.json") + SMALL_LOG,
    }
    yield secret("rabbitmq-definitions", files)


def secret(name: str, values: Mapping[str, str], kind: str = "Opaque") -> Manifest:
    """The manifest of a Secret."""
    return _manifest("Secret", name, type=kind, stringData=dict(values))


def _public_keys(keys: Sequence[Mapping[str, str]]) -> Manifest:
    document = json.dumps({"keys": keys}, indent=2)
    return _manifest("ConfigMap", "service-keys", data={PUBLIC_KEYS: document})


def _manifest(kind: str, name: str, **members: object) -> Manifest:
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": name}, **members}


def _password() -> str:
    return secrets.token_hex(PASSWORD_BYTES)  # needs no escaping in a URL or a command line


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        prog="secrets", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--owner-email", help="who the first owner is")
    parser.add_argument("--owner-username", default="owner")
    parser.add_argument("--dev", action="store_true", help="also the logins of the dev overlay's servers")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--service-keys", action="store_true", help="nothing but new keys of all services")
    only.add_argument(
        "--logins",
        action="store_true",
        help="nothing but new logins of all processes at databases and broker",
    )
    only.add_argument(
        "--definitions",
        action="store_true",
        help="the broker's definitions for `rabbitmqctl import_definitions`; reads the Secrets of its logins "
        "as JSON from stdin",
    )
    only.add_argument(
        "--next-key",
        choices=PARTS,
        help="nothing but one service's new key; the ConfigMap service-keys as JSON is read from stdin",
    )
    arguments = parser.parse_args()
    if arguments.definitions:
        sys.stdout.write(definitions_of(json.load(sys.stdin)))
        return
    if arguments.next_key:
        items = list(next_key_manifests(arguments.next_key, json.load(sys.stdin), system_clock()))
    elif arguments.service_keys:
        items = list(service_key_manifests())
    elif arguments.logins:
        items = list(operated_login_manifests())
    elif arguments.owner_email:
        owner = owner_manifest(arguments.owner_email, arguments.owner_username)
        items = [*service_key_manifests(), signing_key_manifest(), owner]
        items += server_manifests() if arguments.dev else operated_login_manifests()
    else:
        parser.error("--owner-email is needed")
    json.dump({"apiVersion": "v1", "kind": "List", "items": items}, sys.stdout, indent=2)


if __name__ == "__main__":
    main()
