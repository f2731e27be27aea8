"""Rows that are too many for one piece are sent while they are read, from one snapshot."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from asgi_lifespan import LifespanManager
from fastapi.responses import StreamingResponse

from libs.common.db.database import Database
from libs.common.errors import Unavailable
from libs.testing.clock import FakeClock
from libs.testing.settings import made_once
from libs.testing.tokens import Tokens
from services.analytics.api.pos.replies import Row, reply_rows
from services.analytics.deps import Deps
from services.analytics.main import create_app
from services.analytics.settings import AnalyticsSettings
from services.analytics.tests.builders import STORE, Consume, a_product
from services.analytics.usecases.reports.desk import Desk, Report

SELECT_NAMES = "select product_id, name from products order by product_id"
SELECT_NUMBERS = "select number as product_id, 'n' as name from generate_series(1, %(last)s) as number"
COLUMNS = ("id", "name")
LOW_STOCK = "/api/analytics/reports/low-stock/"


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


class TestTheDoor:
    """A request as a server hands it on; the pool has one connection."""

    @pytest.fixture
    def settings(self, common_settings: dict[str, Any]) -> AnalyticsSettings:
        alone = {**common_settings, "database_pool_size": 1}
        return made_once(AnalyticsSettings, **alone, store_timezone=STORE)

    @pytest.mark.parametrize("waits", [True, False], ids=["while it is sent", "while the next is read"])
    async def test_a_reader_that_goes_away_leaves_the_next_transaction_alone(
        self, deps: Deps, consume: Consume, tokens: Tokens, *, waits: bool
    ) -> None:
        await consume(*(a_product(number, sku=f"S{number}", current_stock=1) for number in range(1, 2_501)))
        async with LifespanManager(create_app(deps)) as started:
            for _ in range(10):
                headers = {**tokens.bearer(role="OWNER"), "Accept": "text/csv"}
                await _begin_to_read_and_leave(started.app, headers, waits=waits)
                async with deps.database.transaction() as tx:
                    for _ in range(5):
                        assert await tx.fetch_value("select 1") == 1


async def _begin_to_read_and_leave(app: Any, headers: Mapping[str, str], *, waits: bool) -> None:
    """As a server tells it: the connection ends once the first piece was sent."""
    is_gone = asyncio.Event()
    sent: list[bytes] = []
    asked = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> dict[str, Any]:
        for message in asked:
            return message
        await is_gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if body := message.get("body"):
            sent.append(body)
            is_gone.set()
            if waits:
                await asyncio.Event().wait()

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": LOW_STOCK,
        "raw_path": LOW_STOCK.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
        "state": {},
    }
    async with asyncio.timeout(30):
        await app(scope, receive, send)
    assert len(sent) == 1


async def test_a_database_that_is_away_is_told_before_the_file_begins(desk: Desk) -> None:
    async def no_batches() -> AsyncGenerator[Report[Sequence[Named]], None]:
        raise Unavailable("database")
        yield Report((), None)

    with pytest.raises(Unavailable):
        await reply_rows("products", COLUMNS, no_batches(), cells)
