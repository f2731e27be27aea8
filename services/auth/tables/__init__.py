"""The schema of record of auth: columns, constraints and indexes, in one file per subject."""

from services.auth.tables import common, security, sessions, users
from services.auth.tables.base import Table

__all__ = ["Table", "common", "security", "sessions", "users"]
