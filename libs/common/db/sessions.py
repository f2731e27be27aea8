"""The settings of a process's sessions, which bound what a request may wait for.

A process asks for them when it connects. PgBouncer drops most of them, so that behind it the role must have
them too (docs/scaling.md). A process whose sessions lack one is not ready.
"""

from collections.abc import Iterator, Mapping

from psycopg import sql

SESSION: Mapping[str, str] = {
    "statement_timeout": "5s",
    "lock_timeout": "4s",
    "idle_in_transaction_session_timeout": "10s",
    "timezone": "UTC",
}
TAKES_NO_CHANGES = "default_transaction_read_only"
"""A host turns it on when its storage is nearly full. It is looked at, and never asked for."""
KEEPALIVES: Mapping[str, str] = {
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "2",
}
"""Without them PostgreSQL keeps the session of a machine that is lost, and its locks, for two hours."""
SHOW = "select name, current_setting(name) as value from unnest(%(names)s::text[]) as name"


def as_options(settings: Mapping[str, str]) -> str:
    """The options of a connection that ask for these settings."""
    return " ".join(f"-c {name}={value}" for name, value in settings.items())


SESSION_OPTIONS = as_options({**SESSION, **KEEPALIVES})


def for_role(role: str) -> Iterator[sql.Composed]:
    """The statements that give a role these settings; its later sessions have them, however they connect."""
    for name, value in SESSION.items():
        yield sql.SQL("alter role {} set {} = {}").format(
            sql.Identifier(role), sql.Identifier(name), sql.Literal(value)
        )


def lacking(shown: Mapping[str, str]) -> str | None:
    """The settings that differ in a session, for an operator; None if it has them all."""
    lost = [
        f"{name} is {shown[name]}, not {value}" for name, value in SESSION.items() if shown[name] != value
    ]
    return f"sessions lack what they ask for: {'; '.join(lost)}" if lost else None
