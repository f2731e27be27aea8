"""Migrations of catalog, made from its tables."""

from libs.common.db.migrations_env import run
from services.catalog.tables import Table

run(Table.metadata)
