"""A consumer beside a test, a handler that keeps what it was given, and what waits, stays or is dead."""

import time
from collections.abc import Sequence
from typing import Any

from libs.common.contracts.sales import OrderCancelled, OrderCreated
from libs.common.db.database import Database, Transaction
from libs.common.messaging.broker import Broker
from libs.common.messaging.consumer import run_consumer
from libs.common.messaging.envelope import Received
from libs.common.messaging.inbox import Subscription
from libs.common.messaging.letters import Chosen, list_dead_letters
from libs.common.messaging.outage import Outage
from libs.common.tests.messaging.loops import running

SERVICE = "analytics"
QUICKLY = (0.05, 0.1)


class Orders:
    """A handler that keeps what it was given, and fails for the orders it is told to."""

    def __init__(self, failing: dict[int, Exception] | None = None) -> None:
        self.failing = failing or {}
        self.batches: list[list[int]] = []
        self.tries: list[tuple[int, float]] = []

    @property
    def applied(self) -> list[int]:
        return [order_id for batch in self.batches for order_id in batch]

    async def __call__(
        self, tx: Transaction, events: Sequence[Received[OrderCancelled] | Received[OrderCreated]]
    ) -> None:
        """Keep the order ids, if none fails."""
        ids = [received.event.order_id for received in events]
        self.tries += [(order_id, time.monotonic()) for order_id in ids]
        for order_id in ids:
            if order_id in self.failing:
                raise self.failing[order_id]
        self.batches.append(ids)


def consuming(
    database: Database,
    broker: Broker,
    *subscriptions: Subscription,
    retry_delays_seconds: Sequence[float] = QUICKLY,
    outage: Outage | None = None,
) -> Any:
    return running(
        run_consumer(
            SERVICE,
            database,
            broker,
            subscriptions,
            retry_delays_seconds=retry_delays_seconds,
            outage=outage,
        )
    )


async def queued(broker: Broker) -> int:
    async with broker.channel() as channel:
        declared = await channel.declare_queue(broker.topology.queue(SERVICE), passive=True)
        return declared.declaration_result.message_count or 0


async def delete_queue(broker: Broker, name: str) -> None:
    async with broker.channel() as channel:
        await channel.queue_delete(name)


async def taken_in(database: Database) -> int:
    count: int = await database.fetch_value("select count(*) from inbox")
    return count


async def dead(broker: Broker) -> bool:
    return bool(await list_dead_letters(broker, Chosen(SERVICE)))


async def dead_are(broker: Broker, count: int) -> bool:
    return len(await list_dead_letters(broker, Chosen(SERVICE))) == count


async def taken_in_are(database: Database, count: int) -> bool:
    return await taken_in(database) == count


async def nothing_waits(broker: Broker) -> bool:
    return await queued(broker) == 0
