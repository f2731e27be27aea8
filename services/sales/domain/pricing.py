"""The amounts of lines and orders (contract §4).

The buyer pays the shelf price, to the cent: tax is the shelf price less the price before tax.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from libs.common.money import ZERO, to_cents
from libs.common.prices import TAX_FRACTIONS, TaxRate, discounted, shelf_price
from services.sales.domain.buyers import Buyer
from services.sales.domain.stock import PricedItem, Promotion

NO_DISCOUNT = Decimal(0)


@dataclass(frozen=True, slots=True)
class Line:
    """One product of an order, as sold. `unit_price` and `amount` are before tax, after discounts.

    `tax_rate` is None in lines that were sold before it was recorded.
    """

    product_id: int
    product_name: str
    quantity: int
    unit_price: Decimal
    tax_amount: Decimal
    discount_amount: Decimal
    amount: Decimal
    tax_rate: TaxRate | None

    @property
    def total(self) -> Decimal:
        """What the buyer pays for all pieces."""
        return self.amount + self.tax_amount

    @property
    def unit_total(self) -> Decimal:
        """The shelf price paid for one piece. Every piece costs the same, to the cent (contract §4)."""
        return self.total / self.quantity


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of the lines. `final_amount` is the amount to pay."""

    subtotal: Decimal
    total_tax: Decimal
    final_amount: Decimal
    money_saved_total: Decimal


def price_lines(
    items: Iterable[PricedItem], buyer: Buyer | None, *, today: date, birthday_percent: Decimal
) -> tuple[Line, ...]:
    """Price each item with this buyer's best discount; discounts do not stack. `today` is the store's day."""
    birthday = birthday_percent if buyer and buyer.has_birthday_on(today) else NO_DISCOUNT
    return tuple(price_line(item, max(birthday, _promised(item.promotion, buyer))) for item in items)


def price_line(item: PricedItem, discount_percent: Decimal) -> Line:
    """The line of one item at a discount. Only the shelf price is computed from the unrounded price."""
    price = discounted(item.price, discount_percent)
    unit_price = to_cents(price)
    amount = unit_price * item.quantity
    return Line(
        product_id=item.product_id,
        product_name=item.product_name,
        quantity=item.quantity,
        unit_price=unit_price,
        tax_amount=shelf_price(price, TAX_FRACTIONS[item.tax_rate]) * item.quantity - amount,
        discount_amount=(to_cents(item.price) - unit_price) * item.quantity,
        amount=amount,
        tax_rate=item.tax_rate,
    )


def add_up(lines: Sequence[Line]) -> Totals:
    """The order's totals."""
    subtotal = sum((line.amount for line in lines), ZERO)
    total_tax = sum((line.tax_amount for line in lines), ZERO)
    return Totals(
        subtotal=subtotal,
        total_tax=total_tax,
        final_amount=subtotal + total_tax,
        money_saved_total=sum((line.discount_amount for line in lines), ZERO),
    )


def _promised(promotion: Promotion | None, buyer: Buyer | None) -> Decimal:
    if promotion is None:
        return NO_DISCOUNT
    for_everybody = promotion.target_audience == "ALL"
    if for_everybody or (buyer is not None and buyer.is_frequent):
        return promotion.discount_percent
    return NO_DISCOUNT
