"""Tenders: the parts of a payment, each by one method, their rules and the change (contract §8.2)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from libs.common.errors import DomainError, refuse_all
from libs.common.money import ZERO, money_text
from services.sales.domain.payments import NEEDS_CUSTOMER, PaymentMethod

MIXED = "MIXED"
"""The method of an order that two different methods paid."""
TENDERS_MAX = 10
REFERENCE_LENGTH_MAX = 40


class CardKind(StrEnum):
    """The kinds of a card."""

    CREDIT = "CREDIT"
    DEBIT = "DEBIT"


@dataclass(frozen=True, slots=True)
class Tender:
    """What one method paid, in pesos. `reference` is the terminal's or the bank's."""

    payment_method: str
    amount: Decimal
    reference: str | None = None
    card_kind: str | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """What a till says that it was paid: `tenders`, or a `method` that pays all.

    `cash_received` is what the buyer handed over in notes and coins; None if the till does not tell.
    """

    method: PaymentMethod | None = None
    tenders: tuple[Tender, ...] = ()
    cash_received: Decimal | None = None

    @property
    def payment_method(self) -> str:
        """The order's `payment_method`: the method of all tenders, or MIXED."""
        methods = {self.method} if self.method else {tender.payment_method for tender in self.tenders}
        return methods.pop() if len(methods) == 1 else MIXED

    @property
    def has_details(self) -> bool:
        """Whether it says more than a method, so that it has to be compared with the total."""
        return self.method is None or self.cash_received is not None

    @property
    def draws_on_balances(self) -> bool:
        """Whether any part is taken from the customer's points or credit."""
        return any(tender.payment_method in NEEDS_CUSTOMER for tender in self.of(ZERO))

    def of(self, total: Decimal) -> tuple[Tender, ...]:
        """The tenders that pay this total."""
        return self.tenders if self.method is None else (Tender(self.method, total),)


class PaymentsDoNotAddUp(DomainError):
    """The sum of the payments is not the order's total."""

    code = "payments_do_not_add_up"
    remedy = "Send payments that add up to `final_amount`."

    def __init__(self, *, paid: Decimal, total: Decimal) -> None:
        super().__init__(paid=money_text(paid), total=money_text(total))


class PaymentNotPositive(DomainError):
    """A payment is of 0.00, which pays nothing of an order that costs something."""

    code = "payment_not_positive"
    remedy = "Leave it out."


class PaymentMethodTwice(DomainError):
    """Points or credit stand in two payments; the customer has one balance of each."""

    code = "payment_method_twice"
    remedy = "Add the two payments up."

    def __init__(self, payment_method: str) -> None:
        super().__init__(payment_method=payment_method)


class PointsNotWhole(DomainError):
    """Points pay whole pesos, unless they pay all of the order."""

    code = "points_not_whole"
    remedy = "Let the other payments pay the cents."


class CardKindWithoutCard(DomainError):
    """A payment that is not by card has a kind of card."""

    code = "card_kind_without_card"
    remedy = "Leave `card_kind` out."


class CashShort(DomainError):
    """The buyer has handed over less than the cash part of the payment."""

    code = "cash_short"
    remedy = "Take the rest, or pay it by another method."

    def __init__(self, missing: Decimal) -> None:
        super().__init__(missing=money_text(missing))


class ExchangeShort(DomainError):
    """Less is left of the return than the exchange would pay; nothing if there is no such return."""

    code = "exchange_short"
    remedy = "Pay the rest by another method."

    def __init__(self, left: Decimal) -> None:
        super().__init__(left=money_text(left))


class CashNotPaid(DomainError):
    """Cash was received, but no part of the payment is in cash."""

    code = "cash_not_paid"
    remedy = "Leave `cash_received` out, or name CASH among the payments."


def check_payment(payment: Payment, total: Decimal) -> None:
    """Raise all that is wrong with a payment of this total; nothing is for one method without details."""
    tenders = payment.of(total)
    paid = paid_in_all(tenders)
    refusals = [] if paid == total else [PaymentsDoNotAddUp(paid=paid, total=total)]
    refuse_all([*refusals, *wrong_in_part(payment, total)])


