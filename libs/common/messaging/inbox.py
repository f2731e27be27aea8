"""Makes an event take effect only once: its id is inserted in the transaction of its effects."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from libs.common.contracts.event import Event
from libs.common.db.database import Database, Transaction
from libs.common.db.pruning import Prunable
from libs.common.messaging.envelope import Received
from libs.common.messaging.topology import HISTORY_DAYS

# Kept longer than the history can replay.
OLD_EVENT_IDS = Prunable("inbox", "received_at", timedelta(days=HISTORY_DAYS + 10))

E = TypeVar("E", bound=Event)
Handler = Callable[[Transaction, Sequence[Received[E]]], Awaitable[None]]

# Sorted, so that two consumers with the same events wait for one another instead of deadlocking.
INSERT_FRESH = """
insert into inbox (event_id)
select event_id from unnest(%(ids)s::uuid[]) as event_id order by event_id
on conflict do nothing
returning event_id
"""


def _any(_: Event) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Subscription:
    """An entry of a service's subscriptions: an event type, its handler, and a filter of events."""

    model: type[Event]
    handler: Handler[Any]
    concerns: Callable[[Any], bool]


def on(model: type[E], handler: Handler[E], *, concerns: Callable[[E], bool] = _any) -> Subscription:
    """Subscribe `handler` to the events of a type: it gets batches, in the order of arrival, each event once.

    An event that `concerns` rejects is dropped: no transaction, no row of the inbox.

    A handler of `Event` itself gets all events of the batch; entered last, it ends the batch. Only then types
    share a transaction.

    The handler runs in the transaction that also inserts the events into the inbox. Events may arrive in
    another order than published: update a value only from a higher `sequence` than that which told it.
    """
    return Subscription(model, handler, concerns)


async def take_in(
    database: Database, subscriptions: Sequence[Subscription], events: Sequence[Received[Event]]
) -> set[UUID]:
    """Apply in one transaction those of `events` that were not applied before, and return their ids.

    Types are handled in the order of `subscriptions`. If a handler raises, everything is rolled back.
    """
    concerns = {subscription.model: subscription.concerns for subscription in subscriptions}
    by_id: dict[UUID, Received[Event]] = {}
    of_no_concern: set[UUID] = set()
    for event in events:
        if concerns.get(type(event.event), _any)(event.event):
            by_id[event.id] = event
        else:
            of_no_concern.add(event.id)
    if not by_id:
        return of_no_concern
    async with database.transaction() as tx:
        fresh = set(await tx.fetch_values(INSERT_FRESH, {"ids": list(by_id)}))
        await handle(tx, subscriptions, [event for id_, event in by_id.items() if id_ in fresh])
    return fresh | of_no_concern


async def handle(
    tx: Transaction, subscriptions: Sequence[Subscription], events: Sequence[Received[Event]]
) -> None:
    """Have the events handled, one type after the other in the order of `subscriptions`."""
    for subscription in subscriptions:
        model = subscription.model
        batch = [event for event in events if model is Event or type(event.event) is model]
        if batch:
            await subscription.handler(tx, batch)


def models_of(subscriptions: Sequence[Subscription]) -> dict[str, type[Event]]:
    """Event type → model, of the types that the service listens to."""
    return {each.model.event_type: each.model for each in subscriptions if each.model is not Event}
