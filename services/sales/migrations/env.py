"""Migrations of sales, made from its tables."""

from libs.common.db.migrations_env import run
from services.sales.tables import Table

run(Table.metadata)
