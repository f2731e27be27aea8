"""The plan of the sample: days and hours as a shop has them, and stock that ends as it should."""

from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from deploy.local.sample.goods import Fate, plan_products
from deploy.local.sample.quarter import (
    CLOSES,
    LEFT_OF_WHAT_RUNS_OUT,
    OPENS,
    Sale,
    is_after_payday,
    plan_sales,
    stocks,
)

pytestmark = pytest.mark.unit

ZONE = ZoneInfo("America/Mexico_City")
NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)  # still 1 March in the store
PRODUCTS = plan_products(1)
SATURDAY, MONDAY = 5, 0


def _plan(seed: int = 1, days: int = 90) -> tuple[Sale, ...]:
    return plan_sales(seed, days, before=NOW, zone=ZONE, products=PRODUCTS)


def test_the_same_seed_is_the_same_quarter_and_another_seed_another() -> None:
    assert _plan() == _plan()
    assert _plan(seed=2) != _plan()


def test_each_day_before_today_and_today_until_now_has_sales_while_the_shop_is_open() -> None:
    moments = [sale.sold_at.astimezone(ZONE) for sale in _plan()]
    assert len({moment.date() for moment in moments}) == 91
    assert str(max(moments).date()) == "2026-03-01"
    assert max(moments) < NOW
    assert all(OPENS <= moment.hour < CLOSES for moment in moments)


def test_saturdays_are_busier_than_mondays_and_evenings_than_mornings() -> None:
    moments = [sale.sold_at for sale in _plan()]
    weekdays = Counter(moment.weekday() for moment in moments)
    hours = Counter(moment.hour for moment in moments)
    assert weekdays[SATURDAY] > 1.5 * weekdays[MONDAY]
    assert hours[18] > 2 * hours[9]


def test_a_sample_that_goes_on_later_today_has_the_same_sales_and_those_since() -> None:
    noon = datetime(2026, 3, 1, 18, tzinfo=UTC)
    until_noon = plan_sales(1, 3, before=noon, zone=ZONE, products=PRODUCTS)
    assert _plan(days=3)[: len(until_noon)] == until_noon
    assert len(_plan(days=3)) > len(until_noon)


def test_more_is_sold_when_wages_have_been_paid() -> None:
    days = Counter(sale.sold_at.date() for sale in _plan(days=360))
    paid, others = ([days[day] for day in days if is_after_payday(day) is paid] for paid in (True, False))
    assert sum(paid) / len(paid) > 1.15 * sum(others) / len(others)


def test_each_register_counts_its_tickets_without_a_gap() -> None:
    sales = _plan()
    for register in {sale.register for sale in sales}:
        numbers = [sale.seq for sale in sales if sale.register == register]
        assert numbers == list(range(1, len(numbers) + 1))


def test_every_tender_some_discounts_and_some_customers_are_among_the_sales() -> None:
    sales = _plan()
    assert {sale.tender for sale in sales} == {"CASH", "CARD", "TRANSFER", "MIXED"}
    assert any(item.discount_percent and item.reason for sale in sales for item in sale.items)
    assert 0 < sum(sale.customer is not None for sale in sales) < len(sales) / 2


def test_there_are_some_hundred_products_that_cost_less_than_they_bring() -> None:
    assert 200 <= len(PRODUCTS) <= 400
    assert len({product.sku for product in PRODUCTS}) == len({p.name for p in PRODUCTS}) == len(PRODUCTS)
    assert all(0 < product.cost < product.price for product in PRODUCTS)


def test_dead_stock_never_sells_and_what_runs_out_ends_with_a_few_pieces() -> None:
    sales = _plan()
    sold = Counter(dict.fromkeys(range(len(PRODUCTS)), 0))
    for item in (item for sale in sales for item in sale.items):
        sold[item.product] += item.pieces
    for place, (product, stock) in enumerate(zip(PRODUCTS, stocks(sales, PRODUCTS), strict=True)):
        left = stock - sold[place]
        assert left > 0
        assert (product.fate is not Fate.IS_DEAD) or sold[place] == 0
        assert (product.fate is not Fate.RUNS_OUT) or left <= LEFT_OF_WHAT_RUNS_OUT
