"""Counts the rows of a list: exactly as far as that is cheap, beyond it by the planner's estimate.

A count reads every row that it counts, and an exact one of a large list costs more than its page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import sql

from libs.common.db.database import Sql
from libs.common.db.listing import EXACT_MAX, Counting

ROWS: LiteralString = "select from {counted} where {conditions}"
COUNT_ALL: LiteralString = "select count(*) from ({rows}) counted_rows"
COUNT_SOME: LiteralString = "select count(*) from ({rows} limit {most}) counted_rows"
ESTIMATE: LiteralString = "explain (format json) {rows}"


@dataclass(frozen=True, slots=True)
class Count:
    """A number of rows; None if they were not counted, an estimate unless `is_exact`."""

    rows: int | None
    is_exact: bool = True


NOT_COUNTED = Count(None)


@dataclass(frozen=True, slots=True)
class CountStatements:
    """The statements that count the rows of a list: all of them, as many as are counted exactly, about."""

    all: sql.Composed
    some: sql.Composed
    estimate: sql.Composed


def count_statements(counted: LiteralString, ranges: Sequence[sql.Composable]) -> CountStatements:
    """The statements for the rows of `counted`, tables and joins, that meet one of the conditions.

    No row meets two of them.
    """
    rows = [sql.SQL(ROWS).format(counted=sql.SQL(counted), conditions=each) for each in ranges]
    parts = {"rows": sql.SQL(" union all ").join(rows), "most": sql.Literal(EXACT_MAX + 1)}
    return CountStatements(
        sql.SQL(COUNT_ALL).format(**parts),
        sql.SQL(COUNT_SOME).format(**parts),
        sql.SQL(ESTIMATE).format(**parts),
    )


async def count_rows(
    statements: CountStatements,
    params: Mapping[str, Any],
    counting: Counting,
    *,
    prepare: bool | None,
    connection: Sql,
) -> Count:
    """The number of rows. An estimate is more than `EXACT_MAX`. For `prepare` see `Sql.fetch_all`."""
    if counting == "none":
        return NOT_COUNTED
    if counting == "exact":
        return Count(await connection.fetch_value(statements.all, params, prepare=prepare))
    found = await connection.fetch_value(statements.some, params, prepare=prepare)
    if found <= EXACT_MAX:
        return Count(found)
    (explained,) = await connection.fetch_value(statements.estimate, params, prepare=False)
    return Count(max(found, explained["Plan"]["Plan Rows"]), is_exact=False)
