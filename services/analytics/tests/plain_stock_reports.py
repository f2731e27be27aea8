"""The reports about stock, computed plainly from `plain.Plain`, and compared with the real answers."""

from collections.abc import Awaitable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from libs.common.contracts.catalog import ProductChanged, StockLevel
from libs.common.db.listing import ListQuery
from libs.common.errors import DomainError
from services.analytics.tests.plain import Plain, cents
from services.analytics.usecases.reports.dead_inventory import list_dead_inventory
from services.analytics.usecases.reports.desk import Desk, Report
from services.analytics.usecases.reports.low_stock import list_low_stock
from services.analytics.usecases.reports.suggesting import WantedOrders, suggest_orders
from services.analytics.usecases.reports.valuation import value_stock
from services.analytics.usecases.reports.velocity import estimate_velocity

COVER_DAYS, PERIOD_DAYS = 14, 30
NO_SUPPLIER = 2**63

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stocked:
    """A product of the catalogue: described, not deleted; with the pieces sold on each day."""

    event: ProductChanged
    stock: int
    sold: Mapping[date, int]

    @property
    def unit_cost(self) -> Decimal:
        """What a piece has cost, as far as that is known."""
        return self.event.price if self.event.cost is None else self.event.cost


async def assert_stock_reports_are_plain(desk: Desk, plain: Plain, since: date) -> None:
    """Every report about stock says what is computed plainly; dead is what was not sold `since`."""
    products = [_stocked(plain, event) for event, _ in plain.products.values() if not event.deleted]
    products.sort(key=lambda product: product.event.product_id)
    await _check_low_stock(desk, products)
    await _check_dead_inventory(desk, products, since)
    await _check_valuation(desk, products)
    for identifier in ("A-2", "jabón", "Café"):
        await _check_velocity(desk, plain, _named(products, identifier), identifier)
    await _check_suggestions(desk, plain, products)


async def answer_of(report: Awaitable[Report[T]]) -> T | None:
    """What a report says; None if it is refused."""
    try:
        return (await report).content
    except DomainError:
        return None


def _stocked(plain: Plain, event: ProductChanged) -> Stocked:
    sold: dict[date, int] = {}
    for sale in plain.sales:
        for line in sale.lines:
            if line.product_id == event.product_id and line.quantity:
                sold[sale.day] = sold.get(sale.day, 0) + line.quantity
    return Stocked(event, plain.stocks()[event.product_id][0], sold)


async def _check_low_stock(desk: Desk, products: Sequence[Stocked]) -> None:
    for threshold in (None, 5):
        page = await answer_of(
            list_low_stock(None if threshold is None else str(threshold), ListQuery(), desk=desk)
        )
        low = [
            product
            for product in products
            if product.stock <= (product.event.low_stock_threshold if threshold is None else threshold)
        ]
        assert page is not None
        assert [(each.product_id, each.current_stock) for each in page.items] == [
            (product.event.product_id, product.stock)
            for product in sorted(low, key=lambda product: -product.stock)
        ]


async def _check_dead_inventory(desk: Desk, products: Sequence[Stocked], since: date) -> None:
    page = await answer_of(list_dead_inventory(str(since), ListQuery(), desk=desk))
    assert page is not None
    assert [(each.product_id, each.current_stock, each.last_sale) for each in page.items] == [
        (product.event.product_id, product.stock, max(product.sold, default=None))
        for product in products
        if not any(day >= since for day in product.sold)
    ]


async def _check_valuation(desk: Desk, products: Sequence[Stocked]) -> None:
    valuation = await answer_of(value_stock(None, desk=desk))
    in_stock = [product for product in products if product.stock > 0]
    assert (valuation is not None) == bool(in_stock)
    if valuation:
        assert valuation.value.cost == sum(product.stock * product.unit_cost for product in in_stock)
        assert valuation.value.sale == sum(product.stock * product.event.final_price for product in in_stock)


def _named(products: Sequence[Stocked], identifier: str) -> Stocked | None:
    """The product with this sku, or else this name; first as it is written, then the oldest."""

    def rank(product: Stocked) -> tuple[bool, bool, int]:
        event = product.event
        return (
            event.sku.lower() != identifier.lower(),
            identifier not in (event.sku, event.name),
            event.product_id,
        )

    meant = [
        product
        for product in products
        if identifier.lower() in (product.event.sku.lower(), product.event.name.lower())
    ]
    return min(meant, key=rank, default=None)


