"""The answers of the reports, computed plainly from `plain.Plain`, and compared with the real ones."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from services.analytics.domain.calendar_parts import By
from services.analytics.domain.product_ranking import Criterion, Cut
from services.analytics.domain.sold import Channels, Sold
from services.analytics.domain.timeline import Timeline
from services.analytics.tests.plain import (
    Plain,
    PlainLine,
    PlainSale,
    extremes_of,
    grouped,
    is_deleted,
    revenue_of,
    units_of,
)
from services.analytics.tests.plain_stock_reports import answer_of, assert_stock_reports_are_plain
from services.analytics.usecases.reports.charting import chart_sales
from services.analytics.usecases.reports.customer_sales import tell_customer_sales
from services.analytics.usecases.reports.desk import Desk
from services.analytics.usecases.reports.ranking import rank_products
from services.analytics.usecases.reports.staffing import sum_staff_sales
from services.analytics.usecases.reports.summarising import summarise_sales
from services.analytics.usecases.reports.taxing import sum_taxes

RATES = ("0.16", "0.08", "0.00", "EXENT")


async def assert_reports_are_plain(desk: Desk, plain: Plain, start: date, end: date) -> None:
    """Every report of these days, both included, says what is computed plainly."""
    await _check_summary(desk, plain, start, end)
    await _check_ranking(desk, plain, start, end)
    for customer_id in (1, 2):
        await _check_customer(desk, plain, customer_id, start, end)
    await _check_staff(desk, plain, start, end)
    await _check_taxes(desk, plain, start, end)
    for by in By:
        await _check_timeline(desk, plain, by, start, end)
    await assert_stock_reports_are_plain(desk, plain, start)


def _touches(plain: Plain, start: date, end: date, *, until: date | None = None) -> bool:
    """Whether the days touch those of record, which go on `until` a day without sales."""
    if plain.days is None:
        return False
    first, last = plain.days
    return start <= max(last, until or last) and end >= first


async def _check_summary(desk: Desk, plain: Plain, start: date, end: date) -> None:
    summary = await answer_of(summarise_sales(str(start), str(end), desk=desk))
    sold = plain.sold_between(start, end)
    if summary is None:
        assert not sold
        return
    lowest, highest = extremes_of(sold)
    assert (summary.overall.tickets, summary.overall.revenue) == (len(sold), revenue_of(sold))
    assert (summary.lowest_ticket, summary.overall.highest_ticket) == (lowest, highest)
    assert summary.total_units_sold == units_of(sold)
    assert {
        hour.hour: (hour.tickets, hour.revenue, hour.lowest_ticket, hour.highest_ticket)
        for hour in summary.hours
    } == {
        hour: (len(own), revenue_of(own), *extremes_of(own))
        for hour, own in grouped(sold, lambda sale: sale.hour).items()
    }
    assert [
        (method.payment_method, method.tickets, method.revenue, method.highest_ticket)
        for method in summary.payment_methods
    ] == _methods(sold)
    by_revenue = sorted(_products(sold), key=lambda product: (-product[2], product[0]))
    assert [(each.product_name, each.units_sold, each.revenue) for each in summary.products] == [
        (plain.name_of(number), units, amount) for number, units, amount in by_revenue
    ]


async def _check_ranking(desk: Desk, plain: Plain, start: date, end: date) -> None:
    cut = Cut(Criterion.BOTH, limit=2)
    ranking = await answer_of(rank_products(str(start), str(end), cut=cut, desk=desk))
    assert (ranking is not None) == _touches(plain, start, end)
    if ranking is None:
        return
    sold = [product for product in _products(plain.sold_between(start, end)) if product[1]]
    most = sorted(sold, key=lambda product: (-product[1], product[0]))[:2]
    least = sorted(sold, key=lambda product: (product[1], product[0]))[:2]
    for end_of_ranking, expected in ((ranking.most_sold, most), (ranking.least_sold, least)):
        assert [
            (each.product_id, each.product_name, each.units_sold, each.revenue)
            for each in end_of_ranking or ()
        ] == [(number, plain.name_of(number), units, amount) for number, units, amount in expected]


async def _check_customer(desk: Desk, plain: Plain, customer_id: int, start: date, end: date) -> None:
    report = await answer_of(tell_customer_sales(customer_id, str(start), str(end), desk=desk))
    assert (report is not None) == (customer_id in plain.customers)
    if report is None:
        return
    described, _ = plain.customers[customer_id]
    assert report.customer.name == f"{described.first_name} {described.last_name}"
    bought = [sale for sale in plain.sold_between(start, end) if sale.order.customer_id == customer_id]
    overall = (report.overall.tickets, report.overall.revenue) if report.overall else (0, 0)
    assert overall == (len(bought), revenue_of(bought))
    hours = [
        (hour, len(own), revenue_of(own)) for hour, own in grouped(bought, lambda sale: sale.hour).items()
    ]
    assert [(each.hour, each.tickets, each.revenue) for each in report.hours] == sorted(
        hours, key=lambda each: (-each[2], -each[1], each[0])
    )
    assert [(each.payment_method, each.tickets, each.revenue) for each in report.payment_methods] == [
        method[:3] for method in _methods(bought)
    ]
    spent = [
        (sum(line.amount + line.tax for line in lines), sum(line.quantity for line in lines), number)
        for number, lines in _lines(bought).items()
    ]
    top = min(spent, key=lambda each: (-each[0], -each[1], each[2]), default=None)
    assert (report.top_product is None) == (top is None)
    if report.top_product and top:
        assert (report.top_product.spent, report.top_product.units) == top[:2]
        assert report.top_product.product_name == plain.name_of(top[2])


async def _check_staff(desk: Desk, plain: Plain, start: date, end: date) -> None:
    report = await answer_of(sum_staff_sales(str(start), str(end), desk=desk))
    assert (report is not None) == _touches(plain, start, end, until=desk.now.day)
    if report is None:
        return
    at_tills = [sale for sale in plain.sold_between(start, end) if sale.order.channel == "POS"]
    expected = []
    for number, sold in grouped(at_tills, lambda sale: sale.order.user_id).items():
        user = plain.users[number][0] if number in plain.users else None
        known = (user.username, is_deleted(user)) if user else (None, False)
        expected.append((number, len(sold), units_of(sold), revenue_of(sold), *known))
    expected.sort(key=lambda seller: (-seller[3], seller[0]))
    assert [
        (each.user_id, each.tickets, each.units, each.revenue, each.username, each.is_deleted)
        for each in report.sellers
    ] == expected


async def _check_taxes(desk: Desk, plain: Plain, start: date, end: date) -> None:
    report = await answer_of(sum_taxes(str(start), str(end), desk=desk))
    assert (report is not None) == _touches(plain, start, end, until=desk.now.day)
    if report is None:
        return
    sold = plain.sold_between(start, end)
    taxed = [(sale.day, line) for sale in sold for line in sale.lines if line.amount or line.tax]
    expected = [
        (day, rate, sum(line.amount for _, line in own), sum(line.tax for _, line in own))
        for (day, rate), own in grouped(taxed, lambda pair: (pair[0], pair[1].rate)).items()
    ]
    assert [(each.day, each.tax_rate, each.base, each.tax) for each in report.days] == sorted(
        expected, key=lambda row: (row[0], RATES.index(row[1]))
    )
    assert report.total.total == revenue_of(sold)


async def _check_timeline(desk: Desk, plain: Plain, by: By, start: date, end: date) -> None:
    timeline = await answer_of(chart_sales(str(start), str(end), by, desk=desk))
    assert (timeline is not None) == _touches(plain, start, end, until=desk.now.day)
    if timeline is None:
        return
    sold = plain.sold_between(start, end)
    before = plain.sold_between(timeline.previous_period.start, timeline.previous_period.end)
    assert timeline.previous_period.end < start
    assert _flat(timeline.total.sold) == _by_channel(sold)
    assert _flat(timeline.total.previous) == _by_channel(before)
    if by is By.HOUR_OF_WEEK:
        _check_hours(timeline, sold, before)
    else:
        _check_parts(timeline, plain, start, end)
    if by is not By.MONTH:
        step = start - timeline.previous_period.start
        reached = [sale for sale in before if (sale.day + step, sale.hour) <= desk.now]
        assert _flat(timeline.total.previous_to_date) == _by_channel(reached)


def _check_hours(timeline: Timeline, sold: Iterable[PlainSale], before: Iterable[PlainSale]) -> None:
    for hour in timeline.hours:
        at = (hour.weekday, hour.hour)
        assert _flat(hour.sold) == _by_channel(_at(at, sold))
        assert _flat(hour.previous) == _by_channel(_at(at, before))


def _at(hour: tuple[int, int], sales: Iterable[PlainSale]) -> list[PlainSale]:
    return [sale for sale in sales if (sale.day.isoweekday(), sale.hour) == hour]


def _check_parts(timeline: Timeline, plain: Plain, start: date, end: date) -> None:
    days = [
        date.fromordinal(day)
        for part in timeline.parts
        for day in range(part.days.start.toordinal(), part.days.end.toordinal() + 1)
    ]
    assert days == [date.fromordinal(day) for day in range(start.toordinal(), end.toordinal() + 1)]
    for part in timeline.parts:
        assert _flat(part.sold) == _by_channel(plain.sold_between(part.days.start, part.days.end))
        earlier = plain.sold_between(part.previous_days.start, part.previous_days.end)
        assert _flat(part.previous) == _by_channel(earlier)


def _flat(channels: Channels) -> dict[str, tuple[int, int, Decimal]]:
    return {channel: _figures(channels.of(channel)) for channel in ("POS", "WEB")}


def _figures(sold: Sold) -> tuple[int, int, Decimal]:
    return sold.tickets, sold.units, sold.revenue


def _by_channel(sales: Iterable[PlainSale]) -> dict[str, tuple[int, int, Decimal]]:
    groups = grouped(sales, lambda sale: sale.order.channel)
    own = {channel: groups.get(channel, []) for channel in ("POS", "WEB")}
    return {channel: (len(sold), units_of(sold), revenue_of(sold)) for channel, sold in own.items()}


def _methods(sales: Iterable[PlainSale]) -> list[tuple[str, int, Decimal, Decimal]]:
    """Each payment method with its tickets, their sum and the highest, most tickets first."""
    tenders = [tender for sale in sales for tender in sale.tenders.items()]
    methods = [
        (method, len(own), sum((amount for _, amount in own), Decimal(0)), max(amount for _, amount in own))
        for method, own in grouped(tenders, lambda tender: tender[0]).items()
    ]
    return sorted(methods, key=lambda each: (-each[1], -each[2], each[0]))


def _lines(sales: Iterable[PlainSale]) -> dict[int, list[PlainLine]]:
    return grouped((line for sale in sales for line in sale.lines), lambda line: line.product_id)


def _products(sales: Iterable[PlainSale]) -> list[tuple[int, int, Decimal]]:
    """Each product that stands on these sales, with its pieces and its amount before tax."""
    return [
        (number, sum(line.quantity for line in lines), sum((line.amount for line in lines), Decimal(0)))
        for number, lines in _lines(sales).items()
    ]
