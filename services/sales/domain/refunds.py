"""The arithmetic of refunds: which tender gives back how much of an order (contract §8.3).

A refund is divided into shares. Each is taken off one tender of the order, and is given back by that tender's
own method, or by another (cash, or an exchange). When all shares of an order are added up, each tender has
given back exactly what it paid, whatever the parts and their order.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from libs.common.errors import DomainError, refuse_all
from libs.common.money import CENT, ZERO, money_text
from services.sales.domain.payments import PaymentMethod, points_to_pay
from services.sales.domain.tenders import Tender

INSTEAD = frozenset({PaymentMethod.CASH, PaymentMethod.EXCHANGE})
"""The methods that may give back what another has paid."""

Place = TypeVar("Place")


class RefundStatus(StrEnum):
    """How much of an order has come back."""

    NONE = "NONE"
    PARTIAL = "PARTIAL"
    FULL = "FULL"


class RefundsDoNotAddUp(DomainError):
    """The refunds that were asked for are not, together, what the pieces cost."""

    code = "refunds_do_not_add_up"
    remedy = "Ask for a preview, and divide its `refund_amount`; or leave `refunds` out."

    def __init__(self, *, given: Decimal, due: Decimal) -> None:
        super().__init__(given=money_text(given), due=money_text(due))


class RefundBeyondTender(DomainError):
    """A payment method would give back more than it has paid and not given back yet."""

    code = "refund_beyond_tender"
    remedy = "Give back the rest by the other methods of the order, in cash or as an exchange."

    def __init__(self, *, payment_method: str, left: Decimal, requested: Decimal) -> None:
        super().__init__(
            payment_method=str(payment_method), left=money_text(left), requested=money_text(requested)
        )


@dataclass(frozen=True, slots=True)
class Refund:
    """Money to give back by a payment method; POINTS in pesos."""

    payment_method: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class BalanceRefund:
    """Points and credit that a return gives back of a charge; `user_id` is who gives them back."""

    id: UUID
    charge_id: UUID
    points: int
    credit: Decimal
    user_id: int


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a refund: taken off the tender at the place `tender`, given back by `payment_method`.

    `points` come back with it, if the tender was points.
    """

    tender: int
    payment_method: str
    amount: Decimal
    points: int = 0


@dataclass(frozen=True, slots=True)
class Balance:
    """A tender, and what was given back of it: in money, by other methods than its own, and in points."""

    tender: Tender
    given_back: Decimal = ZERO
    by_others: Decimal = ZERO
    points: int = 0

    @property
    def left(self) -> Decimal:
        """What it has left to give back."""
        return self.tender.amount - self.given_back

    def after(self, share: Share) -> "Balance":
        """The balance when this share was taken off it."""
        is_own = share.payment_method == self.tender.payment_method
        return replace(
            self,
            given_back=self.given_back + share.amount,
            by_others=self.by_others + (ZERO if is_own else share.amount),
            points=self.points + share.points,
        )

    def points_with(self, share: Share) -> int:
        """The points that come back with this share.

        Whole ones, rounded down, until the last share brings the rest of all that were taken. Each peso that
        was given back by another method is a point less, rounded up.
        """
        if self.tender.payment_method != PaymentMethod.POINTS:
            return 0
        after = self.after(share)
        if after.left == 0:
            others = int(after.by_others.to_integral_value(ROUND_CEILING))
            return points_to_pay(self.tender.amount) - others - self.points
        is_own = share.payment_method == PaymentMethod.POINTS
        return int(share.amount.to_integral_value(ROUND_FLOOR)) if is_own else 0


def balances_of(tenders: Iterable[Tender], shares: Iterable[Share]) -> tuple[Balance, ...]:
    """The balances of an order's tenders after these shares of all its refunds."""
    balances = [Balance(tender) for tender in tenders]
    for share in shares:
        balances[share.tender] = balances[share.tender].after(share)
    return tuple(balances)


def shares_of(amount: Decimal, balances: Sequence[Balance]) -> tuple[Share, ...]:
    """Divide a refund among the tenders, in proportion to what each has left to give back.

    Cents go to the largest remainders, ties to the tender that stands first. It is at most all that is left.
    """
    lefts = {place: balance.left for place, balance in enumerate(balances)}
    return _with_points(
        (
            Share(place, balances[place].tender.payment_method, part)
            for place, part in divided(amount, lefts).items()
        ),
        balances,
    )


