"""Alembic's door to this service's schema."""

from libs.common.db.migrations_env import run
from services.customers.tables import Table

run(Table.metadata)
