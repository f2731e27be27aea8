"""Random streams of events: sales of half a year, and what happens to them later."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from random import Random
from uuid import uuid4
from zoneinfo import ZoneInfo

from libs.common.contracts.event import Event
from libs.common.contracts.sales import OrderPaid
from libs.common.db.database import Database
from libs.common.messaging.envelope import Received
from libs.common.messaging.inbox import take_in
from libs.common.money import to_cents
from libs.testing.received import received
from services.analytics.consumers import subscriptions
from services.analytics.tests.builders import (
    STORE,
    a_cancellation,
    a_line,
    a_paid_order,
    a_payment_again,
    a_refund,
    a_return,
    a_return_at_a_till,
    paid_by,
)

METHODS = ("CASH", "CARD", "POINTS", "CREDIT")
ORDERS, PRODUCTS, CUSTOMERS = 200, 12, 4
FIRST, LAST = date(2025, 10, 12), date(2026, 3, 20)


def random_orders(random: Random) -> list[OrderPaid]:
    """Sales on some days of half a year: gaps, several in one hour, months with no sale at an edge."""
    days = [FIRST + timedelta(days=random.randrange((LAST - FIRST).days + 1)) for _ in range(40)]
    return [_random_order(random, days) for _ in range(ORDERS)]


def _random_order(random: Random, days: Sequence[date]) -> OrderPaid:
    order = a_paid_order(
        *(
            a_line(product, quantity=random.randint(1, 5), unit_price=f"{random.randint(100, 99999) / 100}")
            for product in random.sample(range(1, PRODUCTS + 1), random.randint(1, 4))
        ),
        payment_method=random.choice([*METHODS, "WEB", "WEB", "WEB"]),
        user_id=random.randint(1, 3),
        customer_id=random.choice([None, *range(1, CUSTOMERS + 1)]),
        paid_at=datetime.combine(random.choice(days), datetime.min.time(), UTC)
        + timedelta(seconds=random.randrange(86_400)),
    )
    return paid_in_parts(order, random) if order.channel == "POS" and random.random() < 0.4 else order


def paid_in_parts(order: OrderPaid, random: Random) -> OrderPaid:
    """The same order, paid by two or three methods."""
    left, parts = order.final_amount, {}
    for method in random.sample(METHODS, random.randint(2, 3)):
        parts[method] = to_cents(left * random.randint(1, 9) / 10)
        left -= parts[method]
    parts[method] += left
    payments = paid_by({method: str(amount) for method, amount in parts.items()})
    return order.model_copy(update={"payment_method": "MIXED", "payments": payments})


def random_changes(random: Random, order: OrderPaid) -> list[Event]:
    """What may happen to an order later: returns of parts or all; a web order may be undone, too."""
    if random.random() < 0.4:
        return []
    changes: list[Event] = []
    left = {line.product_id: line.quantity for line in order.lines}
    while any(left.values()) and random.random() < 0.7:
        product_id = random.choice([product for product, quantity in left.items() if quantity])
        quantity = random.randint(1, left[product_id])
        left[product_id] -= quantity
        give_back = a_return if order.channel == "WEB" else partial(_random_return, random)
        changes.append(give_back(order, {product_id: quantity}, is_everything_back=not any(left.values())))
    if order.channel == "WEB" and random.random() < 0.15:
        changes.append(a_cancellation(order))
    if order.channel == "WEB" and random.random() < 0.2:
        changes.append(a_refund(order))
        if random.random() < 0.5:
            again = a_payment_again(order, paid_at=order.paid_at + timedelta(days=random.randrange(9)))
            changes += [again, *([a_refund(again)] if random.random() < 0.2 else [])]
    return changes


def _random_return(
    random: Random, order: OrderPaid, pieces: Mapping[int, int], *, is_everything_back: bool
) -> Event:
    """A return at a till, given back by tenders of the order, by cash, or for an exchange."""
    whole = a_return_at_a_till(order, pieces, is_everything_back=is_everything_back)
    first, second = random.choices([*METHODS, "EXCHANGE"], k=2)
    part = to_cents(whole.refund_amount * random.randint(0, 10) / 10)
    refunds = paid_by({first: str(part)}) + paid_by({second: str(whole.refund_amount - part)})
    return whole.model_copy(update={"refunds": refunds})


def shuffled_and_doubled(random: Random, told: Sequence[Event]) -> list[Received[Event]]:
    """The events in any order, some of them delivered again, others told again."""
    events = [received(event) for event in told]
    sent_again = random.sample(events, min(60, len(events)))
    told_again = [replace(event, id=uuid4()) for event in random.sample(events, min(30, len(events)))]
    stream = [*events, *sent_again, *told_again]
    random.shuffle(stream)
    return stream


async def consume_in_parallel(
    database: Database,
    events: Sequence[Received[Event]],
    *,
    timezone: ZoneInfo = STORE,
    batch: int = 7,
    workers: int = 4,
) -> None:
    """Apply batches in parallel, as several workers do, that update the same rows."""
    batches = [events[start : start + batch] for start in range(0, len(events), batch)]

    async def work(own: Sequence[Sequence[Received[Event]]]) -> None:
        for each in own:
            await take_in(database, subscriptions(timezone), each)

    await asyncio.gather(*(work(batches[worker::workers]) for worker in range(workers)))
