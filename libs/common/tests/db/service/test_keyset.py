"""Lists continued after a row: nothing twice, nothing left out, whatever the order, nulls and changes."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import chain, product
from typing import Any

import pytest
from psycopg import sql

from libs.common.db.counts import Count
from libs.common.db.database import Database
from libs.common.db.keyset import after, position_of
from libs.common.db.listing import InvalidCursor, ListQuery, SortKey, order_by
from libs.common.db.pages import Listing

Ordering = tuple[tuple[str, bool], ...]

FIELDS = ("id", "name", "size", "seen_at", "price", "is_new")
VALUES = """(values
    (1, 'a', 1, null, 1.5, true), (2, 'b', 1, '2026-03-02 18:00:00.123456Z'::timestamptz, 1.5, false),
    (3, 'a', null, '2026-03-02 18:00:00.123457Z', 2.50, true), (4, 'c', null, null, 0.0001, true),
    (5, 'Ñ''\\%%', 2, '2026-03-02 18:00:00.123456Z', 1.5, false), (6, 'b', 2, null, 2.5, false)
) as thing (id, name, size, seen_at, price, is_new)"""


@dataclass(frozen=True, slots=True)
class Thing:
    id: int
    name: str
    size: int | None
    seen_at: datetime | None
    price: Decimal
    is_new: bool


THINGS = Listing(
    row=Thing,
    rows=f"select id, name, size, seen_at, price, is_new from {VALUES}",
    counted=VALUES,
    columns={field: f"thing.{field}" for field in FIELDS},
    nullable=("size", "seen_at"),
)
SORTED: list[Ordering] = [
    *(((field, down),) for field, down in product(FIELDS, (False, True))),
    *((("size", one), ("seen_at", other)) for one, other in product((False, True), repeat=2)),
    *((("name", one), ("price", other), ("id", True)) for one, other in product((False, True), repeat=2)),
    (("is_new", True), ("size", False), ("name", True)),
]


async def ids_in_pages(database: Database, ordering: Ordering, limit: int) -> list[list[int]]:
    pages, position = [], None
    while True:
        query = ListQuery(limit=limit, ordering=ordering, after=position)
        page = await THINGS.read(query, [sql.SQL("true")], {}, database=database)
        assert page.total == Count(6)
        pages.append([thing.id for thing in page.items])
        if page.last is None:
            return pages
        position = page.last


@pytest.mark.parametrize("ordering", SORTED, ids=str)
async def test_pages_of_any_size_are_the_whole_list(database: Database, ordering: Ordering) -> None:
    (whole,) = await ids_in_pages(database, ordering, limit=6)
    assert sorted(whole) == [1, 2, 3, 4, 5, 6]
    for limit in (1, 2, 4):
        pages = await ids_in_pages(database, ordering, limit)
        assert list(chain(*pages)) == whole
        assert {len(page) for page in pages[:-1]} == {limit}


async def test_the_last_page_that_is_full_has_no_next(database: Database) -> None:
    assert await ids_in_pages(database, (), limit=3) == [[1, 2, 3], [4, 5, 6]]


async def test_an_offset_counts_from_a_position_in_several_ranges(database: Database) -> None:
    ordering: Ordering = (("size", False), ("seen_at", True))
    whole = await THINGS.read(ListQuery(ordering=ordering), [], {}, database=database)
    first = await THINGS.read(ListQuery(ordering=ordering, limit=1), [], {}, database=database)
    query = ListQuery(ordering=ordering, after=first.last, offset=2, limit=2)
    page = await THINGS.read(query, [], {}, database=database)
    assert page.items == whole.items[3:5]


async def test_a_page_begins_behind_a_row_that_is_gone(database: Database) -> None:
    page = await THINGS.read(ListQuery(after=("4",)), [sql.SQL("id <> 4")], {}, database=database)
    assert ([thing.id for thing in page.items], page.total) == ([5, 6], Count(5))


async def test_an_offset_counts_from_the_position(database: Database) -> None:
    page = await THINGS.read(ListQuery(after=("1",), offset=2, limit=2), [], {}, database=database)
    assert [thing.id for thing in page.items] == [4, 5]


@pytest.mark.parametrize(
    ("position", "ordering"),
    [
        ((), ()),
        (("1", "2"), ()),
        ((None,), ()),
        (("x",), ()),
        (("9" * 40,), ()),
        (("\0",), ()),
        (("some day", "1"), (("seen_at", False),)),
        (("maybe", "1"), (("is_new", False),)),
    ],
)
async def test_a_position_that_no_row_can_have_is_refused(
    database: Database, position: Any, ordering: Ordering
) -> None:
    with pytest.raises(InvalidCursor):
        await THINGS.read(ListQuery(after=position, ordering=ordering), [], {}, database=database)


def test_one_direction_without_nulls_is_a_comparison_of_rows() -> None:
    keys = [SortKey("sale.created_at", descending=True), SortKey("sale.id", descending=True)]
    (condition,), params = after(keys, ("2026-03-02", "7"))
    assert condition.as_string() == '("sale"."created_at", "sale"."id") < (%(after_0)s, %(after_1)s)'
    assert params == {"after_0": "2026-03-02", "after_1": "7"}


def test_a_position_keeps_the_last_microsecond() -> None:
    moment = datetime(2026, 3, 2, 18, 0, 0, 123456, tzinfo=UTC)
    thing = Thing(7, "a", None, moment, Decimal("1.50"), is_new=True)
    keys = [SortKey(f"thing.{field}", descending=False) for field in FIELDS]
    assert position_of(thing, keys) == ("7", "a", None, "2026-03-02T18:00:00.123456+00:00", "1.50", "True")


async def test_a_page_far_in_is_read_by_an_index(database: Database) -> None:
    """The rows before the position are not read."""
    keys = (SortKey("at", descending=True), SortKey("id", descending=True))
    (condition,), params = after(keys, ("2026-01-01 01:00:00Z", "3600"))
    async with database.transaction() as tx:
        await tx.execute(
            "create temporary table sale on commit drop as "
            "select id, '2026-01-01Z'::timestamptz + id * interval '1 second' as at "
            "from generate_series(1, 50000) id"
        )
        await tx.execute("create index on sale (at, id)")
        await tx.execute("analyze sale")
        read = f"explain (analyze, format json) select * from sale where {condition.as_string()}"
        (plan,) = await tx.fetch_value(f"{read} {order_by(keys)} limit 20".encode(), params)
    scan = plan["Plan"]["Plans"][0]
    assert (scan["Node Type"], scan["Scan Direction"], scan["Actual Rows"]) == (
        "Index Only Scan",
        "Backward",
        20,
    )
    assert "Rows Removed by Filter" not in scan
