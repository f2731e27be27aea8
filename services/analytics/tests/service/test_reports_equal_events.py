"""Product ranking and customer sales of any period equal a plain recomputation from the events themselves."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

import pytest

from libs.common.contracts.event import Event
from libs.common.contracts.sales import InvoiceChanged, OrderCancelled, OrderPaid, ReturnProcessed
from libs.common.db.database import Database
from libs.testing.clock import FakeClock
from services.analytics.domain.customer_sales import CustomerSales
from services.analytics.domain.periods import NoSalesInPeriod
from services.analytics.domain.product_ranking import Criterion, Cut, Ranking
from services.analytics.tests.builders import STORE, a_customer
from services.analytics.tests.streams import (
    CUSTOMERS,
    FIRST,
    consume_in_parallel,
    random_changes,
    random_orders,
    shuffled_and_doubled,
)
from services.analytics.usecases.reports.customer_sales import tell_customer_sales
from services.analytics.usecases.reports.desk import Desk
from services.analytics.usecases.reports.ranking import rank_products

PERIODS, LIMIT = 15, 5
CENT, TAXED = Decimal("0.01"), Decimal("1.16")

Pieces = tuple[int, Decimal]


@dataclass
class Left:
    """What counts of an order: the units and the sum with tax of each product, and what came back."""

    order: OrderPaid
    day: date
    lines: dict[int, Pieces] = field(default_factory=dict)
    came_back: set[int] = field(default_factory=set)

    def take_off(self, back: ReturnProcessed) -> None:
        for line in back.lines:
            units, total = self.lines[line.product_id]
            self.lines[line.product_id] = (units - line.quantity, total - line.refund_amount)
            self.came_back.add(line.product_id)

    def before_tax(self, product_id: int) -> Decimal:
        if product_id in self.came_back:
            return (self.lines[product_id][1] / TAXED).quantize(CENT, ROUND_HALF_UP)
        return next(line.amount for line in self.order.lines if line.product_id == product_id)

    @property
    def total(self) -> Decimal:
        return sum((total for _, total in self.lines.values()), Decimal(0))


def counted(events: Sequence[Event]) -> list[Left]:
    """What is left of all sales, one event after the other."""
    sales: dict[int, Left] = {}
    for event in events:
        if isinstance(event, OrderPaid):
            day = event.paid_at.astimezone(STORE).date()
            lines = {line.product_id: (line.quantity, line.amount + line.tax_amount) for line in event.lines}
            sales[event.order_id] = Left(event, day, lines)
    for event in events:
        if isinstance(event, ReturnProcessed):
            sales[event.order_id].take_off(event)
    for event in events:
        match event:
            case OrderCancelled() | InvoiceChanged() | ReturnProcessed(is_everything_back=True):
                sales.pop(event.order_id, None)
    return list(sales.values())


def ranked(sales: Iterable[Left], sign: int) -> list[tuple[int, int, Decimal]]:
    units: defaultdict[int, int] = defaultdict(int)
    revenue: defaultdict[int, Decimal] = defaultdict(Decimal)
    for sale in sales:
        for product_id, (pieces, _) in sale.lines.items():
            units[product_id] += pieces
            revenue[product_id] += sale.before_tax(product_id)
    sold = [(product_id, pieces, revenue[product_id]) for product_id, pieces in units.items() if pieces]
    return sorted(sold, key=lambda each: (sign * each[1], each[0]))[:LIMIT]


def shown(ranking: Ranking) -> tuple[list[tuple[int, int, Decimal]], ...]:
    return tuple(
        [(product.product_id, product.units_sold, product.revenue) for product in products or ()]
        for products in (ranking.most_sold, ranking.least_sold)
    )


def told_plainly(sales: Sequence[Left]) -> object:
    hours: defaultdict[int, Pieces] = defaultdict(lambda: (0, Decimal(0)))
    methods: defaultdict[str, Pieces] = defaultdict(lambda: (0, Decimal(0)))
    products: defaultdict[int, Pieces] = defaultdict(lambda: (0, Decimal(0)))
    for sale in sales:
        hour, method = sale.order.paid_at.astimezone(STORE).hour, sale.order.payment_method
        hours[hour] = (hours[hour][0] + 1, hours[hour][1] + sale.total)
        methods[method] = (methods[method][0] + 1, methods[method][1] + sale.total)
        for product_id, (pieces, total) in sale.lines.items():
            products[product_id] = (products[product_id][0] + pieces, products[product_id][1] + total)
    top = min(products, key=lambda each: (-products[each][1], -products[each][0], each))
    by_spent = sorted(hours.items(), key=lambda each: (-each[1][1], -each[1][0], each[0]))
    by_tickets = sorted(methods.items(), key=lambda each: (-each[1][0], -each[1][1], each[0]))
    return (
        len(sales),
        sum(sale.total for sale in sales),
        by_spent,
        by_tickets,
        (f"Product {top}", products[top]),
    )


def told(sales: CustomerSales) -> object:
    assert sales.overall
    assert sales.top_product
    top = sales.top_product
    return (
        sales.overall.tickets,
        sales.overall.revenue,
        [(hour.hour, (hour.tickets, hour.revenue)) for hour in sales.hours],
        [(method.payment_method, (method.tickets, method.revenue)) for method in sales.payment_methods],
        (top.product_name, (top.units, top.spent)),
    )


@pytest.mark.parametrize("seed", range(4))
async def test_the_reports_of_any_period(database: Database, clock: FakeClock, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - repeatable examples, not secrets
    orders = random_orders(random)
    stream: list[Event] = [*orders, *(change for order in orders for change in random_changes(random, order))]
    customers = [a_customer(number) for number in range(1, CUSTOMERS + 1)]
    await consume_in_parallel(database, shuffled_and_doubled(random, [*stream, *customers]))
    left, desk = counted(stream), Desk(database, clock, STORE)
    for _ in range(PERIODS):
        start, end = sorted(FIRST + timedelta(days=random.randint(-20, 180)) for _ in range(2))
        sales = [sale for sale in left if start <= sale.day <= end]
        try:
            cut = Cut(Criterion.BOTH, LIMIT)
            ranking = (await rank_products(str(start), str(end), cut=cut, desk=desk)).content
        except NoSalesInPeriod:
            assert end < min(sale.day for sale in left) or max(sale.day for sale in left) < start
        else:
            assert shown(ranking) == (ranked(sales, -1), ranked(sales, 1))
        for customer in customers:
            own = [sale for sale in sales if sale.order.customer_id == customer.customer_id]
            number = customer.customer_id
            history = (await tell_customer_sales(number, str(start), str(end), desk=desk)).content
            if own:
                assert told(history) == told_plainly(own)
            else:
                assert (history.overall, history.top_product) == (None, None)
