"""Publishes committed events. A row is deleted from the outbox only once the broker has confirmed it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aio_pika import Message
from aio_pika.abc import AbstractExchange

from libs.common.db.database import Database
from libs.common.errors import Unavailable
from libs.common.faults import Boundary, reached
from libs.common.messaging.broker import Broker
from libs.common.messaging.envelope import Envelope
from libs.common.messaging.messages import messages_of
from libs.common.messaging.metrics import events_published, outbox_depth, outbox_lag_seconds
from libs.common.messaging.outage import Outage
from libs.common.messaging.outbox import Outbox
from libs.common.messaging.pace import Pace
from libs.common.metrics import set_age
from libs.common.tracing.spans import spans_of_events

BATCH_MAX = 200
POLL_SECONDS = 1.0
MEASURE_SECONDS = 5.0
# The batch's transaction waits for the broker, for less than idle_in_transaction_session_timeout.
PUBLISH_SECONDS = 5.0

# One statement claims and deletes: both are undone together if the broker does not confirm. The array makes
# the inner select run once, which `in` does not promise. The rows come back in no order.
TAKE_OLDEST = """
delete from outbox where id = any (array(
    select id from outbox order by id limit %(limit)s for update skip locked
))
returning id as sequence, event_id as id, type, subject, occurred_at as time, data, traceparent
"""

MEASURE_BACKLOG = "select count(*) as depth, min(occurred_at) as oldest from outbox"


@dataclass(frozen=True, slots=True)
class Backlog:
    """The number of waiting events, and the time of the oldest."""

    depth: int
    oldest: datetime | None


async def run_relay(database: Database, broker: Broker, outbox: Outbox) -> None:
    """Publish the outbox after each commit of this process and once a second; never returns.

    Any number of relays share an outbox. During an outage of broker or database, events wait in the table.
    """
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_publish_forever(database, broker, outbox))
        tasks.create_task(_measure_forever(database, outbox))


async def _publish_forever(database: Database, broker: Broker, outbox: Outbox) -> None:
    outage = Outage(f"{outbox.source} relay")
    while True:
        try:
            async with broker.channel() as channel:
                exchange = await broker.exchange(channel)
                await _publish_while_connected(database, exchange, outbox, outage)
        except Unavailable as error:
            await outage.pause(error)


async def _publish_while_connected(
    database: Database, exchange: AbstractExchange, outbox: Outbox, outage: Outage
) -> None:
    pace = Pace()
    while True:
        outbox.wake.clear()  # clear before reading: a later commit is either read now or wakes us again
        published = await publish_batch(database, exchange)
        outage.over()
        if published < BATCH_MAX:
            await _woken(outbox.wake)
            await pace.keep()


async def publish_batch(database: Database, exchange: AbstractExchange) -> int:
    """Move the oldest events that no other relay holds from the outbox to the exchange; returns how many.

    One transaction: if the broker does not confirm all of them in time, all stay and are sent again.
    """
    async with database.transaction() as tx:
        envelopes = await tx.fetch_all(Envelope, TAKE_OLDEST, {"limit": BATCH_MAX})
        if envelopes:
            envelopes.sort(key=lambda envelope: envelope.sequence)
            told = ((f"publish {envelope.type}", envelope.traceparent) for envelope in envelopes)
            with spans_of_events("PRODUCER", told):
                await _publish_confirmed(exchange, messages_of(envelopes))
            reached(Boundary.RELAY_AFTER_PUBLISH)
    for envelope in envelopes:
        events_published.labels(envelope.type).inc()
    return len(envelopes)


async def _publish_confirmed(exchange: AbstractExchange, messages: Sequence[Message]) -> None:
    """Publish messages with their type as the routing key."""
    async with asyncio.timeout(PUBLISH_SECONDS):
        outcomes = await asyncio.gather(
            *(exchange.publish(message, routing_key=message.type or "") for message in messages),
            return_exceptions=True,
        )
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome


async def _woken(wake: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(POLL_SECONDS):
            await wake.wait()
    except TimeoutError:
        return  # time to look for rows that another process left


async def _measure_forever(database: Database, outbox: Outbox) -> None:
    while True:
        await asyncio.sleep(MEASURE_SECONDS)
        try:
            backlog = await database.fetch_one(Backlog, MEASURE_BACKLOG)
        except Unavailable:
            backlog = None  # the publishing loop logs it; the gauges keep their last values
        if backlog:
            outbox_depth.set(backlog.depth)
            set_age(outbox_lag_seconds, backlog.oldest, now=outbox.clock())
