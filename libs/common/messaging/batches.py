"""Applies events in batches. A failing batch is halved until the failing event is alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

import structlog
from aio_pika.abc import AbstractIncomingMessage
from psycopg.errors import DiskFull

from libs.common.clock import Clock
from libs.common.contracts.event import Event
from libs.common.db.database import Database
from libs.common.errors import Unavailable
from libs.common.faults import Boundary, reached
from libs.common.messaging.envelope import Carried, NobodyListens, Received, UnreadableEvent, read_events
from libs.common.messaging.inbox import Subscription, models_of, take_in
from libs.common.messaging.metrics import consumer_lag_seconds, events_consumed
from libs.common.messaging.outage import Outage
from libs.common.messaging.past import is_replayed
from libs.common.messaging.setaside import SetAside
from libs.common.tracing.spans import spans_of_events

BATCH_MAX = 200  # events in a transaction, at most
TRIES_WHILE_DATABASE_ANSWERS = 3

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Delivery:
    """A readable event, with the message to set aside if it fails."""

    message: AbstractIncomingMessage
    carried: Carried
    received: Received[Event]


class Batches:
    """The batches of one service's consumer."""

    def __init__(
        self, database: Database, subscriptions: Sequence[Subscription], set_aside: SetAside, clock: Clock
    ) -> None:
        self._database = database
        self._subscriptions = subscriptions
        self._set_aside = set_aside
        self._clock = clock
        self._models = models_of(subscriptions)
        models = self._models.values()
        ends_batches = any(each.model is Event for each in subscriptions)
        self._sharing = [set(models)] if ends_batches else [{model} for model in models]

    async def handle(self, messages: Sequence[AbstractIncomingMessage]) -> None:
        """Apply each event or set it aside; only then acknowledge the messages."""
        events = self._events_of(messages)
        while batch := list(islice(events, BATCH_MAX)):
            for deliveries in self._together(await self._without_unreadable(batch)):
                await self._settle(deliveries)
        reached(Boundary.CONSUMER_AFTER_COMMIT)
        await messages[-1].ack(multiple=True)

    def _events_of(
        self, messages: Sequence[AbstractIncomingMessage]
    ) -> Iterator[tuple[AbstractIncomingMessage, Carried]]:
        for message in messages:
            for carried in read_events(message.body, message.content_type, self._models):
                yield message, carried

    async def _without_unreadable(
        self, batch: Sequence[tuple[AbstractIncomingMessage, Carried]]
    ) -> list[_Delivery]:
        """Return the events that can be read; the others are set aside.

        A replay of the history may hold types that the service does not listen to: they are ignored.
        """
        deliveries = []
        for message, carried in batch:
            content = self._checked(message, carried.content)
            if isinstance(content, NobodyListens) and is_replayed(message):
                events_consumed.labels("unknown", "ignored").inc()
            elif isinstance(content, UnreadableEvent):
                await self._fail(message, carried, content)
            else:
                deliveries.append(_Delivery(message, carried, content))
        return deliveries

    def _checked(
        self, message: AbstractIncomingMessage, content: Received[Event] | UnreadableEvent
    ) -> Received[Event] | UnreadableEvent:
        """Refuse an event whose type is not the routing key, for which alone the broker checked the login.

        What did not come through the events' exchange, the service itself or an administrator has sent.
        """
        is_published = message.exchange == self._set_aside.topology.exchange
        if isinstance(content, UnreadableEvent) or not is_published:
            return content
        if content.event.event_type != message.routing_key:
            return UnreadableEvent(f"{content.event.event_type} was published as {message.routing_key}")
        return content

    def _together(self, deliveries: Sequence[_Delivery]) -> Iterator[Sequence[_Delivery]]:
        """Split into what shares a transaction: the events of a type, or all if a handler of `Event` ends it.

        A handler locks its rows in one order; after the rows of another type's handler it could deadlock.
        """
        for models in self._sharing:
            if together := [each for each in deliveries if type(each.received.event) in models]:
                yield together

    async def _settle(self, deliveries: Sequence[_Delivery]) -> None:
        """Apply the events together or, if that fails, in halves; set aside an event that fails alone."""
        error = await self._apply(deliveries)
        if error is None:
            return
        if len(deliveries) == 1:
            await self._fail(deliveries[0].message, deliveries[0].carried, error)
            return
        log.info("batch_taken_apart", events=len(deliveries), error=repr(error))
        middle = len(deliveries) // 2
        await self._settle(deliveries[:middle])
        await self._settle(deliveries[middle:])

    async def _apply(self, deliveries: Sequence[_Delivery]) -> Exception | None:
        """Apply the events in one transaction; return why that failed, if it did."""
        events = [delivery.received for delivery in deliveries]
        told = ((f"apply {event.event.event_type}", event.traceparent) for event in events)
        try:
            with spans_of_events("CONSUMER", told):
                fresh = await self._take_in(events)
        except Exception as error:  # noqa: BLE001 - any exception of a handler is a failure of the event
            return error
        self._tell_applied(events, fresh)
        return None

    async def _take_in(self, events: Sequence[Received[Event]]) -> set[UUID]:
        """Return the ids of the events that were new. While the database is away or full, wait for it."""
        outage = Outage(f"{self._set_aside.service} consumer")
        tries_left = TRIES_WHILE_DATABASE_ANSWERS
        try:
            while True:
                try:
                    return await take_in(self._database, self._subscriptions, events)
                except Unavailable as error:
                    tries_left -= not isinstance(error.__cause__, DiskFull)
                    if not tries_left:
                        raise
                    await self._wait_for_database(outage, error)
        finally:
            outage.over()

    async def _wait_for_database(self, outage: Outage, error: Unavailable) -> None:
        while True:
            await outage.pause(error)
            try:
                await self._database.ping()
            except Unavailable as still:
                error = still
            else:
                return

    def _tell_applied(self, events: Sequence[Received[Event]], fresh: set[UUID]) -> None:
        """Count each event once as applied; a second copy in the same batch is a duplicate.

        One line in the log names all that were applied, with the trace of the request that caused each.
        """
        now = self._clock()
        applied: dict[UUID, str] = {}
        for event in events:
            is_first = event.id in fresh and event.id not in applied
            if is_first:
                applied[event.id] = f"{event.event.event_type} {event.subject} {event.traceparent or ''}"
                consumer_lag_seconds.observe(max((now - event.time).total_seconds(), 0.0))
            events_consumed.labels(event.event.event_type, "applied" if is_first else "duplicate").inc()
        if applied:
            log.info("events_applied", applied=list(applied.values()))

    async def _fail(self, message: AbstractIncomingMessage, carried: Carried, error: Exception) -> None:
        outcome = await self._set_aside(message, carried.body, error)
        event_type = message.type if message.type in self._models else "unknown"
        events_consumed.labels(event_type, outcome).inc()
