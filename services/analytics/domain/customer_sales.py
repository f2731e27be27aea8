"""The purchases of a customer in a period: sums, hours, methods (contract §6, POS document §30)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from libs.common.errors import DomainError, NotFound
from services.analytics.domain.periods import Period
from services.analytics.domain.tickets import (
    HourTickets,
    MethodTickets,
    Tickets,
    highest_revenue,
    most_used,
)

MIXED = "MIXED"
"""Stands for several payment methods."""


class CustomerNotFound(NotFound):
    """There is no customer with this id, and there never was one."""

    thing = "Customer"


class CustomerIdRequired(DomainError):
    """`customer_id` is missing, or is no whole number."""

    code = "customer_id_required"
    remedy = "Send the customer's id: `?customer_id=5`."


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer as last described, also after they were deleted."""

    customer_id: int
    first_name: str
    last_name: str
    email: str | None

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class Purchases(Tickets):
    """The purchases of an hour of the day that were paid by one method, or by several (`MIXED`)."""

    hour: int
    payment_method: str


@dataclass(frozen=True, slots=True)
class ProductBought:
    """Pieces of a product, and what was spent on them, with tax."""

    product_name: str
    units: int
    spent: Decimal


@dataclass(frozen=True, slots=True)
class CustomerSales:
    """The report. `overall` is None if nothing was bought.

    `hours` stand by what was spent, highest first; `payment_methods` by tickets, most first. Most was
    spent on `top_product`.
    """

    customer: Customer
    period: Period
    overall: Tickets | None
    top_product: ProductBought | None
    hours: Sequence[HourTickets]
    payment_methods: Sequence[MethodTickets]


def tell_purchases(
    customer: Customer,
    period: Period,
    purchases: Sequence[Purchases],
    tenders: Sequence[MethodTickets],
    top_product: ProductBought | None,
) -> CustomerSales:
    """Build the report from the customer's purchases, each hour and method once.

    `tenders` are what each method paid of those that several paid.
    """
    hours: defaultdict[int, list[Tickets]] = defaultdict(list)
    methods: defaultdict[str, list[Tickets]] = defaultdict(list)
    for each in purchases:
        hours[each.hour].append(each)
        if each.payment_method != MIXED:
            methods[each.payment_method].append(each)
    for tender in tenders:
        methods[tender.payment_method].append(tender)
    return CustomerSales(
        customer=customer,
        period=period,
        overall=Tickets(*_sums(purchases)) if purchases else None,
        top_product=top_product,
        hours=sorted((HourTickets(*_sums(each), hour) for hour, each in hours.items()), key=highest_revenue),
        payment_methods=sorted(
            (MethodTickets(*_sums(each), method) for method, each in methods.items()), key=most_used
        ),
    )


def _sums(purchases: Sequence[Tickets]) -> tuple[int, Decimal]:
    return (
        sum(each.tickets for each in purchases),
        sum((each.revenue for each in purchases), Decimal(0)),
    )
