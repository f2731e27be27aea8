"""The tables of analytics, compared with `plain.Plain`."""

from collections import Counter

from psycopg import sql

from libs.common.db.database import Database
from services.analytics.tests.plain import Plain

# The sequence of a product of which only a name is known, from a sale; the reports show it.
ONLY_ON_SALES = 0


async def assert_tables_are_plain(database: Database, plain: Plain) -> None:
    """Every table of figures has exactly the rows of the recomputation."""
    for table, (columns, rows) in plain.tables().items():
        select = sql.SQL("select {} from {}").format(
            sql.SQL(", ").join(map(sql.Identifier, columns.split(", "))), sql.Identifier(table)
        )
        stored = await database.fetch_dicts(select)
        described = [row for row in stored if row.get("sequence") != ONLY_ON_SALES]
        assert Counter(tuple(map(_comparable, row.values())) for row in described) == Counter(rows), table


def _comparable(value: object) -> object:
    return frozenset(value.items()) if isinstance(value, dict) else value
