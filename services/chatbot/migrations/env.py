"""Migrations of chatbot, made from its tables."""

from libs.common.db.migrations_env import run
from services.chatbot.tables import Table

run(Table.metadata)
