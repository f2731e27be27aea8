"""Rows that are passed as one array for each column arrive as they were."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import LiteralString

import pytest

from libs.common.db.array_columns import array_columns, unnested
from libs.common.db.database import Database

COLUMNS: dict[LiteralString, LiteralString] = {
    "number": "bigint",
    "name": "text",
    "amount": "numeric",
    "day": "date",
    "at": "timestamptz",
}
SELECT: LiteralString = f"select given.* from {unnested('given', COLUMNS)}"
ROWS = [
    (
        1,
        'a "quoted" \\ name, with {braces}',
        Decimal("0.10"),
        date(2026, 3, 1),
        datetime(2026, 3, 1, 23, 30, tzinfo=UTC),
    ),
    (-(2**63), "", Decimal("123456789012345678.99"), date(1, 1, 1), datetime(2026, 3, 1, tzinfo=UTC)),
    (3, "null", Decimal(0), date(2026, 3, 2), datetime(2026, 3, 1, 0, 0, 0, 1, tzinfo=UTC)),
    (4, "None ñandú 🦤 \t\n", Decimal("-1"), date(2026, 3, 2), datetime(2026, 3, 1, tzinfo=UTC)),
    (None, None, None, None, None),
]


@pytest.mark.parametrize("rows", [ROWS, ROWS[:1], []], ids=["several", "one", "none"])
async def test_rows_arrive_as_they_were(database: Database, rows: Sequence[tuple[object, ...]]) -> None:
    arrived = await database.fetch_dicts(SELECT, array_columns("given", COLUMNS, rows))
    assert [tuple(row.values()) for row in arrived] == list(rows)
