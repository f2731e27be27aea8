"""Compares the figures that are read with rebuilt ones, in one snapshot: each batch is in both or in neither.

An export may know a sale some moments before its event is applied. Such a difference passes by itself, so
what differs is compared again for a while.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from psycopg import sql
from sqlalchemy import Table as SqlTable

from libs.common.db.database import Database, Transaction
from services.analytics.usecases.rebuilding.definitions import rebuilt_tables
from services.analytics.usecases.reports.desk import ONE_SNAPSHOT

PAUSE_SECONDS = 0.5
EXAMPLES = 3

# Not compared: orders that were never paid are void for analytics only, and owners forget what they deleted
# for good (suppliers).
NO_FIGURES = frozenset({"voided_sales", "suppliers"})
# An export has no sequence of its own.
NOT_COMPARED = frozenset({"sequence"})

TAKE_YOUR_TIME = "set local statement_timeout = 0"
SELECT_DIFFERENCES = """
select count(*) over () as rows, to_jsonb(live.*)::text as live, to_jsonb(again.*)::text as rebuilt
from public.{table} as live full join rebuilt.{table} as again using ({key})
where ({live}) is distinct from ({again})
limit %(examples)s
"""


Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """Rows of a table that differ. `examples` pair what is read with what was rebuilt; None: no row."""

    table: str
    key: Sequence[str]
    rows: int
    examples: Sequence[tuple[Values | None, Values | None]]


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two rows of the same key, as JSON."""

    rows: int
    live: str | None
    rebuilt: str | None


async def find_differences(database: Database, *, patience: float) -> Sequence[Difference]:
    """The differences that do not pass by themselves within `patience` seconds."""
    tables = [table for table in rebuilt_tables() if table.name not in NO_FIGURES]
    loop = asyncio.get_running_loop()
    until = loop.time() + patience
    differences = await _compare(database, tables)
    while differences and loop.time() < until:
        await asyncio.sleep(PAUSE_SECONDS)
        found = {difference.table for difference in differences}
        differences = await _compare(database, [table for table in tables if table.name in found])
    return differences


async def _compare(database: Database, tables: Sequence[SqlTable]) -> list[Difference]:
    differences = []
    async with database.transaction() as tx:
        await tx.execute(ONE_SNAPSHOT)
        await tx.execute(TAKE_YOUR_TIME)
        for table in tables:
            if pairs := await _pairs(tx, table):
                examples = [(_values(pair.live), _values(pair.rebuilt)) for pair in pairs]
                differences.append(Difference(table.name, _key(table), pairs[0].rows, examples))
    return differences


async def _pairs(tx: Transaction, table: SqlTable) -> Sequence[_Pair]:
    columns = [column.name for column in table.columns if column.name not in NOT_COMPARED]
    statement = sql.SQL(SELECT_DIFFERENCES).format(
        table=sql.Identifier(table.name),
        key=_list(_key(table)),
        live=_list(columns, "live"),
        again=_list(columns, "again"),
    )
    return await tx.fetch_all(_Pair, statement, {"examples": EXAMPLES})


def _list(columns: Sequence[str], table: str | None = None) -> sql.Composed:
    path = [table] if table else []
    return sql.SQL(", ").join(sql.Identifier(*path, column) for column in columns)


def _key(table: SqlTable) -> Sequence[str]:
    return [column.name for column in table.primary_key.columns]


def _values(row: str | None) -> Values | None:
    return None if row is None else json.loads(row, parse_float=Decimal)
