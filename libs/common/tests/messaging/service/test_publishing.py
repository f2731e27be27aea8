"""An event written by a statement equals the one that its model would write."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import orjson
import psycopg
import pytest

from libs.common.clock import system_clock
from libs.common.context import traceparent
from libs.common.contracts.catalog import ProductChanged
from libs.common.contracts.sales import OrderCreated, OrderPaid, SoldLine
from libs.common.db.database import Database, OutcomeUnknown
from libs.common.messaging.envelope import Envelope
from libs.common.messaging.outbox import Outbox
from libs.common.messaging.publishing import payload, published

ODD_TEXT = 'Ñandú "40%" \\ é'
WAITING = """
select event_id as id, type, subject, occurred_at as time, id as sequence, data, traceparent from outbox
"""

PLACE = f"""
with placed as (
    select %(uuid)s::uuid as uuid, 7::bigint as id, %(channel)s::text as channel, null::bigint as customer_id,
        3::bigint as user_id, %(final_amount)s::numeric(24, 2) as final_amount,
        %(at)s::timestamptz as created_at
    where %(really)s
), {published(OrderCreated, of="placed", subject="'order/' || uuid", order_uuid="uuid", order_id="id")}
select id from placed
"""


@dataclass(frozen=True, slots=True)
class Placed:
    id: int


def an_order(**changed: Any) -> dict[str, Any]:
    at = datetime(2026, 3, 2, 23, 59, 59, 999_999, UTC)
    order = {"uuid": uuid4(), "channel": "POS", "final_amount": Decimal("10.50"), "at": at, "really": True}
    return {**order, **changed}


async def waiting(database: Database) -> list[Envelope]:
    """The events in the outbox."""
    return await database.fetch_all(Envelope, WAITING)


async def test_an_event_is_written_as_its_model_writes_it(database: Database) -> None:
    order = an_order()
    assert await database.publish_one(Placed, PLACE, order) == Placed(7)
    [envelope] = await waiting(database)
    model = OrderCreated(
        order_uuid=order["uuid"],
        order_id=7,
        channel="POS",
        user_id=3,
        final_amount=order["final_amount"],
        created_at=order["at"],
    )
    assert orjson.loads(envelope.data) == orjson.loads(model.model_dump_json())
    assert (envelope.type, envelope.subject) == (OrderCreated.event_type, f"order/{order['uuid']}")


async def test_parts_of_an_event_are_written_as_their_model_writes_them(database: Database) -> None:
    line = SoldLine(
        product_id=15,
        product_name=ODD_TEXT,
        quantity=2,
        unit_price=Decimal("0.00"),
        amount=Decimal("123456789012345678901.20"),
        tax_amount=Decimal("0.10"),
        discount_amount=Decimal("-1.00"),
        tax_rate="0.16",
    )
    row = dict(line)
    written = await database.fetch_value(f"select {payload(SoldLine)} from {_row(row)}", row)
    assert written == orjson.loads(line.model_dump_json())


async def test_members_that_may_be_missing_are_null(database: Database) -> None:
    row = {"price": Decimal("1.5000"), "cost": None, "name": "x"}
    members = {name: "null" for name in ProductChanged.model_fields if name not in row}
    sql = f"select {payload(ProductChanged, **members)} from {_row(row, cost='numeric')}"
    written = await database.fetch_value(sql, row)
    assert (written["price"], written["cost"], written["name"]) == ("1.5000", None, "x")


async def test_the_trace_and_the_moment_are_those_of_the_request(database: Database) -> None:
    traceparent.set(parent := "00-36c55b50ba918e6a10b46e5614239456-e1715eab5336e956-01")
    before = system_clock()
    await database.publish_one(Placed, PLACE, an_order())
    [envelope] = await waiting(database)
    assert envelope.traceparent == parent
    assert before <= envelope.time <= system_clock()


async def test_what_was_published_wakes_the_relay(database: Database, outbox: Outbox) -> None:
    await database.publish_one(Placed, PLACE, an_order())
    assert outbox.wake.is_set()


async def test_where_nothing_happened_nothing_is_published(database: Database, outbox: Outbox) -> None:
    assert await database.publish_one(Placed, PLACE, an_order(really=False)) is None
    assert await waiting(database) == []
    assert not outbox.wake.is_set()


async def test_a_statement_that_fails_publishes_nothing(database: Database) -> None:
    with pytest.raises(psycopg.errors.NumericValueOutOfRange):
        await database.publish_one(Placed, PLACE, an_order(final_amount=Decimal(10) ** 30))
    assert await waiting(database) == []


async def test_when_the_connection_breaks_the_outcome_is_unknown(database: Database) -> None:
    suicide = PLACE.replace("where %(really)s", "where %(really)s and pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(OutcomeUnknown):
        await database.publish_one(Placed, suicide, an_order())


def test_a_member_that_the_event_does_not_have_is_refused() -> None:
    with pytest.raises(AssertionError, match="OrderPaid has no"):
        published(OrderPaid, of="paid", subject="'x'", order_number="id")


def _row(row: dict[str, Any], **types: str) -> str:
    """SQL for one row of these columns, given as parameters."""
    kinds = {int: "bigint", str: "text", Decimal: "numeric", UUID: "uuid"}
    columns = (
        f"%({name})s::{types.get(name) or kinds[type(value)]} as {name}" for name, value in row.items()
    )
    return f"(select {', '.join(columns)}) as row"
