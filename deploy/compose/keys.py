"""Makes the keys and passwords of a suite in containers at its first start: `python keys.py FOLDER`.

FOLDER has a folder for each container that needs some, each on its own volume, so that a container sees only
its own: `<name>/service.pem`, `<name>/services.jwks.json` with the public keys of all, and the addresses of
its database and of the broker with their passwords; `<service>-owner/` has the login that migrates. auth's
keys for signing user tokens are in `signing/`, the first owner's password is in `first-owner/`.
"""

import secrets
import sys
from pathlib import Path

import orjson

from libs.common.auth.keys import SigningKey, jwks
from libs.common.clock import system_clock
from libs.common.private_file import write_private
from libs.services import PARTS, SERVICES

ADMINISTRATOR = "mostrador"
OWNER_AND_GROUP_ONLY = 0o640
"""Root owns the files; the services' group may read them."""
ANYBODY_WITH_THE_VOLUME = 0o644
"""PostgreSQL and RabbitMQ read as users of their own; no other container has their volumes."""


def make_keys(folder: Path) -> None:
    """Make missing keys; existing ones stay."""
    signing = folder / "signing"
    if not any(signing.glob("*.pem")):
        # later keys are made by `python -m services.auth.keys rotate`
        _write(signing / f"{system_clock():%Y-%m-%d}.pem", SigningKey.generate("signing").pem())
    keys = [_service_key(folder / part / "service.pem", part) for part in PARTS]
    for part in PARTS:
        _write(folder / part / "services.jwks.json", orjson.dumps(jwks(keys)))


def make_passwords(folder: Path) -> None:
    """Make missing passwords, and write the addresses that hold them; existing passwords stay."""

    def password(path: str) -> str:
        return _kept(folder / path)

    _kept(folder / "first-owner/password", OWNER_AND_GROUP_ONLY)
    password("postgres/postgres")
    password("grafana/admin")
    for service in SERVICES:
        _database(folder / f"{service}-owner", service, service, password(f"postgres/{service}"))
        _database(folder / service, f"{service}_app", service, password(f"postgres/{service}_app"))
    for part in PARTS:
        _broker(folder / part, part, password(f"rabbitmq/{part}"))
    _broker(folder / "operator", ADMINISTRATOR, password(f"rabbitmq/{ADMINISTRATOR}"))


def _database(folder: Path, role: str, database: str, password: str) -> None:
    _write(folder / "database-url", f"postgresql://{role}:{password}@postgres:5432/{database}".encode())


def _broker(folder: Path, login: str, password: str) -> None:
    _write(folder / "amqp-url", f"amqp://{login}:{password}@rabbitmq:5672/".encode())


def _service_key(path: Path, service: str) -> SigningKey:
    if path.exists():
        return SigningKey.from_pem(service, path.read_bytes())
    key = SigningKey.generate(service)
    _write(path, key.pem())
    return key


def _kept(path: Path, mode: int = ANYBODY_WITH_THE_VOLUME) -> str:
    """The password in the file, which is made if it is missing."""
    if not path.exists():
        _write(path, secrets.token_hex(24).encode(), mode)
    return path.read_text()


def _write(path: Path, content: bytes, mode: int = OWNER_AND_GROUP_ONLY) -> None:
    """Write a file atomically that only its owner and group may read, or anybody if `mode` says so."""
    path.parent.mkdir(exist_ok=True)
    write_private(path, content.decode(), mode=mode)


if __name__ == "__main__":
    make_keys(Path(sys.argv[1]))
    make_passwords(Path(sys.argv[1]))
