"""Reads the plans of prepared statements."""

import re
from collections.abc import Mapping
from typing import Any

from psycopg import sql

from libs.common.db.database import Database
from libs.common.db.listing import ListQuery
from libs.common.db.pages import Listing, PageStatements

Params = Mapping[str, Any]

SELECT_PARTIAL_INDEXES = """
select indexrelid::regclass::text from pg_index
where indpred is not null
    and indrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)
"""

# A small table is read as a large one is: never all of it, and rarely sorted.
OFF_FOR_LARGE = "; ".join(
    f"set local enable_{way} = off"
    for way in ("seqscan", "sort", "incremental_sort", "hashjoin", "mergejoin")
)

PARAMETER = re.compile(r"%\((\w+)\)s")


async def generic_plan(database: Database, statement: str) -> str:
    """The plan that PostgreSQL makes without the parameters' values, as it does from the sixth execution on.

    Sequential scans are off: small tables show the indexes that large ones are read by.
    """
    names = list(dict.fromkeys(PARAMETER.findall(statement)))
    numbered = PARAMETER.sub(lambda parameter: f"${names.index(parameter[1]) + 1}", statement)
    async with database.transaction() as tx:
        await tx.execute("set local enable_seqscan = off")
        return "\n".join(await tx.fetch_values(f"explain (generic_plan, costs off) {numbered}".encode()))


async def sorted_by(
    database: Database, listing: Listing[Any], field: str, *, condition: sql.Composable, params: Params
) -> frozenset[str]:
    """The indexes that give the pages of a list in the order of `field`, both ways; fails on a sort."""
    indexes: set[str] = set()
    for descending in (False, True):
        query = ListQuery(limit=50, ordering=((field, descending),))
        page = listing.page(query, [condition], params)
        plan = await _plan(database, page, f"{OFF_FOR_LARGE}; set local enable_bitmapscan = off")
        assert "Sort" not in plan, plan
        indexes |= _indexes(plan)
    return frozenset(indexes)


async def searched_by(
    database: Database, listing: Listing[Any], *, condition: sql.Composable, params: Params
) -> frozenset[str]:
    """The indexes by which a list finds the words of a search, if no other may find the listed rows."""
    page = listing.page(ListQuery(limit=50, search="some words"), [condition], params)
    async with database.connection() as connection:
        partial = await connection.fetch_values(SELECT_PARTIAL_INDEXES)
    drops = "".join(f"; drop index {index}" for index in partial if not index.endswith("_search_text"))
    return _indexes(await _plan(database, page, f"{OFF_FOR_LARGE}; set local enable_indexscan = off{drops}"))


async def _plan(database: Database, page: PageStatements, preparation: str) -> str:
    """A page's plan, in a transaction that is prepared so and rolled back."""
    explain = sql.SQL("explain (costs off) {}").format(page.rows)
    async with database.connection() as tx, tx.connection.transaction(force_rollback=True):
        await tx.execute(preparation.encode())
        return "\n".join(await tx.fetch_values(explain, page.params))


def _indexes(plan: str) -> frozenset[str]:
    return frozenset(re.findall(r"(?:using|Index Scan on) (\w+)", plan))
