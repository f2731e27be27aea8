"""The lifecycles of orders, returns, invoices, shifts and layaways (contract §4, §8).

Routes let in the actors of their step.
"""

from collections.abc import Mapping
from enum import StrEnum

from libs.common.errors import DomainError
from libs.common.lifecycle import Actor, Lifecycle, Step

BY_STAFF = frozenset({Actor.STAFF})
BY_BUYER = frozenset({Actor.BUYER})
BY_ADMIN = frozenset({Actor.ADMIN})
BY_SYSTEM = frozenset({Actor.SYSTEM})


class PosStatus(StrEnum):
    """The states of an order at the till. PAYING: a customer's balance is being charged."""

    PENDING = "PENDING"
    PAYING = "PAYING"
    PAID = "PAID"
    CANCELLED = "CANCELLED"


class WebStatus(StrEnum):
    """The states of an order in the web store."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    PROCESSING = "processing"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


# Cash and card take one step; a balance takes two, with the charge in customers between them (ADR 0032).
PAY = Step((PosStatus.PENDING,), PosStatus.PAID, BY_STAFF)
START_CHARGE = Step((PosStatus.PENDING,), PosStatus.PAYING, BY_STAFF)
FINISH_CHARGE = Step((PosStatus.PAYING,), PosStatus.PAID, BY_SYSTEM)
UNDO_CHARGE = Step((PosStatus.PAYING,), PosStatus.PENDING, BY_SYSTEM)
CANCEL = Step((PosStatus.PENDING,), PosStatus.CANCELLED, BY_STAFF)
EXPIRE = Step((PosStatus.PENDING,), PosStatus.CANCELLED, BY_SYSTEM)
# A till sends a sale that was made without a network: the goods are gone, and the money is here (§8.6).
REVIVE = Step((PosStatus.CANCELLED,), PosStatus.PAID, BY_SYSTEM)

POS_ORDERS = Lifecycle(
    tuple(PosStatus), (PAY, START_CHARGE, FINISH_CHARGE, UNDO_CHARGE, CANCEL, EXPIRE, REVIVE)
)

BEFORE_SHIPPING = (WebStatus.PENDING, WebStatus.CONFIRMED, WebStatus.PROCESSING)
ALL_BUT_CANCELLED = (*BEFORE_SHIPPING, WebStatus.SHIPPED, WebStatus.DELIVERED)

# The system confirms an order when its invoice is paid, and cancels it if it is not paid in time.
CONFIRM_WEB = Step((WebStatus.PENDING,), WebStatus.CONFIRMED, BY_ADMIN | BY_SYSTEM)
PROCESS_WEB = Step((WebStatus.CONFIRMED,), WebStatus.PROCESSING, BY_ADMIN)
SHIP_WEB = Step((WebStatus.PROCESSING,), WebStatus.SHIPPED, BY_ADMIN)
DELIVER_WEB = Step((WebStatus.SHIPPED,), WebStatus.DELIVERED, BY_ADMIN)
CANCEL_OWN_WEB = Step(BEFORE_SHIPPING, WebStatus.CANCELLED, BY_BUYER | BY_SYSTEM)
CANCEL_WEB = Step(ALL_BUT_CANCELLED, WebStatus.CANCELLED, BY_ADMIN)

WEB_ORDERS = Lifecycle(
    tuple(WebStatus), (CONFIRM_WEB, PROCESS_WEB, SHIP_WEB, DELIVER_WEB, CANCEL_OWN_WEB, CANCEL_WEB)
)

ORDERS: Mapping[str, Lifecycle] = {"POS": POS_ORDERS, "WEB": WEB_ORDERS}


class InvoiceStatus(StrEnum):
    """The stored states of an invoice. A pending one reads `overdue` when its due date is past."""

    PENDING = "pending"
    PAID = "paid"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"


PAY_INVOICE = Step((InvoiceStatus.PENDING,), InvoiceStatus.PAID, BY_ADMIN)
REFUND_INVOICE = Step((InvoiceStatus.PAID,), InvoiceStatus.REFUNDED, BY_ADMIN | BY_SYSTEM)
# When everything bought has come back, an invoice that was not paid is refunded too: nothing is owed.
REFUND_RETURNED = Step((InvoiceStatus.PENDING, InvoiceStatus.PAID), InvoiceStatus.REFUNDED, BY_SYSTEM)
CANCEL_INVOICE = Step((InvoiceStatus.PENDING,), InvoiceStatus.CANCELLED, BY_SYSTEM)

INVOICES = Lifecycle(tuple(InvoiceStatus), (PAY_INVOICE, REFUND_INVOICE, REFUND_RETURNED, CANCEL_INVOICE))


class ReturnStatus(StrEnum):
    """The states of a return of a web order."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    PROCESSED = "processed"


