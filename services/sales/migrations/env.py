"""Migrations of sales' database."""

from libs.common.db.migrations_env import run
from services.sales.tables import Table

run(Table.metadata)
