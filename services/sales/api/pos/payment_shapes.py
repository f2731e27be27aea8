"""The shapes in which tills send and see what paid an order (contract §8.2)."""

import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict  # pydantic requires this TypedDict before Python 3.12

from libs.common.http.described import MoneyText, described, example
from libs.common.http.fields import (
    Choice,
    ChoiceOrNull,
    Many,
    MoneyField,
    PrimaryKeyOrNull,
    Shape,
    TextOrNull,
)
from libs.common.http.refusals import InvalidInput
from libs.common.money import money_or_null, money_text
from services.sales.domain.payments import PaymentMethod
from services.sales.domain.tenders import (
    MIXED,
    REFERENCE_LENGTH_MAX,
    TENDERS_MAX,
    CardKind,
    Payment,
    Tender,
)
from services.sales.usecases.orders.views import OrderView

SHOWN_METHODS = (*PaymentMethod, MIXED)
# An exchange names the return that it is left of.
PAYING_METHODS = tuple(method for method in PaymentMethod if method is not PaymentMethod.EXCHANGE)


class TenderIn(Shape):
    """A part of a payment."""

    payment_method: Annotated[str, Choice(*PaymentMethod)]
    """`POINTS` and `CREDIT` are taken from the balances of the order's customer, at most one part of each."""
    amount: Annotated[Decimal, MoneyField(ge=0)]
    """What is paid so; points pay whole pesos, unless they pay all."""
    reference: Annotated[str | None, TextOrNull(max_length=REFERENCE_LENGTH_MAX)] | None = None
    """The number of the terminal's or the bank's receipt; of an `EXCHANGE` the id of the return."""
    card_kind: Annotated[str | None, ChoiceOrNull(*CardKind)] | None = None
    """With `CARD` only."""

    @property
    def names_its_return(self) -> bool:
        """False for an exchange whose reference is no id."""
        is_id = bool(self.reference and re.fullmatch("[0-9]{1,18}", self.reference))
        return self.payment_method != PaymentMethod.EXCHANGE or is_id


@example(
    {
        "payments": [
            {"payment_method": "CARD", "amount": "150.00", "reference": "004512", "card_kind": "DEBIT"},
            {"payment_method": "CASH", "amount": "82.00"},
        ],
        "cash_received": "100.00",
    }
)
class PaymentIn(Shape):
    """The payment of an order: one method, or several payments that add up to its total."""

    payment_method: Annotated[str, ChoiceOrNull(*PAYING_METHODS)] | None = None
    """Pays all. `POINTS` and `CREDIT` are taken from the balances of the order's customer."""
    payments: Annotated[list[TenderIn], Many(min_items=1, max_items=TENDERS_MAX)] | None = None
    """Instead of `payment_method`."""
    cash_received: Annotated[Decimal, MoneyField(ge=0)] | None = None
    """What was handed over in notes and coins, at least the part that is paid in cash."""
    register_id: Annotated[int, PrimaryKeyOrNull()] | None = Field(default=None, alias="register")
    """The register whose drawer takes the money; without one that of the caller's shift, or the only open."""

    @classmethod
    def needs(cls, body: Mapping[str, Any]) -> Collection[str]:
        """The method, unless there are payments."""
        return () if body.get("payments") is not None else ("payment_method",)

    def payment(self) -> Payment:
        """The payment; raises `InvalidInput` with both ways to name the method."""
        if self.payments is None:
            assert self.payment_method, "needed without payments"
            return Payment(PaymentMethod(self.payment_method), cash_received=self.cash_received)
        if self.payment_method is not None:
            raise InvalidInput([(("payments",), "Envía payment_method o payments, no los dos.")])
        if not all(part.names_its_return for part in self.payments):
            raise InvalidInput([(("payments",), "EXCHANGE lleva el id de la devolución en reference.")])
        return Payment(
            tenders=tuple(Tender(**dict(part)) for part in self.payments),
            cash_received=self.cash_received,
        )


@described
class TenderOut(TypedDict):
    """A part of a payment."""

    payment_method: Annotated[str, Choice(*PaymentMethod)]
    amount: MoneyText
    """What was paid so."""
    reference: str | None
    """The number of the terminal's or the bank's receipt."""
    card_kind: Annotated[str, Choice(*CardKind)] | None
    """Null if the till did not tell, and for what is not a card."""


class PaidOut(TypedDict):
    """What paid an order, as it is shown in every answer about it."""

    payment_method: str | None
    payments: list[TenderOut]
    cash_received: str | None
    change: str | None


def tender_out(tender: Tender) -> TenderOut:
    """A part of a payment as answers show it."""
    return {
        "payment_method": tender.payment_method,
        "amount": money_text(tender.amount),
        "reference": tender.reference,
        "card_kind": tender.card_kind,
    }


def payment_out(order: OrderView) -> PaidOut:
    """What paid the order."""
    return {
        "payment_method": order.payment_method,
        "payments": [tender_out(tender) for tender in order.tenders],
        "cash_received": money_or_null(order.cash_received),
        "change": money_or_null(order.change),
    }
