"""The sales summary of a period (contract §6, POS document §26)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.analytics.domain.periods import Period
from services.analytics.domain.tickets import (
    HourTickets,
    MethodTickets,
    Tickets,
    highest_revenue,
    most_tickets,
    most_used,
)


@dataclass(frozen=True, slots=True)
class Sales(Tickets):
    """The number of sales, their sum with tax, and the highest of them."""

    highest_ticket: Decimal


@dataclass(frozen=True, slots=True)
class HourSales(HourTickets):
    """The sales of one hour of the day, with the lowest and the highest of them."""

    lowest_ticket: Decimal
    highest_ticket: Decimal


@dataclass(frozen=True, slots=True)
class MethodSales(MethodTickets):
    """The sales by one payment method, with the highest of them."""

    highest_ticket: Decimal


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
    overall: Sales
    lowest_ticket: Decimal
    products: Sequence[ProductSales]
    hours: Sequence[HourSales]
    payment_methods: Sequence[MethodSales]

    @property
    def total_units_sold(self) -> int:
        """The units sold of all products."""
        return sum(product.units_sold for product in self.products)

    @property
    def top_product(self) -> ProductSales | None:
        """The product with the highest revenue."""
        return self.products[0] if self.products else None

    @property
    def most_profitable_hour(self) -> HourSales:
        """The hour with the highest revenue; among equals the one with more tickets, then the earliest."""
        return min(self.hours, key=highest_revenue)

    @property
    def busiest_hour(self) -> HourSales:
        """The hour with the most tickets; among equals the one with more revenue, then the earliest."""
        return min(self.hours, key=most_tickets)


def summarise(
    period: Period,
    hours: Sequence[HourSales],
    methods: Sequence[MethodSales],
    products: Sequence[ProductSales],
) -> SalesSummary:
    """Build the report from a period's hours (at least one), methods, and products ranked by revenue.

    Payment methods with equal numbers of tickets are ordered by revenue, then by name.
    """
    return SalesSummary(
        period=period,
        overall=Sales(
            tickets=sum(hour.tickets for hour in hours),
            revenue=sum((hour.revenue for hour in hours), Decimal(0)),
            highest_ticket=max(hour.highest_ticket for hour in hours),
        ),
        lowest_ticket=min(hour.lowest_ticket for hour in hours),
        products=products,
        hours=sorted(hours, key=lambda hour: hour.hour),
        payment_methods=sorted(methods, key=most_used),
    )
