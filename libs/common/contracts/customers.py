"""The events of customers."""

from datetime import date
from typing import Literal
from uuid import UUID

from libs.common.contracts.event import Amount, Event, Instant, event

PointsType = Literal["EARN", "REDEEM", "ADJUSTMENT"]
CreditType = Literal["CHARGE", "PAYMENT", "ADJUSTMENT"]
CreditPaymentMethod = Literal["CASH", "CARD", "TRANSFER"]


@event("customers.customer_changed.v1", subject="customer/<customer_id>")
class CustomerChanged(Event):
    """A customer was created, changed or deleted: the current state."""

    customer_id: int
    first_name: str
    last_name: str
    email: str | None = None
    phone_number: str
    is_frequent: bool
    deleted: bool = False


@event("customers.points_changed.v1", subject="customer/<customer_id>")
class PointsChanged(Event):
    """Points of a customer were earned, taken, given back or moved by hand: one event a line of the history.

    `change` is negative if points were taken; `current_points` is the balance after this line. `reference` is
    the order that earned, took or gave back the points; null if they were moved by hand, by `user_id`.
    `changed_at` is the time of the line: of earned points, when the order was paid.
    """

    customer_id: int
    change: int
    current_points: int
    transaction_type: PointsType
    ledger_id: int
    reference: UUID | None = None
    user_id: int | None = None
    changed_at: Instant


@event("customers.credit_changed.v1", subject="customer/<customer_id>")
class CreditChanged(Event):
    """Credit of a customer was charged, paid off or given back: one event a line of the history.

    `change` is added to the debt: positive for a charge, negative for a payment. `credit_used` is the debt
    after this line, `credit_limit` the limit in force. `reference` is the order that was charged or refunded;
    null for a payment.
    """

    customer_id: int
    change: Amount
    credit_used: Amount
    credit_limit: Amount
    transaction_type: CreditType
    ledger_id: int
    reference: UUID | None = None
    user_id: int | None = None
    changed_at: Instant


@event("customers.credit_payment_received.v1", subject="customer/<customer_id>", once_per="payment")
class CreditPaymentReceived(Event):
    """Money was taken from a customer towards their debt; not published if nothing was owed.

    `amount` is what was applied to the debt, at most what was given. `shift_id` is the shift of sales whose
    drawer took it, `register_id` its register; both null: it belongs to none. `user_id` took it.
    """

    customer_id: int
    ledger_id: int
    amount: Amount
    payment_method: CreditPaymentMethod
    shift_id: int | None = None
    register_id: int | None = None
    user_id: int
    paid_at: Instant


@event("customers.frequent_status_changed.v1", subject="customer/<customer_id>")
class FrequentStatusChanged(Event):
    """A customer became frequent, or stopped being so.

    It was decided at the customer's first purchase of `month` (its first day), by the month before.
    """

    customer_id: int
    is_frequent: bool
    month: date
    changed_at: Instant
