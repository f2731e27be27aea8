"""The tenders of a sale: what each of several payment methods paid of it (contract §8.2, §8.3)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol, TypeAlias

Tenders: TypeAlias = Mapping[str, Decimal]
"""Amounts by payment method."""


class Payment(Protocol):
    """A part of what was paid, or given back, as sales tells it."""

    @property
    def payment_method(self) -> str:
        """By which it was paid."""

    @property
    def amount(self) -> Decimal:
        """How much."""


@dataclass(frozen=True, slots=True)
class Refund:
    """What was given back of an order by a payment method."""

    order_id: int
    payment_method: str
    amount: Decimal


def tenders_of(payments: Sequence[Payment] | None) -> Tenders | None:
    """What each method paid; None if one paid all, which the sale itself says."""
    amounts = _by_method(payments or ())
    return amounts if len(amounts) > 1 else None


def refunds_of(order_id: int, payments: Sequence[Payment] | None) -> Sequence[Refund]:
    """What was given back of the order by each method."""
    return [Refund(order_id, method, amount) for method, amount in _by_method(payments or ()).items()]


def after_refunds(tenders: Tenders, refunds: Iterable[Refund], left: Decimal) -> Tenders:
    """What is left of the tenders of a sale of which so much is left; none is below nothing.

    A refund is taken off its own tender. What that one has not, as cash given back for a card has not, is
    taken off the others in the order of their names: what is left depends on the refunds, not on their order.
    """
    amounts = dict(tenders)
    for refund in refunds:
        own = amounts.get(refund.payment_method, Decimal(0))
        if own:
            amounts[refund.payment_method] = max(own - refund.amount, Decimal(0))
    for method in sorted(amounts):
        too_much = max(sum(amounts.values()) - left, Decimal(0))
        amounts[method] -= min(too_much, amounts[method])
    return amounts


def written(tenders: Tenders) -> Mapping[str, str]:
    """The amounts as text, to the cent; equal amounts are equal texts."""
    return {method: f"{amount:.2f}" for method, amount in tenders.items()}


def _by_method(payments: Iterable[Payment]) -> Tenders:
    amounts: defaultdict[str, Decimal] = defaultdict(Decimal)
    for payment in payments:
        amounts[payment.payment_method] += payment.amount
    return amounts
