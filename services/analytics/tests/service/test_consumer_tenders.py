"""Sales of several tenders count under each method, less what tills gave back by it (contract §8.2, §8.3)."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import permutations

import httpx
import pytest

from libs.common.contracts.event import Event
from libs.common.contracts.sales import OrderPaid
from libs.common.db.database import Database
from services.analytics.tests.builders import (
    Consume,
    a_customer,
    a_line,
    a_paid_order,
    a_return_at_a_till,
)

SUMMARY = "/api/analytics/sales-summary/"
CUSTOMER = "/api/analytics/customer-sales/"
ORDERS = tuple(permutations(range(3)))
THE_DAY = {"start_date": "2026-03-02", "end_date": "2026-03-02"}


def an_order(**payments: str) -> OrderPaid:
    """Two pieces of product 1 at 116.00, paid so."""
    return a_paid_order(a_line(1, quantity=2), payments=payments or None, customer_id=5)


async def methods(owner: httpx.AsyncClient) -> dict[str, tuple[int, float]]:
    """The tickets and the amount of each payment method, by the summary."""
    answer = await owner.get(SUMMARY, params=THE_DAY)
    assert answer.status_code == 200, answer.text
    return {
        each["payment_method"]: (each["total_sales"], each["accumulated_amount"])
        for each in answer.json()["payment_methods"]
    }


async def test_each_tender_counts_under_its_method_and_the_sale_once(
    owner: httpx.AsyncClient, consume: Consume
) -> None:
    await consume(an_order(CASH="32.00", CARD="200.00"), an_order())
    assert await methods(owner) == {"CASH": (2, 264.0), "CARD": (1, 200.0)}
    general = (await owner.get(SUMMARY, params=THE_DAY)).json()["general_summary"]
    assert (general["total_tickets"], general["total_revenue"]) == (2, 464.0)


async def test_two_payments_by_one_method_are_one_tender(owner: httpx.AsyncClient, consume: Consume) -> None:
    order = an_order(CARD="100.00", TRANSFER="132.00")
    paid = order.payments or ()
    twice = [each.model_copy(update={"payment_method": "CARD"}) for each in paid]
    await consume(order.model_copy(update={"payment_method": "CARD", "payments": tuple(twice)}))
    assert await methods(owner) == {"CARD": (1, 232.0)}


async def test_a_customer_s_report_has_the_methods_of_their_tenders(
    owner: httpx.AsyncClient, consume: Consume
) -> None:
    await consume(a_customer(5), an_order(CASH="32.00", CARD="200.00"), an_order())
    answer = (await owner.get(CUSTOMER, params={**THE_DAY, "customer_id": 5})).json()
    assert answer["sales_metrics"]["total_tickets"] == 2
    assert [hour["ticket_count"] for hour in answer["peak_buying_hours"]] == [2]
    assert {each["payment_method"]: each["accumulated_amount"] for each in answer["payment_methods"]} == {
        "CASH": 264.0,
        "CARD": 200.0,
    }


async def test_a_return_takes_its_money_off_the_methods_by_which_it_was_given_back(
    owner: httpx.AsyncClient, consume: Consume
) -> None:
    order = an_order(CASH="32.00", CARD="200.00")
    await consume(order)
    await consume(a_return_at_a_till(order, {1: 1}, {"CASH": "16.00", "CARD": "100.00"}))
    assert await methods(owner) == {"CASH": (1, 16.0), "CARD": (1, 100.0)}


@pytest.mark.parametrize(
    "refunds",
    [{"CASH": "116.00"}, {"EXCHANGE": "116.00"}, {"CASH": "32.00"}, {}],
    ids=["cash instead of a card", "an exchange", "points rounded down", "nothing told"],
)
async def test_what_a_tender_has_not_is_taken_off_the_others_and_none_is_below_nothing(
    owner: httpx.AsyncClient, consume: Consume, refunds: dict[str, str]
) -> None:
    order = an_order(CASH="32.00", CARD="200.00")
    await consume(order, a_return_at_a_till(order, {1: 1}, refunds))
    found = await methods(owner)
    assert sum(amount for _, amount in found.values()) == 116.0
    assert min(amount for _, amount in found.values()) >= 0


async def test_cash_given_back_for_a_card_is_taken_off_the_only_method(
    owner: httpx.AsyncClient, consume: Consume
) -> None:
    order = an_order().model_copy(update={"payment_method": "CARD"})
    await consume(order, a_return_at_a_till(order, {1: 1}, {"CASH": "116.00"}))
    assert await methods(owner) == {"CARD": (1, 116.0)}


def a_sale_and_its_returns(*, all_back: bool) -> Sequence[Event]:
    """Of three pieces one or three come back, in two returns."""
    order = a_paid_order(a_line(1, quantity=3), payments={"CASH": "148.00", "CARD": "200.00"}, customer_id=5)
    return (
        order,
        a_return_at_a_till(order, {1: 1}, {"CASH": "50.00", "CARD": "66.00"}),
        a_return_at_a_till(
            order,
            {1: 2 if all_back else 1},
            {"CASH": "98.00", "CARD": "134.00" if all_back else "18.00"},
            is_everything_back=all_back,
        ),
    )


@pytest.mark.parametrize("order", ORDERS, ids=str)
@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "one by one"])
async def test_in_whatever_order_returns_and_payment_are_heard_the_rest_is_the_same(
    owner: httpx.AsyncClient, consume: Consume, *, order: tuple[int, ...], together: bool
) -> None:
    told = a_sale_and_its_returns(all_back=False)
    heard = [told[place] for place in order]
    for batch in [heard] if together else [[event] for event in [*heard, *heard]]:
        await consume(*batch)
    assert await methods(owner) == {"CARD": (1, 116.0), "CASH": (1, 0.0)}
    summary = (await owner.get(SUMMARY, params=THE_DAY)).json()
    assert (summary["general_summary"]["total_revenue"], summary["products"]["total_units_sold"]) == (
        116.0,
        1,
    )


@pytest.mark.parametrize("order", ORDERS, ids=str)
async def test_a_sale_of_which_everything_came_back_is_no_ticket_in_whatever_order_it_is_heard(
    owner: httpx.AsyncClient, database: Database, consume: Consume, order: tuple[int, ...]
) -> None:
    told = a_sale_and_its_returns(all_back=True)
    for place in order:
        await consume(told[place])
    assert (await owner.get(SUMMARY, params=THE_DAY)).status_code == 400
    for table in ("sale_facts", "line_facts", "sales_by_hour", "sales_by_method", "products_by_month"):
        assert await database.fetch_value(f"select count(*) from {table}") == 0, table


async def test_a_return_a_day_later_is_taken_off_the_day_of_the_sale(
    owner: httpx.AsyncClient, database: Database, consume: Consume
) -> None:
    order = an_order(CASH="32.00", CARD="200.00")
    later = order.paid_at.replace(day=9)
    returned = a_return_at_a_till(order, {1: 1}, {"CASH": "16.00", "CARD": "100.00"})
    await consume(order)
    await consume(returned.model_copy(update={"returned_at": later}))
    days = await database.fetch_dicts("select distinct day::text from sales_by_method")
    assert days == [{"day": "2026-03-02"}]
    assert await database.fetch_value("select sum(revenue) from sales_by_hour") == Decimal("116.00")


async def test_a_free_piece_that_stays_counts_when_another_comes_back(
    consume: Consume, database: Database
) -> None:
    order = a_paid_order(a_line(1, quantity=2, unit_price="0.00"), a_line(2))
    await consume(order)
    await consume(a_return_at_a_till(order, {1: 1}))
    assert await database.fetch_values("select quantity from line_facts where product_id = 1") == [1]
