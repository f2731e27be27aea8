"""Grants the role of a service's processes the reading and writing of rows, and nothing else.

Only migrations have the login of the owner, who grants it after each of them.
"""

from typing import LiteralString

import psycopg
from psycopg import sql

LOCK_TIMEOUT = "-c lock_timeout=5000"

# The default privileges are for the tables of later migrations, in the time until these have granted again.
GRANTS: tuple[LiteralString, ...] = (
    "grant usage on schema public to {role}",
    "grant select, insert, update, delete on all tables in schema public to {role}",
    "grant usage, select on all sequences in schema public to {role}",
    "alter default privileges in schema public grant select, insert, update, delete on tables to {role}",
    "alter default privileges in schema public grant usage, select on sequences to {role}",
    "revoke insert, update, delete on alembic_version from {role}",
)


def grant_rows(url: str, role: str) -> None:
    """Let a role read and write all rows of the database at `url`, as its owner. It may be granted again."""
    with psycopg.connect(url, connect_timeout=5, options=LOCK_TIMEOUT) as owner:
        for statement in GRANTS:
            owner.execute(sql.SQL(statement).format(role=sql.Identifier(role)))