def shares_as_asked(
    refunds: Sequence[Refund], amount: Decimal, balances: Sequence[Balance]
) -> tuple[Share, ...]:
    """Divide a refund as asked for: each method gives back what its own tenders paid.

    Cash and exchanges may give back what other tenders paid, in proportion to what those have left then.
    Raises `RefundsDoNotAddUp`, and `RefundBeyondTender` for each method that is asked for too much.
    """
    given = sum((refund.amount for refund in refunds), ZERO)
    if given != amount:
        raise RefundsDoNotAddUp(given=given, due=amount)
    wanted = {refund.payment_method: given_by(refunds, refund.payment_method) for refund in refunds}
    own = {method: _own_part(method, asked, balances) for method, asked in wanted.items()}
    refuse_all(
        [
            RefundBeyondTender(payment_method=method, left=own[method], requested=asked)
            for method, asked in wanted.items()
            if asked > own[method] and method not in INSTEAD
        ]
    )
    shares: list[Share] = []
    for method, part in own.items():
        shares += _shares_by(method, part, _own_lefts(method, balances))
    for method, asked in wanted.items():
        shares += _shares_by(method, asked - own[method], _lefts_after(shares, balances))
    return _with_points(shares, balances)


def divided(amount: Decimal, lefts: Mapping[Place, Decimal]) -> dict[Place, Decimal]:
    """An amount divided in proportion to `lefts`, of which it is at most the sum; without parts of nothing.

    Cents go to the largest remainders, ties to the first.
    """
    total = sum(lefts.values(), ZERO)
    if amount == 0:
        return {}
    cents, total_cents = int(amount / CENT), int(total / CENT)
    assert cents <= total_cents, f"{amount} of {total}"
    parts = {place: divmod(cents * int(left / CENT), total_cents) for place, left in lefts.items()}
    odd = cents - sum(whole for whole, _ in parts.values())
    # The sort is stable: of equal remainders the first place stays first.
    favoured = set(sorted(parts, key=lambda place: -parts[place][1])[:odd])
    shares = {place: (whole + (place in favoured)) * CENT for place, (whole, _) in parts.items()}
    return {place: share for place, share in shares.items() if share}


def refund_status(refunded_amount: Decimal | None, final_amount: Decimal, *, returnable: int) -> RefundStatus:
    """How much of an order has come back: FULL is all of its money and every piece, also a free one.

    `refunded_amount` is None while nothing has come back; `returnable` are the pieces that still can.
    """
    if refunded_amount is None:
        return RefundStatus.NONE
    is_whole = refunded_amount == final_amount and not returnable
    return RefundStatus.FULL if is_whole else RefundStatus.PARTIAL


def refunds_of(shares: Iterable[Share]) -> tuple[Refund, ...]:
    """What is given back by each method, in the order of the shares."""
    amounts: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for share in shares:
        amounts[share.payment_method] += share.amount
    return tuple(Refund(method, amount) for method, amount in amounts.items())


def given_by(refunds: Iterable[Refund], method: str) -> Decimal:
    """What this method gives back."""
    return sum((refund.amount for refund in refunds if refund.payment_method == method), ZERO)


def gives_cash_instead(shares: Iterable[Share], tenders: Sequence[Tender]) -> bool:
    """Whether cash is given back for what another tender has paid."""
    return any(
        share.payment_method == PaymentMethod.CASH
        and tenders[share.tender].payment_method != PaymentMethod.CASH
        for share in shares
    )


def _own_part(method: str, asked: Decimal, balances: Sequence[Balance]) -> Decimal:
    """How much of what is asked of a method its own tenders have left to give back."""
    return min(asked, sum(_own_lefts(method, balances).values(), ZERO))


def _own_lefts(method: str, balances: Sequence[Balance]) -> dict[int, Decimal]:
    return {
        place: balance.left
        for place, balance in enumerate(balances)
        if balance.tender.payment_method == method
    }


def _lefts_after(shares: Iterable[Share], balances: Sequence[Balance]) -> dict[int, Decimal]:
    lefts = {place: balance.left for place, balance in enumerate(balances)}
    for share in shares:
        lefts[share.tender] -= share.amount
    return lefts


def _shares_by(method: str, amount: Decimal, lefts: Mapping[int, Decimal]) -> list[Share]:
    return [Share(place, method, part) for place, part in divided(amount, lefts).items()]


def _with_points(shares: Iterable[Share], balances: Sequence[Balance]) -> tuple[Share, ...]:
    after = list(balances)
    whole: list[Share] = []
    for share in shares:
        with_points = replace(share, points=after[share.tender].points_with(share))
        after[share.tender] = after[share.tender].after(with_points)
        whole.append(with_points)
    return tuple(whole)
