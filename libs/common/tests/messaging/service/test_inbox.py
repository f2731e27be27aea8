"""Handlers get each event once, in the transaction that remembers it."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest

from libs.common.contracts.event import Event
from libs.common.contracts.registry import EVENTS
from libs.common.contracts.sales import OrderCancelled, OrderCreated
from libs.common.db.database import Database, Transaction
from libs.common.db.pruning import prune
from libs.common.messaging.envelope import Received, read_envelope
from libs.common.messaging.inbox import OLD_EVENT_IDS, on, take_in
from libs.common.tests.messaging.builders import a_cancelled_order, a_created_order, an_envelope
from libs.common.tests.messaging.consuming import taken_in
from libs.testing.clock import FakeClock


def received(event: Event) -> Received[Event]:
    return read_envelope(an_envelope(event).to_json(), EVENTS)


async def note(
    calls: list[tuple[str, int]], name: str, tx: Transaction, events: Sequence[Received[Any]]
) -> None:
    calls.append((name, len(events)))


async def test_types_are_handled_in_the_order_of_the_subscriptions(database: Database) -> None:
    calls: list[tuple[str, int]] = []
    subscriptions = [
        on(OrderCreated, partial(note, calls, "created")),
        on(OrderCancelled, partial(note, calls, "cancelled")),
    ]
    events = [a_cancelled_order(1), a_created_order(1), a_cancelled_order(2)]
    await take_in(database, subscriptions, [received(event) for event in events])
    assert calls == [("created", 1), ("cancelled", 2)]


async def test_a_handler_of_a_type_that_did_not_come_is_not_called(database: Database) -> None:
    calls: list[tuple[str, int]] = []
    subscriptions = [on(OrderCreated, partial(note, calls, "created"))]
    await take_in(database, subscriptions, [received(a_cancelled_order())])
    assert calls == []


async def test_the_same_event_twice_in_a_batch_is_one(database: Database) -> None:
    calls: list[tuple[str, int]] = []
    event = received(a_created_order())
    await take_in(database, [on(OrderCreated, partial(note, calls, "created"))], [event, event])
    assert calls == [("created", 1)]


async def test_only_what_is_fresh_is_handled_and_named(database: Database) -> None:
    calls: list[tuple[str, int]] = []
    subscriptions = [on(OrderCreated, partial(note, calls, "created"))]
    old, new = received(a_created_order(1)), received(a_created_order(2))
    await take_in(database, subscriptions, [old])
    assert await take_in(database, subscriptions, [old, new]) == {new.id}
    assert calls == [("created", 1), ("created", 1)]


async def test_an_event_of_no_concern_leaves_no_trace(database: Database) -> None:
    calls: list[tuple[str, int]] = []
    small = on(OrderCreated, partial(note, calls, "small"), concerns=lambda order: order.order_id < 10)
    events = [received(a_created_order(order_id)) for order_id in (1, 10, 2)]
    assert await take_in(database, [small], events) == {event.id for event in events}
    assert await take_in(database, [small], events[1:2]) == {events[1].id}
    assert calls == [("small", 2)]
    assert await taken_in(database) == 2


async def test_what_a_handler_refused_is_not_remembered(database: Database) -> None:
    async def fail(tx: Transaction, events: Sequence[Received[OrderCreated]]) -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await take_in(database, [on(OrderCreated, fail)], [received(a_created_order())])
    assert await taken_in(database) == 0


async def test_the_inbox_forgets_after_40_days(database: Database, clock: FakeClock) -> None:
    await database.execute(
        "insert into inbox (event_id, received_at) values (gen_random_uuid(), %(at)s)", {"at": clock()}
    )
    clock.advance(days=39)
    assert await prune(OLD_EVENT_IDS, database=database, clock=clock) == 0
    clock.advance(days=2)
    assert await prune(OLD_EVENT_IDS, database=database, clock=clock) == 1
    assert await taken_in(database) == 0
