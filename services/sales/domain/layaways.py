"""The rules of layaways (apartados), and their refusals (contract §8.7)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from libs.common.errors import DomainError, Kind, NotFound, refuse_all
from libs.common.money import ZERO, money_text, to_cents
from services.sales.domain.refunds import Refund, divided
from services.sales.domain.tenders import Payment, Tender, paid_in_all, wrong_in_part

DUE_DAYS = 30
REASON_LENGTH_MAX = 500


@dataclass(frozen=True, slots=True)
class LayawayRules:
    """The shop's settings, in percent: the least deposit of a total, the fee of what a cancelled one paid."""

    min_percent: Decimal
    fee_percent: Decimal

    def least_deposit(self, total: Decimal) -> Decimal:
        """The least deposit for goods of this total."""
        return to_cents(total * self.min_percent / 100)

    def fee(self, paid: Decimal) -> Decimal:
        """What the shop keeps of what was paid for a layaway that is cancelled."""
        return to_cents(paid * self.fee_percent / 100)


class LayawayNotFound(NotFound):
    """There is no such layaway."""

    thing = "Layaway"


class OnlyOpenLayawaysChange(DomainError):
    """The layaway is paid or cancelled already."""

    kind = Kind.CONFLICT
    code = "layaway_not_open"
    remedy = "Read the layaway: its status says what has happened."


class OrderIsLaidAway(DomainError):
    """The order is an open layaway: it is paid and cancelled as such."""

    kind = Kind.CONFLICT
    code = "order_is_layaway"
    remedy = "Use `/api/layaways/{id}/payments/` or `/api/layaways/{id}/cancel/`."

    def __init__(self, layaway_id: int) -> None:
        super().__init__(layaway_id=layaway_id)


class DepositTooSmall(DomainError):
    """The deposit is less than the shop's least part of the total."""

    code = "deposit_too_small"
    remedy = "Take the least deposit, or more."

    def __init__(self, least: Decimal) -> None:
        super().__init__(least=money_text(least))


class DepositAboveTotal(DomainError):
    """The deposit is more than the goods cost."""

    code = "deposit_above_total"
    remedy = "Take at most the total."

    def __init__(self, balance: Decimal) -> None:
        super().__init__(balance=money_text(balance))


class PaymentAboveBalance(DomainError):
    """The payment is more than what is left to pay."""

    code = "payment_above_balance"
    remedy = "Take at most the balance."

    def __init__(self, balance: Decimal) -> None:
        super().__init__(balance=money_text(balance))


class DueDatePast(DomainError):
    """The day by which the layaway is to be paid is over."""

    code = "due_date_past"
    remedy = "Choose today or a later day of the store."


def due_date_of(wanted: date | None, *, today: date) -> date:
    """The day by which a layaway of today is to be paid; raises `DueDatePast`."""
    if wanted is None:
        return today + timedelta(days=DUE_DAYS)
    if wanted < today:
        raise DueDatePast
    return wanted


def check_deposit(deposit: Payment, total: Decimal, rules: LayawayRules) -> None:
    """Raise all that is wrong with a deposit for goods of this total."""
    refusals = list(wrong_in_part(deposit, total))
    paid = paid_in_all(deposit.tenders)
    if paid > total:
        refusals.append(DepositAboveTotal(total))
    elif paid < (least := rules.least_deposit(total)):
        refusals.append(DepositTooSmall(least))
    refuse_all(refusals)


def check_part(payment: Payment, balance: Decimal) -> None:
    """Raise all that is wrong with a payment of a layaway of which this much is left to pay."""
    refusals = list(wrong_in_part(payment, balance))
    if paid_in_all(payment.tenders) > balance:
        refusals.append(PaymentAboveBalance(balance))
    refuse_all(refusals)


def refunds_of_cancelled(tenders: Iterable[Tender], rules: LayawayRules) -> tuple[Refund, ...]:
    """What each payment method gives back of a cancelled layaway: what it paid, less its part of the fee.

    Cents go to the largest remainders, ties to the method that paid first.
    """
    by_method: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for tender in tenders:
        by_method[tender.payment_method] += tender.amount
    paid = sum(by_method.values(), ZERO)
    due = paid - rules.fee(paid)
    return tuple(Refund(method, amount) for method, amount in divided(due, by_method).items())
