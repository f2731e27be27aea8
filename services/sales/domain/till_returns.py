"""The rules of returns at the till: what may come back, until when, and whose approval it needs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from libs.common.approvals import Action
from libs.common.errors import DomainError, NotFound, refuse_all
from libs.common.money import ZERO
from libs.common.store_calendar import store_day
from services.sales.domain.approvals import Deed
from services.sales.domain.lifecycles import PosStatus
from services.sales.domain.people import Person
from services.sales.domain.pricing import Line
from services.sales.domain.refunds import (
    Balance,
    Refund,
    Share,
    gives_cash_instead,
    shares_as_asked,
    shares_of,
)
from services.sales.domain.returns import Pieces, ReturnItem, ReturnLine, TooManyReturned, as_lines


class TillReturnNotFound(NotFound):
    """There is no such return at a till."""

    thing = "Return"


class OnlyPaidOrdersAreReturned(DomainError):
    """The order is not paid, so that there is nothing to give back."""

    code = "order_not_paid"
    remedy = "Cancel a pending order instead."


class ReturnPeriodOver(DomainError):
    """The order was paid too long ago for an EMPLOYEE to take its goods back."""

    code = "return_period_over"
    remedy = "Have an ADMIN or OWNER take the goods back."

    def __init__(self, days: int) -> None:
        super().__init__(days=days)


class CreditPaidOff(DomainError):
    """The customer owes less than the credit that would be given back, as the debt was paid off since."""

    code = "credit_paid_off"
    remedy = "Name another payment method in `refunds`."


class NothingToPayOut(DomainError):
    """Nothing is left of the return: it was not exchanged, or it was used up or paid out."""

    code = "nothing_to_pay_out"
    remedy = "Read the return: it says how its money was given back."


@dataclass(frozen=True, slots=True)
class ReturnRules:
    """For how many days of the store an EMPLOYEE takes goods back."""

    days: int
    timezone: ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A return as it is asked for. Without `refunds` the money goes back the way it came."""

    order_id: int
    items: tuple[ReturnItem, ...]
    reason: str
    refunds: tuple[Refund, ...] | None
    taker: Person


@dataclass(frozen=True, slots=True)
class Decision:
    """What a return brings back and gives back; `deeds` may need an approval."""

    lines: tuple[ReturnLine, ...]
    shares: tuple[Share, ...]
    refund_amount: Decimal
    deeds: tuple[Deed, ...]

    @property
    def points(self) -> int:
        """The points that come back."""
        return sum(share.points for share in self.shares)


def check_period(paid_at: datetime, taker: Person, *, rules: ReturnRules, now: datetime) -> None:
    """Raise `ReturnPeriodOver` if this user does not take goods of that time back any more."""
    last_day = store_day(paid_at, rules.timezone) + timedelta(days=rules.days)
    if not taker.is_admin and store_day(now, rules.timezone) > last_day:
        raise ReturnPeriodOver(rules.days)


def check_paid(status: str) -> None:
    """Raise `OnlyPaidOrdersAreReturned` unless the order is paid."""
    if status != PosStatus.PAID:
        raise OnlyPaidOrdersAreReturned


def decide(
    wanted: Wanted,
    *,
    sold: Sequence[Line],
    pieces: Mapping[int, Pieces],
    balances: Sequence[Balance],
) -> Decision:
    """What the return of these items is, from an order that `sold` lines.

    Raises `TooManyReturned` for each product, or the refusals of `shares_as_asked`.
    """
    lines = _lines_of(wanted, sold, pieces)
    amount = sum((line.refund_amount for line in lines), ZERO)
    if wanted.refunds is None:
        shares = shares_of(amount, balances)
    else:
        shares = shares_as_asked(wanted.refunds, amount, balances)
    tenders = [balance.tender for balance in balances]
    deeds = [Deed(Action.REFUND, str(wanted.order_id), amount)]
    if gives_cash_instead(shares, tenders):
        deeds.append(Deed(Action.CASH_REFUND, str(wanted.order_id)))
    return Decision(lines, shares, amount, tuple(deeds))


def _lines_of(wanted: Wanted, sold: Iterable[Line], pieces: Mapping[int, Pieces]) -> tuple[ReturnLine, ...]:
    lines = {line.product_id: line for line in sold}
    requested: dict[int, int] = defaultdict(int)
    for item in wanted.items:
        requested[item.product_id] += item.quantity
    refuse_all(
        [
            TooManyReturned(
                product_id=product_id,
                product_name=lines[product_id].product_name if product_id in lines else str(product_id),
                returnable=returnable,
                requested=quantity,
            )
            for product_id, quantity in requested.items()
            if quantity > (returnable := pieces[product_id].returnable if product_id in pieces else 0)
        ]
    )
    return as_lines(wanted.items, lines)
