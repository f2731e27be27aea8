"""Rows that are too many for one piece are sent while they are read, from one snapshot."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass

import pytest
from fastapi.responses import StreamingResponse

from libs.common.db.database import Database
from libs.common.errors import Unavailable
from libs.testing.clock import FakeClock
from services.analytics.api.pos.replies import Row, reply_rows
from services.analytics.tests.builders import STORE, Consume, a_product
from services.analytics.usecases.reports.desk import Desk, Report

SELECT_NAMES = "select product_id, name from products order by product_id"
SELECT_NUMBERS = "select number as product_id, 'n' as name from generate_series(1, %(last)s) as number"
COLUMNS = ("id", "name")


@dataclass(frozen=True, slots=True)
class Named:
    product_id: int
    name: str


def cells(row: Named) -> Row:
    return {"id": row.product_id, "name": row.name}


@pytest.fixture
def desk(database: Database, clock: FakeClock) -> Desk:
    return Desk(database, clock, STORE)


async def pieces_of(answer: object) -> list[bytes]:
    assert isinstance(answer, StreamingResponse)
    return [bytes(piece) async for piece in answer.body_iterator if not isinstance(piece, str)]


async def test_rows_are_sent_in_pieces(desk: Desk) -> None:
    batches = desk.read_through(Named, SELECT_NUMBERS, {"last": 2_500})
    pieces = await pieces_of(await reply_rows("products", COLUMNS, batches, cells))
    assert [piece.count(b"\r\n") for piece in pieces] == [1_001, 1_000, 500]


async def test_no_rows_are_a_header(desk: Desk) -> None:
    answer = await reply_rows("products", COLUMNS, desk.read_through(Named, SELECT_NAMES, {}), cells)
    assert await pieces_of(answer) == [b"\xef\xbb\xbfid,name\r\n"]
    assert "x-data-as-of" not in answer.headers


async def test_the_whole_file_is_of_the_moment_at_which_it_began(desk: Desk, consume: Consume) -> None:
    await consume(a_product(1, name="Laptop"))
    answer = await reply_rows("products", COLUMNS, desk.read_through(Named, SELECT_NAMES, {}), cells)
    await consume(a_product(2, name="Mouse"))
    assert b"".join(await pieces_of(answer)) == b"\xef\xbb\xbfid,name\r\n1,Laptop\r\n"
    assert "x-data-as-of" in answer.headers
    assert answer.headers["vary"] == "Accept"


async def test_a_reader_that_goes_away_gives_the_connection_back(desk: Desk) -> None:
    for _ in range(12):  # more than the pool has
        batches = desk.read_through(Named, SELECT_NUMBERS, {"last": 2_500})
        answer = await reply_rows("products", COLUMNS, batches, cells)
        assert isinstance(answer, StreamingResponse)
        body = answer.body_iterator
        assert isinstance(body, AsyncGenerator)
        await anext(body)
        await body.aclose()


async def test_a_database_that_is_away_is_told_before_the_file_begins(desk: Desk) -> None:
    async def no_batches() -> AsyncGenerator[Report[Sequence[Named]], None]:
        raise Unavailable("database")
        yield Report((), None)

    with pytest.raises(Unavailable):
        await reply_rows("products", COLUMNS, no_batches(), cells)
