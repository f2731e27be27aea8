"""A return at the till as it is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.sales.domain.payments import PaymentMethod
from services.sales.domain.refunds import Refund, Share, given_by, refunds_of
from services.sales.domain.returns import ReturnLine


@dataclass(frozen=True, slots=True)
class Payout:
    """The rest of an exchange, paid out in cash by a user."""

    amount: Decimal
    user_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class TillReturnView:
    """A return without its lines. What is known only when the money was given back is None before."""

    id: int
    uuid: UUID
    order_id: int
    customer_id: int | None
    status: str
    user_id: int
    reason: str
    refund_amount: Decimal
    shares: Sequence[Mapping[str, Any]]
    points_returned: int
    exchange_left: Decimal | None
    approved_by: int | None
    register_id: int | None
    created_at: datetime
    done_at: datetime | None
    kept_amount: Decimal | None
    points_taken_back: int | None
    is_everything_back: bool | None
    paid_out: Decimal | None
    paid_out_by: int | None
    paid_out_at: datetime | None

    @property
    def payout(self) -> Payout | None:
        """The cash that was paid out of an exchange, or None."""
        if self.paid_out is None or self.paid_out_by is None or self.paid_out_at is None:
            return None
        return Payout(self.paid_out, self.paid_out_by, self.paid_out_at)

    @property
    def parts(self) -> tuple[Share, ...]:
        """The shares of the refund."""
        return tuple(shares_from(self.shares))

    @property
    def refunds(self) -> tuple[Refund, ...]:
        """The money that is given back by each method."""
        return refunds_of(self.parts)

    @property
    def credit(self) -> Decimal:
        """The credit that is given back."""
        return given_by(self.refunds, PaymentMethod.CREDIT)


@dataclass(frozen=True, slots=True)
class TillReturn:
    """A return with its lines, in the order of the request."""

    view: TillReturnView
    lines: tuple[ReturnLine, ...]


def shares_from(stored: Sequence[Mapping[str, Any]]) -> list[Share]:
    """The shares as they are stored in `shares`."""
    return [
        Share(share["tender"], share["payment_method"], Decimal(share["amount"]), share["points"])
        for share in stored
    ]


def exchanged(refunds: Sequence[Refund]) -> Decimal | None:
    """The money of these refunds that new orders can be paid with; None if nothing is exchanged."""
    return given_by(refunds, PaymentMethod.EXCHANGE) or None