APPROVE_RETURN = Step((ReturnStatus.REQUESTED,), ReturnStatus.APPROVED, BY_ADMIN)
REJECT_RETURN = Step((ReturnStatus.REQUESTED,), ReturnStatus.REJECTED, BY_ADMIN)
PROCESS_RETURN = Step((ReturnStatus.APPROVED,), ReturnStatus.PROCESSED, BY_ADMIN)
# Cancelling an order that was not shipped puts its goods back: nothing is left to return.
REJECT_CANCELLED = Step((ReturnStatus.REQUESTED, ReturnStatus.APPROVED), ReturnStatus.REJECTED, BY_SYSTEM)

RETURNS = Lifecycle(tuple(ReturnStatus), (APPROVE_RETURN, REJECT_RETURN, PROCESS_RETURN, REJECT_CANCELLED))


class ShiftStatus(StrEnum):
    """The states of a shift of a register. What is booked into a closed one stands under `late`."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"


CLOSE_SHIFT = Step((ShiftStatus.OPEN,), ShiftStatus.CLOSED, BY_STAFF)

SHIFTS = Lifecycle(tuple(ShiftStatus), (CLOSE_SHIFT,))


class TillReturnStatus(StrEnum):
    """The states of a return at the till. REFUNDING: points or credit are being given back."""

    REFUNDING = "REFUNDING"
    DONE = "DONE"
    UNDONE = "UNDONE"


FINISH_REFUND = Step((TillReturnStatus.REFUNDING,), TillReturnStatus.DONE, BY_STAFF | BY_SYSTEM)
UNDO_REFUND = Step((TillReturnStatus.REFUNDING,), TillReturnStatus.UNDONE, BY_SYSTEM)

TILL_RETURNS = Lifecycle(tuple(TillReturnStatus), (FINISH_REFUND, UNDO_REFUND))


class LayawayStatus(StrEnum):
    """The states of a layaway. Its order is PENDING, PAID and CANCELLED at the same time."""

    OPEN = "OPEN"
    PAID = "PAID"
    CANCELLED = "CANCELLED"


# The payment after which nothing is left to pay; one before it is no step.
PAY_LAYAWAY = Step((LayawayStatus.OPEN,), LayawayStatus.PAID, BY_STAFF)
CANCEL_LAYAWAY = Step((LayawayStatus.OPEN,), LayawayStatus.CANCELLED, BY_ADMIN)

LAYAWAYS = Lifecycle(tuple(LayawayStatus), (PAY_LAYAWAY, CANCEL_LAYAWAY))


class StepNotAllowed(DomainError):
    """The status cannot change from the present one to the one asked for."""

    code = "step_not_allowed"
    remedy = "Read it again, and take one step at a time from the status that it has now."

    def __init__(self, current: str, wanted: str) -> None:
        super().__init__(current=current, wanted=wanted)


def step_of(lifecycle: Lifecycle, current: str, wanted: str, *, by: Actor) -> Step:
    """The step that this actor takes from the current state to the wanted one; raises `StepNotAllowed`."""
    step = lifecycle.step(current, wanted, by=by)
    if step is None:
        raise StepNotAllowed(str(current), str(wanted))
    return step


def seen_at_till(status: str) -> str:
    """The status that tills see: an order whose payment is under way is PENDING to them."""
    return PosStatus.PENDING if status == PosStatus.PAYING else status


def seen_as(status: str) -> tuple[str, ...]:
    """The states that a till, or the web store, sees as this one."""
    return (PosStatus.PENDING, PosStatus.PAYING) if status == PosStatus.PENDING else (status,)
