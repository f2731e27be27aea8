"""What counts of a sale: its products, and what is left of them after returns (contract §6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from libs.common.contracts.sales import SoldLine
from libs.common.money import to_cents
from libs.common.prices import TAX_FRACTIONS, TaxRate

# What a line of an event without its rate can have had.
GUESSED_RATES: tuple[TaxRate, ...] = ("0.00", "0.08", "0.16")


@dataclass(frozen=True, slots=True)
class CountedLine:
    """A product of a sale, as far as it counts: pieces, `amount` before tax, and tax."""

    order_id: int
    product_id: int
    quantity: int
    amount: Decimal
    tax_amount: Decimal
    tax_rate: str

    @property
    def total(self) -> Decimal:
        """The amount with tax."""
        return self.amount + self.tax_amount

    @property
    def is_nothing(self) -> bool:
        """Whether all of it has come back."""
        return not self.quantity and not self.total

    def without(self, returned: "ReturnedPieces") -> "CountedLine":
        """The line after a return. What is left depends on the returns, not on their order."""
        total = self.total - returned.refund_amount
        amount = to_cents(total / (1 + TAX_FRACTIONS[self.tax_rate]))
        return replace(
            self, quantity=self.quantity - returned.quantity, amount=amount, tax_amount=total - amount
        )


@dataclass(frozen=True, slots=True)
class ReturnedPieces:
    """Pieces of a product of an order that came back, and what was refunded for them, with tax."""

    order_id: int
    product_id: int
    quantity: int
    refund_amount: Decimal


def after_returns(
    lines: Iterable[CountedLine], returned: Iterable[ReturnedPieces]
) -> tuple[Sequence[CountedLine], Sequence[CountedLine]]:
    """The lines that returns have changed, and those of them that are gone."""
    found = {(line.order_id, line.product_id): line for line in lines}
    changed = {}
    for pieces in returned:
        key = pieces.order_id, pieces.product_id
        if key in found:
            changed[key] = found[key] = found[key].without(pieces)
    return (
        [line for line in changed.values() if not line.is_nothing],
        [line for line in changed.values() if line.is_nothing],
    )


def rate_of(line: SoldLine) -> str:
    """The tax rate of a line; of an event that does not say it, the rate that its tax is closest to."""
    if line.tax_rate is not None:
        return line.tax_rate
    if not line.amount:
        return "0.00"
    return min(GUESSED_RATES, key=lambda rate: abs(TAX_FRACTIONS[rate] - line.tax_amount / line.amount))
