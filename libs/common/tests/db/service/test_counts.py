"""Counts of lists: exact up to 10,000, an estimate beyond, as the caller asks otherwise."""

from dataclasses import dataclass

import pytest
from psycopg import sql

from libs.common.db.counts import Count
from libs.common.db.database import Database
from libs.common.db.listing import Counting, ListQuery
from libs.common.db.pages import Listing


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


async def test_all_are_counted_exactly_if_asked_for(database: Database) -> None:
    assert await counted(database, 15_000, "exact") == Count(15_000)


@pytest.mark.parametrize(("most", "offset"), [(15_000, 0), (15_000, 14_998), (3, 0), (3, 9)])
async def test_nothing_is_counted_if_not_wanted(database: Database, most: int, offset: int) -> None:
    assert await counted(database, most, "none", offset) == Count(None)


async def test_the_last_page_of_a_long_list_knows_the_number(database: Database) -> None:
    assert await counted(database, 15_000, offset=14_998) == Count(15_000)
