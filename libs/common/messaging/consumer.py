"""How do events reach a service's handlers? In batches of what is there; one bad event hurts nobody else."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

import structlog
from aio_pika.abc import AbstractIncomingMessage

from libs.common.clock import Clock, system_clock
from libs.common.contracts.event import Event
from libs.common.db.database import Database
from libs.common.errors import Unavailable
from libs.common.messaging.broker import Broker
from libs.common.messaging.deliveries import deliveries_of
from libs.common.messaging.envelope import Carried, Received, UnreadableEvent, read_events
from libs.common.messaging.history import catch_up
from libs.common.messaging.inbox import Handler, Subscription, on, take_in
from libs.common.messaging.metrics import consumer_lag_seconds, events_consumed
from libs.common.messaging.outage import Outage
from libs.common.messaging.pace import Pace
from libs.common.messaging.setaside import SetAside
from libs.common.messaging.topology import RETRY_DELAYS_SECONDS, declare_service_queues

__all__ = ["Handler", "Received", "Subscription", "on", "run_consumer"]

BATCH_MAX = 200  # events in a transaction
MESSAGES_MAX = 100  # taken together; each carries up to 100 events and 128 KiB
PREFETCH = 2 * MESSAGES_MAX  # the next ones arrive while these are handled
TRIES_WHILE_DATABASE_ANSWERS = 3
FINISH_SECONDS = 6  # a little longer than statement_timeout

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


async def run_consumer(
    service: str,
    database: Database,
    broker: Broker,
    subscriptions: Sequence[Subscription],
    *,
    retry_delays_seconds: Sequence[float] = RETRY_DELAYS_SECONDS,
    clock: Clock = system_clock,
) -> None:
    """Take in the service's events until cancelled; then stop consuming first and finish the batch at hand.

    Each event's effects happen once. An event that fails comes back after each of `retry_delays_seconds` and
    then goes to the dead letters; a `DomainError` and an unreadable message go there at once. While the
    database or the broker is away, events wait, and that is no failure of theirs.
    """
    outage = Outage(f"{service} consumer")
    event_types = [subscription.model.event_type for subscription in subscriptions]
    models = {subscription.model.event_type: subscription.model for subscription in subscriptions}
    while True:
        try:
            async with broker.channel(prefetch=PREFETCH) as channel:
                queue = await declare_service_queues(
                    channel, broker.topology, service, event_types, retry_delays_seconds
                )
                await catch_up(broker, service, event_types)
                set_aside = SetAside(channel, broker.topology, service, retry_delays_seconds)
                consumer = _Consumer(database, subscriptions, models, set_aside, clock)
                pace = Pace()
                async with deliveries_of(queue) as deliveries:
                    outage.over()
                    while True:
                        messages = await deliveries.batch(MESSAGES_MAX, pace)
                        await _finished(consumer.handle(messages), stop=deliveries.stop)
        except Unavailable as error:
            await outage.pause(error)


@dataclass(frozen=True, slots=True)
class _Delivery:
    """An event that can be handled, and what to send on if it fails."""

    message: AbstractIncomingMessage
    carried: Carried
    received: Received[Event]


@dataclass(frozen=True, slots=True)
class _Consumer:
    database: Database
    subscriptions: Sequence[Subscription]
    models: dict[str, type[Event]]
    set_aside: SetAside
    clock: Clock

    async def handle(self, messages: Sequence[AbstractIncomingMessage]) -> None:
        """Each event is taken in, or waits somewhere else, alone; only then are the messages acknowledged."""
        events = (
            (message, carried)
            for message in messages
            for carried in read_events(message.body, message.content_type, self.models)
        )
        while batch := list(islice(events, BATCH_MAX)):
            if readable := await self._readable(batch):
                await self._settle(readable)
        await messages[-1].ack(multiple=True)

    async def _readable(self, batch: Iterable[tuple[AbstractIncomingMessage, Carried]]) -> list[_Delivery]:
        """Those that can be read, once the others are out of the way."""
        deliveries = []
        for message, carried in batch:
            if isinstance(carried.content, UnreadableEvent):
                await self._fail(message, carried, carried.content)
            else:
                deliveries.append(_Delivery(message, carried, carried.content))
        return deliveries

    async def _settle(self, deliveries: Sequence[_Delivery]) -> None:
        """Take the deliveries in together; if that fails, each half by itself, down to the one that fails."""
        error = await self._take_in(deliveries)
        if error is None:
            return
        if len(deliveries) == 1:
            await self._fail(deliveries[0].message, deliveries[0].carried, error)
            return
        log.info("batch_taken_apart", events=len(deliveries), error=repr(error))
        middle = len(deliveries) // 2
        await self._settle(deliveries[:middle])
        await self._settle(deliveries[middle:])

    async def _take_in(self, deliveries: Sequence[_Delivery]) -> Exception | None:
        """One transaction for all; why it failed, if it did."""
        try:
            fresh = await self._when_database_answers([delivery.received for delivery in deliveries])
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is the failure of the event
            return error
        now = self.clock()
        for delivery in deliveries:
            received = delivery.received
            applied = received.id in fresh
            fresh.discard(received.id)  # a second one in the same batch is a duplicate
            if applied:
                consumer_lag_seconds.observe(max((now - received.time).total_seconds(), 0.0))
            self._count(received.event.event_type, "applied" if applied else "duplicate")
        return None

    async def _when_database_answers(self, events: Sequence[Received[Event]]) -> set[UUID]:
        """Take the events in. While the database is away, try again for as long as it takes."""
        outage = Outage(f"{self.set_aside.service} consumer")
        for _ in range(TRIES_WHILE_DATABASE_ANSWERS - 1):
            try:
                return await take_in(self.database, self.subscriptions, events)
            except Unavailable as error:
                await self._wait_for_database(outage, error)
        return await take_in(self.database, self.subscriptions, events)

    async def _wait_for_database(self, outage: Outage, error: Unavailable) -> None:
        while True:
            await outage.pause(error)
            try:
                await self.database.ping()
            except Unavailable as still:
                error = still
            else:
                outage.over()
                return

    async def _fail(self, message: AbstractIncomingMessage, carried: Carried, error: Exception) -> None:
        outcome = await self.set_aside(message, carried.body, error)
        self._count(message.type if message.type in self.models else "unknown", outcome)

    def _count(self, event_type: str | None, outcome: str) -> None:
        events_consumed.labels(event_type, outcome).inc()


async def _finished(work: Coroutine[Any, Any, None], *, stop: Callable[[], Awaitable[None]]) -> None:
    """Run a batch to its end, also when this task is cancelled meanwhile: then nothing new is taken."""
    batch = asyncio.ensure_future(work)
    try:
        await asyncio.shield(batch)
    except asyncio.CancelledError:
        await stop()
        await asyncio.wait([batch], timeout=FINISH_SECONDS)
        raise
    finally:
        batch.cancel()
        await asyncio.gather(batch, return_exceptions=True)
