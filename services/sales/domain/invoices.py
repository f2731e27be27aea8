"""The rules for invoices, and their refusals (contract §4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from libs.common.errors import DomainError, Kind, NotFound
from services.sales.domain.lifecycles import InvoiceStatus

OVERDUE = "overdue"
SHOWN_STATUSES = (
    InvoiceStatus.PENDING,
    OVERDUE,
    InvoiceStatus.PAID,
    InvoiceStatus.REFUNDED,
    InvoiceStatus.CANCELLED,
)
FIRST_STATUSES = (InvoiceStatus.PENDING, InvoiceStatus.PAID)
"""The statuses in which an admin may create an invoice."""


class InvoiceNotFound(NotFound):
    """There is no such invoice."""

    thing = "Invoice"


class InvoiceExists(DomainError):
    """The order has an invoice that is not deleted; an order has one at a time."""

    kind = Kind.CONFLICT
    code = "invoice_exists"
    remedy = "Change the order's invoice, or delete it first."


class NotTheBuyer(DomainError):
    """The user named is not the one who placed the order."""

    code = "not_the_buyer"
    remedy = "Send the `user_id` of the order."


class OrderIsCancelled(DomainError):
    """The order was cancelled: nothing is to be paid for it."""

    code = "order_cancelled"
    remedy = "Choose another order; this one stays cancelled."


class AmountIsNotTheOrders(DomainError):
    """The amount of an invoice is the total of its order, and no other."""

    code = "invoice_amount"
    remedy = "Leave `amount` out, or send the order's total."

    def __init__(self, total: Decimal) -> None:
        super().__init__(total=total)


@dataclass(frozen=True, slots=True)
class InvoiceRules:
    """The shop's settings for new invoices: their series, and the days until they are due."""

    series: str
    due_days: int

    def due_date(self, now: datetime) -> datetime:
        """When an invoice made now is due, to the second."""
        return now.replace(microsecond=0) + timedelta(days=self.due_days)


def check_amount(amount: Decimal, total: Decimal) -> None:
    """Raise `AmountIsNotTheOrders` unless the amount given for an invoice is the order's total."""
    if amount != total:
        raise AmountIsNotTheOrders(total)


def shown_status(status: str, *, due_date: datetime, now: datetime) -> str:
    """The status that people see: a pending invoice is `overdue` as soon as its due date is past."""
    return OVERDUE if status == InvoiceStatus.PENDING and due_date < now else status
