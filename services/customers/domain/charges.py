"""Charges: points and credit that pay an order, their refunds, and the refusals (contract §4, §5)."""

from dataclasses import dataclass
from decimal import Decimal

from libs.common.errors import DomainError, Kind, NotFound
from libs.common.money import ZERO, money_text
from services.customers.domain.credit import CreditLimitExceeded
from services.customers.domain.points import InsufficientPoints


class ChargeNotFound(NotFound):
    """No such charge was taken."""

    thing = "Charge"


class ChargeBarred(DomainError):
    """It was settled before that no charge with this id is ever taken."""

    kind = Kind.CONFLICT
    code = "charge_fenced"


class ChargeFenced(DomainError):
    """The charge was not taken, and it never will be."""

    kind = Kind.NOT_FOUND
    code = "charge_fenced"


class ChargeDiffers(DomainError):
    """Something else was charged under this id."""

    kind = Kind.CONFLICT
    code = "charge_differs"


class RefundExceedsCharge(DomainError):
    """With this refund, more would be given back than was charged."""

    kind = Kind.CONFLICT
    code = "refund_exceeds_charge"


class RefundExceedsDebt(DomainError):
    """The customer has paid so much of the debt that less is left of it than the credit to give back."""

    kind = Kind.CONFLICT
    code = "refund_exceeds_debt"

    def __init__(self, credit_used: Decimal) -> None:
        super().__init__(credit_used=money_text(credit_used))


class RefundDiffers(DomainError):
    """Something else was given back under this id."""

    kind = Kind.CONFLICT
    code = "refund_differs"


class RefundBarred(DomainError):
    """It was settled before that nothing is ever given back under this id."""

    kind = Kind.CONFLICT
    code = "refund_fenced"


class RefundFenced(DomainError):
    """Nothing was given back under this id, and nothing ever will be."""

    kind = Kind.NOT_FOUND
    code = "refund_fenced"


@dataclass(frozen=True, slots=True)
class Amounts:
    """Whole points, and credit in pesos; neither is negative."""

    points: int
    credit: Decimal

    @property
    def are_nothing(self) -> bool:
        """Whether there is neither a point nor a cent."""
        return self.points == 0 and self.credit == ZERO

    def within(self, other: "Amounts") -> bool:
        """Whether neither exceeds that of `other`."""
        return self.points <= other.points and self.credit <= other.credit

    def and_also(self, other: "Amounts") -> "Amounts":
        """Both, added up."""
        return Amounts(self.points + other.points, self.credit + other.credit)


def refuse_charge(
    charge: Amounts, *, current_points: int, credit_limit: Decimal, credit_used: Decimal
) -> None:
    """Raise `InsufficientPoints` or `CreditLimitExceeded` if the balances do not allow the charge.

    A charge without credit is allowed whatever is owed, even above a limit that was lowered.
    """
    if charge.points > current_points:
        raise InsufficientPoints(current_points)
    if charge.credit > ZERO and credit_used + charge.credit > credit_limit:
        raise CreditLimitExceeded(credit_limit, credit_used)


def refuse_refund(refund: Amounts, *, charged: Amounts, refunded: Amounts, credit_used: Decimal) -> None:
    """Raise `RefundExceedsCharge` or `RefundExceedsDebt` if so much cannot be given back any more."""
    if not refunded.and_also(refund).within(charged):
        raise RefundExceedsCharge
    if refund.credit > credit_used:
        raise RefundExceedsDebt(credit_used)


def refund_description(ticket_folio: str) -> str:
    """The text of a refund in the ledgers: `Devolución F47AC10B`."""
    return f"Devolución {ticket_folio}"
