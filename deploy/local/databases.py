"""Finds or makes the services' databases: named by the environment, or in the suite's own PostgreSQL.

There each service has a database and a role with its name, which owns the tables and migrates them. The
processes have a role that only reads and writes, `<service>_app`. No role can connect to another service's
database.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import LiteralString

import psycopg
from psycopg import Connection, sql
from psycopg.rows import TupleRow

from deploy.local.layout import Ports
from deploy.local.progress import Tell
from deploy.local.state import Memory, StateFolder
from libs.common.db.sessions import for_role
from libs.servers import postgres
from libs.servers.postgres import PostgresServer
from libs.servers.processes import LOOPBACK, ServerFailed
from libs.services import SERVICES

CREATE_ROLE = "create role {} login password {password}"
SHARED_DATABASES = ("postgres", "template1")
RESTORED = "{}_restored"
"""A service's database as `make restore` brings it back, beside the one in use until it takes its place."""


@dataclass(frozen=True, slots=True)
class DatabaseChoice:
    """A database per service. `own` names those that were not given; `server` is None if there are none."""

    urls: Mapping[str, str]
    """As the tables' owner."""
    process_urls: Mapping[str, str]
    """As the processes' role; a database that was given has one login for both."""
    own: Sequence[str]
    server: PostgresServer | None


def choose_databases(
    state: StateFolder, ports: Ports, memory: Memory, environment: Mapping[str, str]
) -> DatabaseChoice:
    """AUTH_DATABASE_URL, SALES_DATABASE_URL, … win. Raises `ServerFailed` if a given one does not answer."""
    given = {
        service: url for service in SERVICES if (url := environment.get(f"{service.upper()}_DATABASE_URL"))
    }
    for service, url in given.items():
        if not postgres.answers(url):
            raise ServerFailed(
                f"{service.upper()}_DATABASE_URL is set, but nobody answers there or the login is refused"
            )
    own = [service for service in SERVICES if service not in given]
    urls = {service: _role_url(ports, service, service, memory.role_passwords[service]) for service in own}
    process_urls = {
        service: _role_url(ports, service, process_role(service), memory.process_passwords[service])
        for service in own
    }
    server = PostgresServer(state.postgres, ports.postgres, memory.postgres_password) if own else None
    return DatabaseChoice({**urls, **given}, {**process_urls, **given}, own, server)


def process_role(service: str) -> str:
    """The role of a service's processes."""
    return f"{service}_app"


def make_databases(
    admin_url: str, role_passwords: Mapping[str, str], process_passwords: Mapping[str, str]
) -> None:
    """Make a database for each service, its owner and its processes' role; existing ones stay.

    What a restore that was killed has left beside them goes.
    """
    with psycopg.connect(admin_url, autocommit=True) as admin:
        roles = {name for (name,) in admin.execute("select rolname from pg_roles")}
        databases = {name for (name,) in admin.execute("select datname from pg_database")}
        for name, password in role_passwords.items():
            if name not in roles:
                execute(admin, CREATE_ROLE, name, password=password)
            if name not in databases:
                execute(admin, "create database {} owner {}", name, name)
            if (left := RESTORED.format(name)) in databases:
                execute(admin, "drop database {} with (force)", left)
            role = process_role(name)
            if role not in roles:
                execute(admin, CREATE_ROLE, role, password=process_passwords[name])
            # An owner sees what its service's processes do, and may end it: docs/runbooks/SalesAreSlow.md.
            execute(admin, "grant {} to {}", role, name)
            for statement in for_role(role):
                admin.execute(statement)
            open_to_processes(admin, name, service=name)
        for name in SHARED_DATABASES:
            execute(admin, "revoke connect, temporary on database {} from public", name)


def open_to_processes(admin: Connection[TupleRow], database: str, *, service: str) -> None:
    """Let nobody enter a database but its owner and the service's processes."""
    execute(admin, "revoke connect, temporary on database {} from public", database)
    execute(admin, "grant connect on database {} to {}", database, process_role(service))


def execute(admin: Connection[TupleRow], statement: LiteralString, *names: str, password: str = "") -> None:
    """Execute a statement with the names in the places of its `{}`."""
    places = map(sql.Identifier, names)
    admin.execute(sql.SQL(statement).format(*places, password=sql.Literal(password)))


def migrate_all(urls: Mapping[str, str], own: Collection[str], tell: Tell) -> None:
    """Migrate every service's database to its newest schema; in our `own`, processes have a role."""
    # Only a migration needs these: importing them takes as long as all the rest of a command.
    from libs.common.db.migrate import MigrationFailed, migrate

    for service, url in urls.items():
        tell(service)
        try:
            migrate(service, url, process_role(service) if service in own else None)
        except MigrationFailed as failure:
            raise ServerFailed(str(failure)) from failure


def _role_url(ports: Ports, service: str, role: str, password: str) -> str:
    return f"postgresql://{role}:{password}@{LOOPBACK}:{ports.postgres}/{service}"
