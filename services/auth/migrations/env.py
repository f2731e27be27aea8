"""Migrations of auth, made from its tables."""

from libs.common.db.migrations_env import run
from services.auth.tables import Table

run(Table.metadata)
