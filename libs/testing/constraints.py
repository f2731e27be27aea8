"""Reads check constraints of a migrated database, to compare them with rules in the code."""

import re
from collections.abc import Mapping, Sequence

from psycopg import sql

from libs.common.db.database import Database

SELECT_EXPRESSION = """
select pg_get_expr(conbin, conrelid) from pg_constraint where conname = %(name)s and contype = 'c'
"""


async def words_of(database: Database, constraint: str) -> frozenset[str]:
    """Every quoted text in the constraint's expression."""
    return frozenset(re.findall(r"'([^']*)'", await _expression(database, constraint)))


async def passes(database: Database, constraint: str, row: Mapping[str, str]) -> bool:
    """Whether a row of these columns satisfies the constraint."""
    columns: Sequence[sql.Composable] = [sql.Identifier(column) for column in row]
    query = sql.SQL("select {} from (values ({})) as candidate({})").format(
        sql.SQL(await _expression(database, constraint)),
        sql.SQL(", ").join(map(sql.Literal, row.values())),
        sql.SQL(", ").join(columns),
    )
    return bool(await database.fetch_value(query))


async def _expression(database: Database, constraint: str) -> str:
    expression: str | None = await database.fetch_value(SELECT_EXPRESSION, {"name": constraint})
    assert expression, f"there is no check constraint {constraint}"
    return expression
