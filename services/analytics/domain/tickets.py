"""Tickets and their sums: of a period, an hour, a payment method. Money is with tax."""

from dataclasses import dataclass
from decimal import Decimal

from libs.common.money import to_cents


@dataclass(frozen=True, slots=True)
class Tickets:
    """The number of sales and their sum; at least one sale."""

    tickets: int
    revenue: Decimal

    @property
    def average_ticket(self) -> Decimal:
        """The average, rounded half up to the cent."""
        return to_cents(self.revenue / self.tickets)


@dataclass(frozen=True, slots=True)
class HourTickets(Tickets):
    """The sales of one hour of the day, all days of the period together."""

    hour: int


@dataclass(frozen=True, slots=True)
class MethodTickets(Tickets):
    """The sales by one payment method."""

    payment_method: str


def highest_revenue(hour: HourTickets) -> tuple[Decimal, int, int]:
    """Sorts hours by revenue, highest first; equal ones by more tickets, then the earlier."""
    return -hour.revenue, -hour.tickets, hour.hour


def most_tickets(hour: HourTickets) -> tuple[int, Decimal, int]:
    """Sorts hours by tickets, most first; equal ones by more revenue, then the earlier."""
    return -hour.tickets, -hour.revenue, hour.hour


def most_used(method: MethodTickets) -> tuple[int, Decimal, str]:
    """Sorts payment methods by tickets, most first; equal ones by more revenue, then by name."""
    return -method.tickets, -method.revenue, method.payment_method
