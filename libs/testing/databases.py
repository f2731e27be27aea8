"""Gives each test an empty, migrated database: a clone of a template per worker, emptied between tests."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property

import psycopg
from psycopg import Connection, sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import TupleRow

from libs.common.db.sessions import for_role
from libs.servers.shared import SharedServers
from libs.testing.pools import leave_sessions

PROCESS_ROLE = "mostrador_process"
MAKE_PROCESS_ROLE = f"create role {PROCESS_ROLE} login password '{PROCESS_ROLE}'"

TABLES = """
select relname from pg_class
where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
  and not relispartition and relname <> 'alembic_version'
order by relname
"""
# Waits for the end of each: a session that was only told to end would be taken for a live one by the next.
END_ALL_OTHERS = """
select pg_terminate_backend(pid, 10000) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid()
"""
RESTART_SEQUENCES = """
select setval(oid::regclass, 1, false) from pg_class
where relnamespace = 'public'::regnamespace and relkind = 'S'
"""


def with_database(url: str, database: str) -> str:
    """The URL of another database on the same server, with the same login."""
    parts = conninfo_to_dict(url)
    login = f"{parts['user']}:{parts['password']}@{parts['host']}:{parts['port']}"
    return f"postgresql://{login}/{database}"


def as_process(url: str) -> str:
    """The URL of the same database, as the role of a service's processes."""
    parts = conninfo_to_dict(url)
    return f"postgresql://{PROCESS_ROLE}:{PROCESS_ROLE}@{parts['host']}:{parts['port']}/{parts['dbname']}"


@contextmanager
def taking_no_changes(url: str) -> Iterator[None]:
    """The database is read-only in the block, as hosts make one whose storage is full. All sessions end."""
    name = sql.Identifier(str(conninfo_to_dict(url)["dbname"]))
    with psycopg.connect(url, autocommit=True, options="-c default_transaction_read_only=off") as host:
        host.execute(sql.SQL("alter database {} set default_transaction_read_only = on").format(name))
        host.execute(END_ALL_OTHERS)
        try:
            yield
        finally:
            host.execute(sql.SQL("alter database {} reset default_transaction_read_only").format(name))


def create_empty(admin_url: str, name: str) -> str:
    """The URL of a new database without tables."""
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    return with_database(admin_url, name)


class WorkerDatabase:
    """A service's database for one test worker.

    `url` is a superuser's, `process_url` that of a role with the rights of the service's processes.
    """

    def __init__(self, admin_url: str, name: str) -> None:
        self.url = with_database(admin_url, name)
        self.process_url = as_process(self.url)

    def empty(self) -> None:
        """Delete all rows and restart identities at 1; takes a few milliseconds.

        Foreign keys are not checked meanwhile. TRUNCATE would make a new file for each table and index.
        """
        try:
            self._connection.execute(self._emptying)
        except psycopg.OperationalError:  # a test has closed all sessions of the server, including ours
            del self._connection
            self._connection.execute(self._emptying)

    def close(self) -> None:
        """Close the connection if there is one."""
        if connection := vars(self).pop("_connection", None):
            connection.close()

    @cached_property
    def _connection(self) -> Connection[TupleRow]:
        return psycopg.connect(self.url, autocommit=True)

    @cached_property
    def _emptying(self) -> sql.Composed:
        tables = self._connection.execute(TABLES).fetchall()
        return sql.SQL("; ").join(
            [
                sql.SQL("set session_replication_role = replica; set lock_timeout = '5s'"),
                *(sql.SQL("delete from {}").format(sql.Identifier(name)) for (name,) in tables),
                sql.SQL(RESTART_SEQUENCES),
            ]
        )


def clone(servers: SharedServers, service: str, worker: str) -> WorkerDatabase:
    """A database with the service's newest schema, cloned from the run's template."""
    admin_url = servers.url("postgres")
    template = f"{servers.run_id}_{service}_template"
    name = f"{servers.run_id}_{service}_{worker}"
    with psycopg.connect(admin_url, autocommit=True) as admin:
        with servers.lock(f"template-{service}"):
            _make_template(admin, admin_url, service, template)
        admin.execute(
            sql.SQL("create database {} template {} strategy file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
    leave_sessions(name)
    return WorkerDatabase(admin_url, name)


def _make_template(admin: Connection[TupleRow], admin_url: str, service: str, template: str) -> None:
    """Migrate a new database and rename it at the end, so that a failed migration leaves no template."""
    from libs.common.db.migrate import migrate

    exists = admin.execute("select 1 from pg_database where datname = %s", (template,)).fetchone()
    if exists:
        return
    unfinished = f"{template}_new"
    admin.execute(sql.SQL("drop database if exists {}").format(sql.Identifier(unfinished)))
    admin.execute(sql.SQL("create database {}").format(sql.Identifier(unfinished)))
    with suppress(
        psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation
    ):  # of another service or run
        admin.execute(MAKE_PROCESS_ROLE)
        for statement in for_role(PROCESS_ROLE):
            admin.execute(statement)
    migrate(service, with_database(admin_url, unfinished), PROCESS_ROLE)
    admin.execute(
        sql.SQL("alter database {} rename to {}").format(sql.Identifier(unfinished), sql.Identifier(template))
    )
