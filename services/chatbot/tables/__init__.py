"""The schema of record of chatbot: columns, constraints and indexes, in one file per subject."""

from services.chatbot.tables import interactions, users
from services.chatbot.tables.base import Table

__all__ = ["Table", "interactions", "users"]
