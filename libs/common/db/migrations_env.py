"""The alembic environment of all services: `migrations/env.py` calls `run` with the metadata of one."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import DateTime, MetaData, create_engine, pool
from sqlalchemy.types import TypeDecorator
from sqlmodel import AutoString

# A migration that waits for a lock blocks every later writer: better to fail and be repeated.
LOCK_TIMEOUT = "-c lock_timeout=5000 -c timezone=UTC"


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
    engine = create_engine(
        context.config.attributes["url"],
        poolclass=pool.NullPool,
        connect_args={"options": LOCK_TIMEOUT, "connect_timeout": 5},
    )
    with engine.connect() as connection:
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
