"""Payment methods, the charge of a balance, and the refusals of a payment."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from uuid import UUID

from libs.common.errors import DomainError, Kind
from libs.common.money import money_text


class PaymentMethod(StrEnum):
    """The payment methods. POINTS and CREDIT draw on the customer's balances."""

    CASH = "CASH"
    CARD = "CARD"
    POINTS = "POINTS"
    CREDIT = "CREDIT"
    TRANSFER = "TRANSFER"
    VOUCHER = "VOUCHER"
    EXCHANGE = "EXCHANGE"


BY_MONEY = (PaymentMethod.CASH, PaymentMethod.CARD, PaymentMethod.TRANSFER, PaymentMethod.VOUCHER)
"""The methods that need nobody's balance: what they paid is in the till, at the terminal or at the bank."""
NEEDS_CUSTOMER = frozenset({PaymentMethod.POINTS, PaymentMethod.CREDIT})


@dataclass(frozen=True, slots=True)
class Charge:
    """What a customer's balances pay of an order.

    `points` are whole and pay `by_points` pesos, `credit` is to the cent.
    """

    customer_id: int
    user_id: int
    order_uuid: UUID
    ticket_folio: str
    points: int
    by_points: Decimal
    credit: Decimal


class OnlyPendingOrdersArePaid(DomainError):
    """The order is paid or cancelled already, or is being paid just now."""

    kind = Kind.CONFLICT
    code = "order_not_pending"
    remedy = "Read the order: its status says what has happened."


class PaymentNeedsCustomer(DomainError):
    """Points and credit belong to a customer; an anonymous order has neither."""

    code = "customer_required"
    remedy = "Take another payment method, or place the order for a customer."


class InsufficientPoints(DomainError):
    """The customer has fewer points than the order costs; none were taken."""

    kind = Kind.CONFLICT
    code = "insufficient_points"
    remedy = "Take another payment method."

    def __init__(self, *, available: int, total: Decimal) -> None:
        super().__init__(available=money_text(Decimal(available)), total=money_text(total))


class CreditLimitExceeded(DomainError):
    """The order would raise the customer's debt above their limit; nothing was charged."""

    kind = Kind.CONFLICT
    code = "credit_limit_exceeded"
    remedy = "Take another payment method, or have the customer pay off debt first."

    def __init__(self, *, limit: Decimal, used: Decimal, total: Decimal) -> None:
        super().__init__(limit=money_text(limit), used=money_text(used), total=money_text(total))


def points_to_pay(total: Decimal) -> int:
    """The points that pay this total: one for each peso, rounded up (contract §4)."""
    return int(total.to_integral_value(ROUND_CEILING))
