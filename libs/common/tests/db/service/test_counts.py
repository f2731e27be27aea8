"""Counts of lists: exact up to 10,000, an estimate beyond, as the caller asks otherwise."""

from dataclasses import dataclass, replace

import pytest
from psycopg import sql

from libs.common.db.counts import BELIEVED_PAGES, Count
from libs.common.db.database import Database
from libs.common.db.listing import Counting, ListQuery
from libs.common.db.pages import Listing
from libs.testing.statements import counted_statements


@dataclass(frozen=True, slots=True)
class Thing:
    id: int


THINGS = Listing(
    row=Thing,
    rows="select id from generate_series(1, 20000) as thing (id)",
    counted="generate_series(1, 20000) as thing (id)",
    columns={"id": "id"},
)


async def counted(database: Database, most: int, counting: Counting = "usual", offset: int = 0) -> Count:
    query = ListQuery(limit=5, count=counting, offset=offset)
    page = await THINGS.read(query, [sql.SQL("id <= %(most)s")], {"most": most}, database=database)
    return page.total


async def test_up_to_ten_thousand_are_counted_exactly(database: Database) -> None:
    assert await counted(database, 9_999) == Count(9_999)
    assert await counted(database, 10_000) == Count(10_000)


async def test_more_are_estimated_as_more(database: Database) -> None:
    total = await counted(database, 10_001)
    assert not total.is_exact
    assert total.rows
    assert total.rows > 10_000


async def test_an_estimate_is_no_less_than_the_rows_up_to_the_page_and_the_one_after_it(
    database: Database,
) -> None:
    total = await counted(database, 15_000, offset=12_000)
    assert not total.is_exact
    assert total.rows
    assert total.rows >= 12_006


async def test_all_are_counted_exactly_if_asked_for(database: Database) -> None:
    assert await counted(database, 15_000, "exact") == Count(15_000)


@pytest.mark.parametrize(("most", "offset"), [(15_000, 0), (15_000, 14_998), (3, 0), (3, 9)])
async def test_nothing_is_counted_if_not_wanted(database: Database, most: int, offset: int) -> None:
    assert await counted(database, most, "none", offset) == Count(None)


async def test_the_last_page_of_a_long_list_knows_the_number(database: Database) -> None:
    assert await counted(database, 15_000, offset=14_998) == Count(15_000)


@pytest.mark.parametrize(("counting", "expected"), [("exact", Count(15_002)), ("none", Count(None))])
async def test_rows_of_several_kinds_are_counted_together(
    database: Database, counting: Counting, expected: Count
) -> None:
    kinds = [sql.SQL("id <= 2"), sql.SQL("id > 5000")]
    page = await THINGS.read(ListQuery(limit=5, count=counting), [], {}, kinds=kinds, database=database)
    assert [thing.id for thing in page.items] == [1, 2, 5001, 5002, 5003]
    assert page.total == expected


async def test_rows_of_several_kinds_come_in_pages(database: Database) -> None:
    kinds, conditions = [sql.SQL("id %% 3 = 0"), sql.SQL("id %% 3 = 2")], [sql.SQL("id <= 9")]
    query, found = ListQuery(limit=2), []
    while True:
        page = await THINGS.read(query, conditions, {}, kinds=kinds, database=database)
        assert page.total == Count(6)
        found += [thing.id for thing in page.items]
        if page.last is None:
            break
        query = replace(query, after=page.last)
    assert found == [2, 3, 5, 6, 8, 9]
    skipped = await THINGS.read(ListQuery(limit=2, offset=3), conditions, {}, kinds=kinds, database=database)
    assert [thing.id for thing in skipped.items] == [6, 8]


async def test_a_long_list_is_only_estimated_for_some_pages_while_the_estimate_is_high(
    database: Database,
) -> None:
    async with database.connection() as connection:
        await connection.execute("create temporary table many as select generate_series(1, 60000) as id")
        await connection.execute("analyze many")
        listing = replace(THINGS, rows="select id from many", counted="many")

        async def counted_pages(pages: int) -> int:
            """The pages for which rows were counted."""
            with counted_statements() as seen:
                totals = [
                    (await listing.read_on(ListQuery(limit=5), [], {}, connection)).total
                    for _ in range(pages)
                ]
            assert totals == [Count(60_000, is_exact=False)] * pages
            return sum("count(*)" in statement for statement in seen)

        assert await counted_pages(1) == 1
        assert await counted_pages(BELIEVED_PAGES) == 0
        assert await counted_pages(2) == 1

        await connection.execute("delete from many where id > 9000")
        await connection.execute("analyze many")
        assert (await listing.read_on(ListQuery(limit=5), [], {}, connection)).total == Count(9_000)
