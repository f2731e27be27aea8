"""Consumes a service's events from its queue until it is cancelled."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from aio_pika.abc import AbstractChannel, AbstractQueue

from libs.common.clock import Clock, system_clock
from libs.common.db.database import Database
from libs.common.errors import Unavailable
from libs.common.messaging.batches import Batches
from libs.common.messaging.broker import Broker
from libs.common.messaging.deliveries import Deliveries, deliveries_of
from libs.common.messaging.inbox import Subscription, models_of
from libs.common.messaging.outage import Outage
from libs.common.messaging.pace import Pace
from libs.common.messaging.past import catch_up
from libs.common.messaging.setaside import SetAside
from libs.common.messaging.topology import (
    RETRY_DELAYS_SECONDS,
    declare_service_queues,
    find_service_queues,
)

MESSAGES_MAX = 100  # taken together; each carries up to 100 events and 128 KiB
PREFETCH = 2 * MESSAGES_MAX  # the next ones arrive while these are handled
FINISH_SECONDS = 6  # a little longer than statement_timeout
CALM_SECONDS = 5.0  # more than the longest pause of an outage


async def run_consumer(  # noqa: PLR0913 - its parts, and what tests choose
    service: str,
    database: Database,
    broker: Broker,
    subscriptions: Sequence[Subscription],
    *,
    retry_delays_seconds: Sequence[float] = RETRY_DELAYS_SECONDS,
    clock: Clock = system_clock,
    outage: Outage | None = None,
) -> None:
    """Apply the service's events until cancelled; then stop consuming and finish the current batch.

    Each event's effects happen once. An event that fails is retried after each of `retry_delays_seconds` and
    then dead-lettered; a `DomainError` and an unreadable message are dead-lettered at once. While the
    database or the broker is away, or the database's disk is full, events wait, and that does not count as a
    failure. A broker that does not declare has its queues already, and no access to the history: a new
    service then catches up by command; while one of the queues is missing, events wait too, and `outage` says
    which.
    """
    outage = outage or Outage(f"{service} consumer")
    event_types = list(models_of(subscriptions))

    async def own_queue(channel: AbstractChannel) -> AbstractQueue:
        if not broker.declares:
            return await find_service_queues(channel, broker.topology, service, retry_delays_seconds)
        queue = await declare_service_queues(
            channel, broker.topology, service, event_types, retry_delays_seconds
        )
        await catch_up(broker, service, event_types)
        return queue

    async def consume(channel: AbstractChannel) -> None:
        queue = await own_queue(channel)
        set_aside = SetAside(channel, broker.topology, service, retry_delays_seconds, clock)
        async with deliveries_of(queue) as deliveries:
            with _over_when_calm(outage):
                await _handle_forever(deliveries, Batches(database, subscriptions, set_aside, clock), outage)

    while True:
        try:
            async with broker.channel(prefetch=PREFETCH) as channel:
                await consume(channel)
        except Unavailable as error:
            await outage.pause(error)


@contextmanager
def _over_when_calm(outage: Outage) -> Iterator[None]:
    """An outage is over once a batch was handled, or if none has failed for a while: there may be none.

    To have subscribed is not enough: an event that cannot be set aside fails again at once.
    """
    calm = asyncio.get_running_loop().call_later(CALM_SECONDS, outage.over)
    try:
        yield
    finally:
        calm.cancel()


async def _handle_forever(deliveries: Deliveries, batches: Batches, outage: Outage) -> None:
    pace = Pace()
    while True:
        messages = await deliveries.batch(MESSAGES_MAX, pace)
        await _finished(batches.handle(messages), stop=deliveries.stop)
        outage.over()


async def _finished(work: Coroutine[Any, Any, None], *, stop: Callable[[], Awaitable[None]]) -> None:
    """Finish a batch even if this task is cancelled meanwhile; no new batch is started then."""
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
