"""The sales summary of a period (contract §6, POS document §26)."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self, TypeVar

from libs.common.money import to_cents
from services.analytics.domain.periods import Period

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Tickets:
    """The number of sales, their sum with tax, and the lowest and highest of them."""

    tickets: int
    revenue: Decimal
    lowest_ticket: Decimal
    highest_ticket: Decimal

    @property
    def average_ticket(self) -> Decimal:
        """The average, rounded half up to the cent."""
        return to_cents(self.revenue / self.tickets)

    @classmethod
    def of_all(cls, parts: Sequence[Self]) -> "Tickets":
        """One sum of several (at least one)."""
        return Tickets(
            tickets=sum(part.tickets for part in parts),
            revenue=sum((part.revenue for part in parts), Decimal(0)),
            lowest_ticket=min(part.lowest_ticket for part in parts),
            highest_ticket=max(part.highest_ticket for part in parts),
        )


@dataclass(frozen=True, slots=True)
class SalesCell(Tickets):
    """The sales of one hour of the day (all days of the period together) by one payment method."""

    hour: int
    payment_method: str


@dataclass(frozen=True, slots=True)
class ProductSales:
    """The sales of a product; `revenue` is before tax."""

    product_name: str
    units_sold: int
    revenue: Decimal


@dataclass(frozen=True, slots=True)
class SalesSummary:
    """The report: `products` by revenue, highest first; `hours` of the day; `payment_methods` by tickets."""

    period: Period
    overall: Tickets
    products: Sequence[ProductSales]
    hours: Sequence[tuple[int, Tickets]]
    payment_methods: Sequence[tuple[str, Tickets]]

    @property
    def total_units_sold(self) -> int:
        """The units sold of all products."""
        return sum(product.units_sold for product in self.products)

    @property
    def top_product(self) -> ProductSales | None:
        """The product with the highest revenue."""
        return self.products[0] if self.products else None

    @property
    def most_profitable_hour(self) -> tuple[int, Tickets]:
        """The hour with the highest revenue; among equals the one with more tickets, then the earliest."""
        return min(self.hours, key=lambda entry: (-entry[1].revenue, -entry[1].tickets, entry[0]))

    @property
    def busiest_hour(self) -> tuple[int, Tickets]:
        """The hour with the most tickets; among equals the one with more revenue, then the earliest."""
        return min(self.hours, key=lambda entry: (-entry[1].tickets, -entry[1].revenue, entry[0]))


def summarise(period: Period, cells: Sequence[SalesCell], products: Sequence[ProductSales]) -> SalesSummary:
    """Build the report from a period's cells (at least one) and its products, already ranked by revenue.

    Payment methods with equal numbers of tickets are ordered by revenue, then by name.
    """
    return SalesSummary(
        period=period,
        overall=Tickets.of_all(cells),
        products=products,
        hours=sorted(_grouped(cells, lambda cell: cell.hour)),
        payment_methods=sorted(
            _grouped(cells, lambda cell: cell.payment_method),
            key=lambda entry: (-entry[1].tickets, -entry[1].revenue, entry[0]),
        ),
    )


def _grouped(cells: Iterable[SalesCell], key: Callable[[SalesCell], K]) -> list[tuple[K, Tickets]]:
    groups: dict[K, list[SalesCell]] = {}
    for cell in cells:
        groups.setdefault(key(cell), []).append(cell)
    return [(name, Tickets.of_all(group)) for name, group in groups.items()]
