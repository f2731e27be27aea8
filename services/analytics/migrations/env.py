"""Migrations of analytics, made from its tables."""

from libs.common.db.migrations_env import run
from services.analytics.tables import Table

run(Table.metadata)