async def _check_velocity(desk: Desk, plain: Plain, product: Stocked | None, identifier: str) -> None:
    report = await answer_of(estimate_velocity(identifier, str(PERIOD_DAYS), desk=desk))
    assert (report is not None) == (product is not None)
    if report is None or product is None:
        return
    today = desk.now.day
    since_first = (today - min(product.sold)).days + 1 if product.sold else PERIOD_DAYS
    days = min(PERIOD_DAYS, since_first)
    units = _sold_on_last(product, days, today)
    assert report.product.product_id == product.event.product_id
    assert (report.velocity.days, report.velocity.units) == (days, units)
    assert report.velocity.per_day == cents(Decimal(units) / days)
    assert report.velocity.current_stock == product.stock
    assert report.velocity.days_in_stock == _days_in_stock(plain, product, today)


async def _check_suggestions(desk: Desk, plain: Plain, products: Sequence[Stocked]) -> None:
    suggestions = await answer_of(suggest_orders(WantedOrders(everything=True), ListQuery(), desk=desk))
    assert suggestions is not None
    today = desk.now.day
    expected = []
    for product in products:
        units = _sold_on_last(product, PERIOD_DAYS, today)
        in_stock = _days_in_stock(plain, product, today)
        needed = max(
            -(-units * COVER_DAYS // (in_stock or PERIOD_DAYS)), product.event.low_stock_threshold + 1
        )
        order = max(0, needed - product.stock) if units else 0
        supplier = product.event.supplier_id
        name = plain.suppliers[supplier][0].name if supplier in plain.suppliers and supplier else None
        expected.append((supplier, name, product.event.product_id, units, in_stock, order))
    expected.sort(key=lambda row: (row[0] or NO_SUPPLIER, row[2]))
    assert [
        (
            each.supplier_id,
            each.supplier_name,
            each.product_id,
            each.units_sold,
            each.days_in_stock,
            each.order_quantity,
        )
        for each in suggestions.page.items
    ] == expected


def _sold_on_last(product: Stocked, days: int, today: date) -> int:
    """The pieces sold on so many days up to today."""
    return sum(pieces for day, pieces in product.sold.items() if (today - day).days < days)


def _days_in_stock(plain: Plain, product: Stocked, today: date) -> int:
    """The days up to today on which the product was in stock at any moment, looked at day by day.

    Those before its first sale count, too.
    """
    entries = [
        (level, event.changed_at.astimezone(plain.timezone).date())
        for level, event in plain.levels
        if level.product_id == product.event.product_id
    ]
    if not entries:
        return PERIOD_DAYS if product.stock > 0 else 0
    first = today.toordinal() - PERIOD_DAYS + 1
    turns = list(_turns(entries))
    since_first = [turn for turn in turns if turn[0] >= first]
    known_from = next(iter(since_first), (first, False))
    came = known_from[0] if known_from[1] else first
    has_no_earlier_turn = since_first == turns
    sold = [day.toordinal() for day, pieces in product.sold.items() if pieces > 0 and has_no_earlier_turn]
    first_sale = min((day for day in sold if day >= first), default=came)
    return sum(
        any(
            level.current_stock > 0 if is_after else level.current_stock - level.change > 0
            for level, is_after in _levels_on(entries, date.fromordinal(ordinal))
        )
        or first_sale <= ordinal < came
        for ordinal in range(first, today.toordinal() + 1)
    )


def _turns(entries: Sequence[tuple[StockLevel, date]]) -> Iterator[tuple[int, bool]]:
    """The days on which the stock came or ran out, and whether it came."""
    for level, at in entries:
        before, after = level.current_stock - level.change > 0, level.current_stock > 0
        if before != after:
            yield at.toordinal(), after


def _levels_on(entries: Sequence[tuple[T, date]], day: date) -> Sequence[tuple[T, bool]]:
    """The entries that tell of the stock on a day: the last one before, and those of the day.

    Before all entries, the stock is as it was before the first.
    """
    before = [level for level, at in entries if at < day]
    begin = (before[-1], True) if before else (entries[0][0], False)
    return [begin, *((level, True) for level, at in entries if at == day)]
