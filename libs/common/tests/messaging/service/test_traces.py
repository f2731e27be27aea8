"""An event carries the trace of its request from the outbox through the broker into what it effects."""

from collections.abc import Sequence
from dataclasses import replace

from libs.common.context import traceparent
from libs.common.contracts.sales import OrderCancelled
from libs.common.db.database import Database, Transaction
from libs.common.messaging.broker import Broker
from libs.common.messaging.envelope import Received
from libs.common.messaging.inbox import on
from libs.common.messaging.outbox import Outbox
from libs.common.messaging.relay import publish_batch
from libs.common.tests.messaging.builders import (
    a_cancelled_order,
    an_envelope,
    declare_queues,
    publish,
    send_together,
)
from libs.common.tests.messaging.consuming import SERVICE, Orders, consuming
from libs.common.tests.messaging.loops import a_database
from libs.common.tracing.spans import span_of_request
from libs.testing.traces import Recorded
from libs.testing.waiting import eventually

MARK = "select 1"


async def test_a_request_its_event_and_what_the_event_effects_are_one_trace(
    recorded: Recorded, common_database_url: str, broker: Broker, outbox: Outbox
) -> None:
    async def effect(tx: Transaction, events: Sequence[Received[OrderCancelled]]) -> None:
        await tx.fetch_value(MARK)

    await declare_queues(broker, SERVICE, OrderCancelled)
    async with a_database(common_database_url, outbox) as database, broker.channel() as channel:
        before = traceparent.set(None)
        with span_of_request(None):
            await publish(database, a_cancelled_order())
        traceparent.reset(before)
        await publish_batch(database, await broker.exchange(channel))
        async with consuming(database, broker, on(OrderCancelled, effect)):
            await eventually(lambda: "apply sales.order_cancelled.v1" in recorded.by_name)

    spans = recorded.by_name
    published, applied = (spans[f"{verb} sales.order_cancelled.v1"] for verb in ("publish", "apply"))
    [in_request] = [
        span for span in recorded.all if span.name == "transaction" and span.is_below(spans["request"])
    ]
    assert (published.kind, applied.kind) == ("PRODUCER", "CONSUMER")
    assert published.is_below(in_request)
    assert applied.is_below(in_request)
    assert spans["transaction"].is_below(applied)
    assert spans["MARK"].is_below(spans["transaction"])


async def test_events_that_are_applied_together_stay_in_their_own_traces(
    recorded: Recorded, database: Database, broker: Broker
) -> None:
    traces = [f"{number:032x}" for number in (1, 2)]
    envelopes = [
        replace(an_envelope(a_cancelled_order()), traceparent=f"00-{trace}-b7ad6b7169203331-01")
        for trace in traces
    ]
    await declare_queues(broker, SERVICE, OrderCancelled)
    await send_together(broker, *envelopes)
    async with consuming(database, broker, on(OrderCancelled, orders := Orders())):
        await eventually(lambda: "batch" in recorded.by_name)
    applied = [span.trace_id for span in recorded.all if span.name == "apply sales.order_cancelled.v1"]
    assert sorted(applied) == traces
    assert len(orders.batches) == 1
