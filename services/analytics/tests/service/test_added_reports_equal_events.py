"""Timeline, staff and taxes of any period equal a plain recomputation from the events themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest

from libs.common.contracts.event import Event
from libs.common.contracts.sales import OrderPaid
from libs.common.db.database import Database
from libs.common.store_calendar import StoreHour, store_hour
from libs.testing.clock import FakeClock
from services.analytics.domain.calendar_parts import By
from services.analytics.domain.periods import NoSalesInPeriod, Period
from services.analytics.domain.sold import CHANNELS, Channels, Sold
from services.analytics.domain.timeline import Timeline
from services.analytics.tests.builders import STORE
from services.analytics.tests.streams import (
    FIRST,
    LAST,
    consume_in_parallel,
    plainly,
    random_changes,
    random_orders,
    shuffled_and_doubled,
)
from services.analytics.usecases.reports.charting import chart_sales
from services.analytics.usecases.reports.desk import Desk
from services.analytics.usecases.reports.staffing import sum_staff_sales
from services.analytics.usecases.reports.taxing import sum_taxes

PERIODS = 12


@dataclass(frozen=True, slots=True)
class Sale:
    """What is left of a sale."""

    channel: str
    user_id: int
    when: StoreHour
    units: int
    total: Decimal


def sales_left(events: Sequence[Event]) -> list[Sale]:
    totals, units = plainly(events)
    return [
        Sale(
            order.channel,
            order.user_id,
            store_hour(order.paid_at, STORE),
            sum(left for (number, _), left in units.items() if number == order.order_id),
            totals[order.order_id],
        )
        for order in events
        if isinstance(order, OrderPaid) and order.order_id in totals
    ]


def together(sales: Sequence[Sale]) -> Sold:
    return Sold(
        len(sales), sum(sale.units for sale in sales), sum((sale.total for sale in sales), Decimal(0))
    )


def within(sales: Sequence[Sale], days: Period) -> list[Sale]:
    return [sale for sale in sales if days.start <= sale.when.day <= days.end]


def assert_sums(shown: Channels, sales: Sequence[Sale]) -> None:
    assert plain(shown.together) == together(sales)
    for channel in CHANNELS:
        assert plain(shown.of(channel)) == together([sale for sale in sales if sale.channel == channel])


def plain(sold: Sold) -> Sold:
    """Without what a kind of figures adds."""
    return Sold(sold.tickets, sold.units, sold.revenue)


def assert_timeline(timeline: Timeline, sales: Sequence[Sale]) -> None:
    now, before = within(sales, timeline.period), within(sales, timeline.previous_period)
    assert_sums(timeline.total.sold, now)
    assert_sums(timeline.total.previous, before)
    for part in timeline.parts:
        assert_sums(part.sold, within(sales, part.days))
        assert_sums(part.previous, within(sales, part.previous_days))
    for hour in timeline.hours:
        place = hour.weekday, hour.hour
        assert_sums(hour.sold, [sale for sale in now if place_of(sale) == place])
        assert_sums(hour.previous, [sale for sale in before if place_of(sale) == place])


def place_of(sale: Sale) -> tuple[int, int]:
    return sale.when.day.isoweekday(), sale.when.hour


def assert_to_date(timeline: Timeline, sales: Sequence[Sale], now: StoreHour) -> None:
    """Of a timeline by days: what had been sold so many days before."""
    days = (timeline.period.end - timeline.period.start).days + 1
    until = StoreHour(now.day - timedelta(days=days), now.hour)
    before = within(sales, timeline.previous_period)
    if timeline.period.end >= now.day:
        before = [sale for sale in before if sale.when <= until]
    assert_sums(timeline.total.previous_to_date, before)


@pytest.mark.parametrize("seed", range(3))
async def test_the_added_reports_of_any_period(database: Database, clock: FakeClock, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - repeatable examples, not secrets
    orders = random_orders(random)
    stream: list[Event] = [*orders, *(change for order in orders for change in random_changes(random, order))]
    await consume_in_parallel(database, shuffled_and_doubled(random, stream))
    left, desk = sales_left(stream), Desk(database, clock, STORE)
    first, last = min(sale.when.day for sale in left), max(sale.when.day for sale in left)
    for _ in range(PERIODS):
        start, end = sorted(random_day(random) for _ in range(2))
        by = random.choice(list(By))
        try:
            timeline = (await chart_sales(str(start), str(end), by, desk=desk)).content
        except NoSalesInPeriod:
            assert end < first or max(last, desk.now.day) < start
            continue
        assert_timeline(timeline, left)
        if by is By.DAY:
            assert_to_date(timeline, left, desk.now)
        sold = within(left, Period(start, end))
        staff = (await sum_staff_sales(str(start), str(end), desk=desk)).content
        assert {seller.user_id: plain(seller) for seller in staff.sellers} == {
            user: together([sale for sale in sold if (sale.user_id, sale.channel) == (user, "POS")])
            for user in {sale.user_id for sale in sold if sale.channel == "POS"}
        }
        taxes = (await sum_taxes(str(start), str(end), desk=desk)).content
        assert taxes.total.total == sum(sale.total for sale in sold)


def random_day(random: Random) -> date:
    """A day with sales around it, or a little outside."""
    return FIRST + timedelta(days=random.randint(-20, (LAST - FIRST).days + 20))
