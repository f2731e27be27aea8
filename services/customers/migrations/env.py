"""Migrations of customers, made from its tables."""

from libs.common.db.migrations_env import run
from services.customers.tables import Table

run(Table.metadata)
