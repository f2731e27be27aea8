"""The alembic environment of all services: `migrations/env.py` calls `run` with the metadata of one."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, DateTime, Engine, MetaData, create_engine, event, pool, text
from sqlalchemy.types import TypeDecorator
from sqlmodel import AutoString
from tenacity import RetryError, Retrying, retry_if_result, stop_after_delay, wait_fixed

from libs.common.db.sessions import KEEPALIVES, as_options

# A statement that waits for a table holds up all later requests for it, which wait for 4 s (sessions.py).
LOCK_TIMEOUT_MS = 1000
LOCK_TIMEOUT = f"-c lock_timeout={LOCK_TIMEOUT_MS} -c timezone=UTC"
# One that works concurrently holds nobody up, and waits for every transaction that is older than itself.
CONCURRENT_LOCK_TIMEOUT_MS = 600_000

LOCK = text("select pg_try_advisory_lock(hashtext('migrations'))")
OTHERS_END_WITHIN_SECONDS = 600
CUT_OFF = text("""
select format('drop index concurrently if exists %s', indexrelid::regclass) from pg_index
join pg_class on pg_class.oid = indexrelid
where not indisvalid and relkind = 'i' and relnamespace = current_schema()::regnamespace
""")


class AnotherMigrates(Exception):
    """Another migration of the same database did not end in time."""


def _plain_type(
    kind: str, item: object, _autogen: AutogenContext
) -> str | Literal[False]:  # alembic's own signature
    """Write SQLModel's types into migrations as plain SQLAlchemy types."""
    if kind != "type":
        return False
    if isinstance(item, AutoString):
        return f"sa.String(length={item.length})" if item.length else "sa.Text()"
    if isinstance(item, TypeDecorator) and isinstance(item.impl_instance, DateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run(metadata: MetaData) -> None:
    """Migrate the database whose URL the caller put into the configuration's attributes."""
    engine = engine_of(context.config.attributes["url"])
    with engine.connect() as connection:
        _wait_for_others(connection)
        _drop_what_was_cut_off(engine)
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_item=_plain_type,
            compare_type=True,
            compare_server_default=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


def engine_of(url: str) -> Engine:
    """Makes sessions that wait for no lock for long, and end soon if this machine is lost."""
    engine = create_engine(
        url,
        poolclass=pool.NullPool,
        connect_args={"options": f"{LOCK_TIMEOUT} {as_options(KEEPALIVES)}", "connect_timeout": 5},
    )
    event.listen(engine, "before_cursor_execute", _limit_waiting)
    return engine


def _limit_waiting(_connection: object, cursor: Any, statement: str, *_: object) -> None:
    """Give each statement the time limit for locks that it can afford."""
    limit = CONCURRENT_LOCK_TIMEOUT_MS if "concurrently" in statement.casefold() else LOCK_TIMEOUT_MS
    cursor.execute(f"set lock_timeout = {limit}")


def _wait_for_others(connection: Connection) -> None:
    """Go on alone: as long as the connection lasts, no other migrates this database.

    It asks again and again, because an index that the other builds would wait for a statement that waits.
    """

    def is_alone() -> bool:
        locked = connection.execute(LOCK).scalar_one()
        connection.commit()
        return bool(locked)

    others_at_work = retry_if_result(lambda alone: not alone)
    patience = stop_after_delay(OTHERS_END_WITHIN_SECONDS)
    try:
        Retrying(retry=others_at_work, stop=patience, wait=wait_fixed(0.5))(is_alone)
    except RetryError:
        raise AnotherMigrates("another migration of this database has not ended") from None


def _drop_what_was_cut_off(engine: Engine) -> None:
    """Drop the indexes whose concurrent building was cut off: they serve nobody and keep their names."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for drop in connection.execute(CUT_OFF).scalars().all():
            connection.execute(text(drop))
