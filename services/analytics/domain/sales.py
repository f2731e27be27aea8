"""Sales as far as they count: their products, and what is left of them after returns (contract §6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from libs.common.money import to_cents
from libs.common.prices import TAX_FRACTIONS, TaxRate

# Events of before rates were told.
LIKELY_RATES: tuple[TaxRate, ...] = ("0.00", "0.08", "0.16")

FOR_GOOD = 2**63 - 1
"""In place of the invoice up to which an order is void: no payment of it counts, by whatever invoice."""


@dataclass(frozen=True, slots=True)
class CountedLine:
    """A product of a sale, as far as it counts: pieces, `amount` before tax, and tax."""

    order_id: int
    product_id: int
    quantity: int
    amount: Decimal
    tax_amount: Decimal
    tax_rate: TaxRate

    @property
    def total(self) -> Decimal:
        """The amount with tax."""
        return self.amount + self.tax_amount

    @property
    def is_nothing(self) -> bool:
        """Whether all of it has come back."""
        return not self.quantity and not self.total

    def with_more(self, line: "CountedLine") -> "CountedLine":
        """The two lines of one product as one."""
        return replace(
            self,
            quantity=self.quantity + line.quantity,
            amount=self.amount + line.amount,
            tax_amount=self.tax_amount + line.tax_amount,
        )

    def without(self, returned: "ReturnedPieces") -> "CountedLine":
        """The line after a return. What is left depends on the returns, not on their order.

        Pieces that brought back what was paid for them take their own base and tax along, as in the report of
        their shift. Once less was refunded for a piece, what is left is split by the tax rate.
        """
        quantity, total = self.quantity - returned.quantity, self.total - returned.refund_amount
        if total * self.quantity == self.total * quantity:
            amount = to_cents(self.amount * quantity / self.quantity)
        else:
            amount = to_cents(total / (1 + TAX_FRACTIONS[self.tax_rate]))
        return replace(self, quantity=quantity, amount=amount, tax_amount=total - amount)


@dataclass(frozen=True, slots=True)
class ReturnedPieces:
    """Pieces of a product of an order that came back, and what was refunded for them, with tax."""

    order_id: int
    product_id: int
    quantity: int
    refund_amount: Decimal

    def with_more(self, pieces: "ReturnedPieces") -> "ReturnedPieces":
        """Both together."""
        return replace(
            self,
            quantity=self.quantity + pieces.quantity,
            refund_amount=self.refund_amount + pieces.refund_amount,
        )


def after_returns(lines: Iterable[CountedLine], returned: Iterable[ReturnedPieces]) -> Sequence[CountedLine]:
    """What is left of the lines after these returns, also of those of which nothing is left."""
    left = {(line.order_id, line.product_id): line for line in lines}
    for pieces in returned:
        key = pieces.order_id, pieces.product_id
        if key in left:
            left[key] = left[key].without(pieces)
    return list(left.values())


def likely_rate(amount: Decimal, tax_amount: Decimal) -> TaxRate:
    """The tax rate of a line whose event does not say it: the one that its tax is closest to."""
    if not amount:
        return "0.00"
    return min(LIKELY_RATES, key=lambda rate: abs(TAX_FRACTIONS[rate] - tax_amount / amount))
