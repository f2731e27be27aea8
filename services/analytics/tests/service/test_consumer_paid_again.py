"""Orders of the web shop that are refunded and paid again by another invoice count as of the last payment."""

from collections.abc import Callable, Sequence
from itertools import permutations
from typing import Any

import httpx
import pytest

from libs.common.contracts.event import Event
from libs.common.contracts.sales import OrderPaid, OrderPaidAgain
from libs.common.db.database import Database
from libs.testing.locks import in_turn
from services.analytics.tests.builders import (
    Consume,
    a_cancellation,
    a_line,
    a_paid_order,
    a_payment_again,
    a_refund,
    a_return,
    at,
)

FIRST_DAY, SECOND_DAY, THIRD_DAY = "2026-02-20", "2026-02-23", "2026-02-27"


def a_web_order(order_id: int | None = None) -> OrderPaid:
    """Two pieces of product 1, for 232.00."""
    return a_paid_order(
        a_line(1, quantity=2), order_id=order_id, payment_method="WEB", paid_at=at(FIRST_DAY, 9)
    )


def paid_again(order: OrderPaid) -> OrderPaidAgain:
    return a_payment_again(order, paid_at=at(SECOND_DAY, 23))


async def counted(database: Database) -> list[dict[str, Any]]:
    """The sales that count, with what the sums say of their days."""
    return await database.fetch_dicts(
        "select order_id, day::text, sale_facts.hour, tickets, revenue::text, line_facts.quantity "
        "from sale_facts join line_facts using (day, order_id) left join sales_by_hour using (day) "
        "order by order_id"
    )


def once(order: OrderPaid, day: str, hour: int) -> list[dict[str, Any]]:
    """The order as the only sale."""
    sums = {"tickets": 1, "revenue": "232.00", "quantity": 2}
    return [{"order_id": order.order_id, "day": day, "hour": hour, **sums}]


@pytest.mark.parametrize("places", list(permutations(range(3))), ids=str)
async def test_it_counts_once_on_the_day_of_the_last_payment_in_whatever_order_that_is_heard(
    database: Database, consume: Consume, places: Sequence[int]
) -> None:
    order = a_web_order()
    told = (order, a_refund(order), paid_again(order))
    for place in places:
        await consume(told[place])
    assert await counted(database) == once(order, SECOND_DAY, 23)
    for event in told:
        await consume(event)  # told by another event
    assert await counted(database) == once(order, SECOND_DAY, 23)


async def test_every_order_of_five_events_in_five_batches_ends_with_the_last_payment(
    database: Database, consume: Consume
) -> None:
    histories: list[Sequence[Event]] = []
    for number, places in enumerate(permutations(range(5)), 1):
        order = a_web_order(number)
        again = paid_again(order)
        last = a_payment_again(order, paid_at=at(THIRD_DAY, 8), times=2)
        told = (order, a_refund(order), again, a_refund(again), last)
        histories.append([told[place] for place in places])
    for batch in zip(*histories, strict=True):
        await consume(*batch)
    rows = await database.fetch_dicts("select day::text, tickets, units from sales_by_hour")
    assert rows == [{"day": THIRD_DAY, "tickets": 120, "units": 240}]


@pytest.mark.parametrize("is_known_before", [False, True])
@pytest.mark.parametrize(
    "end",
    [a_refund, a_cancellation, lambda order: a_return(order, {1: 2}, is_everything_back=True)],
    ids=["refund", "cancellation", "return"],
)
async def test_what_is_undone_after_the_last_payment_no_longer_counts(
    database: Database, consume: Consume, end: Callable[[OrderPaid], Event], *, is_known_before: bool
) -> None:
    order = a_web_order()
    again = paid_again(order)
    for event in (end(again), again) if is_known_before else (again, end(again)):
        await consume(order, a_refund(order), event)
    assert await counted(database) == []
    assert await database.fetch_value("select count(*) from sales_by_hour") == 0


async def test_a_part_that_came_back_is_taken_off_the_last_payment(
    database: Database, consume: Consume
) -> None:
    order = a_web_order()
    await consume(order, a_return(order, {1: 1}))
    await consume(a_refund(order), paid_again(order))
    (row,) = await counted(database)
    assert (row["day"], row["revenue"], row["quantity"]) == (SECOND_DAY, "116.00", 1)


async def test_a_payment_that_waits_for_the_one_before_takes_its_place(
    database: Database, consume: Consume
) -> None:
    other, order = a_web_order(), a_web_order()
    await consume(other)
    told = (consume(event) for event in (order, paid_again(order)))
    await in_turn(database, "select from sales_by_hour for update", *told)
    days = [(row["order_id"], row["day"]) for row in await counted(database)]
    assert days == [(other.order_id, FIRST_DAY), (order.order_id, SECOND_DAY)]


async def test_the_reports_move_it_to_the_day_of_the_last_payment(
    owner: httpx.AsyncClient, consume: Consume
) -> None:
    order = a_web_order()
    await consume(order, a_refund(order), paid_again(order))
    answer = await owner.get(
        "/api/analytics/timeline/", params={"start_date": FIRST_DAY, "end_date": SECOND_DAY}
    )
    days = {row["start_date"]: row["revenue"] for row in answer.json()["timeline"]}
    assert (days[FIRST_DAY], days[SECOND_DAY]) == (0.0, 232.0)
