"""Alembic's door to this service's schema."""

from libs.common.db.migrations_env import run
from services.chatbot.tables import Table

run(Table.metadata)
