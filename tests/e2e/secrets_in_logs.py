"""Searches the logs of a suite for what must never be in one."""

import re
from collections.abc import Collection, Iterator, Mapping

from deploy.local.environment import OWNER_DEFAULTS, OWNER_PASSWORD
from deploy.local.state import Memory
from deploy.local.suite import LocalSuite
from tests.e2e.shop import SECRET_WORD

PATTERNS: Mapping[str, re.Pattern[str]] = {
    "a token": re.compile(r"eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}"),
    "a private key": re.compile(r"BEGIN [A-Z ]*PRIVATE KEY"),
    "a bearer": re.compile(r"bearer [\w.-]{16,}", re.IGNORECASE),
    "a password of the stories": re.compile(re.escape(SECRET_WORD)),
    "a password hash": re.compile(r"\$argon2"),
    "a password in an address": re.compile(r"(postgres(ql)?|amqps?)://[^\s:/@]+:[^\s@*]+@"),
}


def secrets_in_logs(suite: LocalSuite, passwords: Collection[str]) -> list[str]:
    """`file: kind of secret` for each that a log of the suite holds; `passwords` are those of people."""
    of_people = {f"the password {password}": password for password in passwords}
    known = {**dict(generated(suite.state.memory())), **of_people}
    logs = [path for path in suite.state.logs.iterdir() if path.is_file()]
    assert {"sales.log", "gateway.log", "postgres.log", "rabbitmq.log"} <= {log.name for log in logs}
    return [
        f"{log.name}: {kind}" for log in logs for kind in secrets_in(log.read_text(errors="replace"), known)
    ]


def secrets_in(text: str, known: Mapping[str, str]) -> list[str]:
    """The kinds of secrets that a text holds."""
    found = [kind for kind, pattern in PATTERNS.items() if pattern.search(text)]
    return found + [name for name, secret in known.items() if secret in text]


def generated(memory: Memory) -> Iterator[tuple[str, str]]:
    """The passwords that the suite made for itself, and the first owner's."""
    yield "PostgreSQL's superuser", memory.postgres_password
    yield "the broker's administrator", memory.rabbitmq_password
    for kind in ("role_passwords", "process_passwords", "broker_passwords"):
        yield from ((f"{kind} of {name}", password) for name, password in getattr(memory, kind).items())
    yield "the first owner's password", OWNER_DEFAULTS[OWNER_PASSWORD]