def wrong_in_part(payment: Payment, total: Decimal) -> Iterable[DomainError]:
    """What is wrong with a payment that pays this total, or a part of it."""
    tenders = payment.of(total)
    yield from _wrong_tenders(tenders, total)
    yield from _wrong_cash(tenders, payment.cash_received)


def paid_in_all(tenders: Iterable[Tender]) -> Decimal:
    """What they paid together."""
    return sum((tender.amount for tender in tenders), ZERO)


def paid_by(tenders: Iterable[Tender], method: str) -> Decimal:
    """What this method paid."""
    return sum((tender.amount for tender in tenders if tender.payment_method == method), ZERO)


def cash_part(tenders: Iterable[Tender]) -> Decimal:
    """What was paid in cash, without the change."""
    return paid_by(tenders, PaymentMethod.CASH)


def change_of(tenders: Iterable[Tender], cash_received: Decimal | None) -> Decimal | None:
    """The change; None if it is not known what was handed over."""
    return None if cash_received is None else cash_received - cash_part(tenders)


def merged(tenders: Iterable[Tender]) -> tuple[Tender, ...]:
    """The tenders; those of one method, reference and kind of card are added up in the first one's place."""
    amounts: dict[Tender, Decimal] = defaultdict(lambda: ZERO)
    for tender in tenders:
        amounts[replace(tender, amount=ZERO)] += tender.amount
    return tuple(replace(tender, amount=amount) for tender, amount in amounts.items())


def kept(tenders: Sequence[Tender]) -> list[dict[str, str | None]] | None:
    """The tenders as an order keeps them; None if its payment method and total say as much."""
    is_one = len(tenders) <= 1
    if is_one and not any(tender.reference or tender.card_kind for tender in tenders):
        return None
    return rows_of(tenders)


def rows_of(tenders: Iterable[Tender]) -> list[dict[str, str | None]]:
    """The tenders as they are stored."""
    return [
        {
            "payment_method": str(tender.payment_method),
            "amount": money_text(tender.amount),
            "reference": tender.reference,
            "card_kind": tender.card_kind,
        }
        for tender in tenders
    ]


def tenders_of(
    payments: Sequence[Mapping[str, Any]] | None, payment_method: str | None, total: Decimal
) -> tuple[Tender, ...]:
    """The tenders of an order that keeps these `payments`; none of one that is not paid."""
    if payment_method is None:
        return ()
    if payments is None:
        return (Tender(payment_method, total),)
    return stored_tenders(payments)


def stored_tenders(payments: Iterable[Mapping[str, Any]]) -> tuple[Tender, ...]:
    """The tenders that are stored as these `rows_of`."""
    return tuple(
        Tender(paid["payment_method"], Decimal(paid["amount"]), paid["reference"], paid["card_kind"])
        for paid in payments
    )


def paid_alike(tenders: Iterable[Tender], others: Iterable[Tender]) -> bool:
    """Whether both paid the same amounts by the same methods, in any order."""
    return _paid_by_each(tenders) == _paid_by_each(others)


def _paid_by_each(tenders: Iterable[Tender]) -> dict[str, Decimal]:
    amounts: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for tender in tenders:
        amounts[tender.payment_method] += tender.amount
    return amounts


def _wrong_tenders(tenders: Sequence[Tender], total: Decimal) -> Iterable[DomainError]:
    if (total > ZERO or len(tenders) > 1) and any(tender.amount == ZERO for tender in tenders):
        yield PaymentNotPositive()
    for method in sorted(NEEDS_CUSTOMER):
        if sum(tender.payment_method == method for tender in tenders) > 1:
            yield PaymentMethodTwice(method)
    if len(tenders) > 1 and paid_by(tenders, PaymentMethod.POINTS) % 1:
        yield PointsNotWhole()
    if any(tender.card_kind and tender.payment_method != PaymentMethod.CARD for tender in tenders):
        yield CardKindWithoutCard()


def _wrong_cash(tenders: Sequence[Tender], cash_received: Decimal | None) -> Iterable[DomainError]:
    if cash_received is None:
        return
    if all(tender.payment_method != PaymentMethod.CASH for tender in tenders):
        yield CashNotPaid()
    elif cash_received < cash_part(tenders):
        yield CashShort(cash_part(tenders) - cash_received)
