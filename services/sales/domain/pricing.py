"""The amounts of lines and orders (contract §4).

The buyer pays the shelf price, to the cent: tax is the shelf price less the price before tax.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from libs.common.errors import DomainError
from libs.common.money import ZERO, to_cents
from libs.common.prices import TAX_FRACTIONS, TaxRate, discounted, shelf_price
from services.sales.domain.buyers import Buyer
from services.sales.domain.stock import PricedItem, Promotion

NO_DISCOUNT = Decimal(0)


class DiscountSource(StrEnum):
    """The origin of a line's discount."""

    PROMOTION = "PROMOTION"
    BIRTHDAY = "BIRTHDAY"
    MANUAL = "MANUAL"


@dataclass(frozen=True, slots=True)
class ManualDiscount:
    """A discount that somebody at the till gives on a product (contract §8.4)."""

    percent: Decimal
    reason: str


NOTHING_BY_HAND: Mapping[int, ManualDiscount] = {}


@dataclass(frozen=True, slots=True)
class Discount:
    """The discount of a line; `reason` is that of a manual one."""

    percent: Decimal
    source: DiscountSource
    reason: str | None = None


class DiscountsDiffer(DomainError):
    """The order names a product more than once, with different discounts by hand."""

    code = "discounts_differ"
    remedy = "Give all pieces of a product the same discount."

    def __init__(self, product_id: int) -> None:
        super().__init__(product_id=product_id)


@dataclass(frozen=True, slots=True)
class Line:
    """One product of an order, as sold. `unit_price` and `amount` are before tax, after discounts.

    `tax_rate` is None in lines that were sold before it was recorded, and so are the discount's percent and
    source, which are None without a discount too. The last three are as in `PricedItem`.
    """

    product_id: int
    product_name: str
    quantity: int
    unit_price: Decimal
    tax_amount: Decimal
    discount_amount: Decimal
    amount: Decimal
    tax_rate: TaxRate | None
    discount_percent: Decimal | None = None
    discount_source: str | None = None
    discount_reason: str | None = None
    clave_prod_serv: str | None = None
    clave_unidad: str | None = None
    objeto_imp: str | None = None

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
    items: Iterable[PricedItem],
    buyer: Buyer | None,
    *,
    today: date,
    birthday_percent: Decimal,
    manual: Mapping[int, ManualDiscount] = NOTHING_BY_HAND,
) -> tuple[Line, ...]:
    """Price each item with this buyer's best discount; discounts do not stack. `today` is the store's day.

    `manual` are the discounts by hand, by product.
    """
    birthday = birthday_percent if buyer and buyer.has_birthday_on(today) else NO_DISCOUNT
    return tuple(
        discounted_line(
            item, best_discount(_promised(item.promotion, buyer), birthday, manual.get(item.product_id))
        )
        for item in items
    )


def best_discount(promotion: Decimal, birthday: Decimal, manual: ManualDiscount | None) -> Discount | None:
    """The highest discount, None if there is none; of equal ones the promotion, then the birthday."""
    best = NO_DISCOUNT if manual is None else manual.percent
    if promotion > NO_DISCOUNT and promotion >= max(birthday, best):
        return Discount(promotion, DiscountSource.PROMOTION)
    if birthday > NO_DISCOUNT and birthday >= best:
        return Discount(birthday, DiscountSource.BIRTHDAY)
    return Discount(manual.percent, DiscountSource.MANUAL, manual.reason) if manual else None


def discounted_line(item: PricedItem, discount: Discount | None) -> Line:
    """The line of one item, which keeps where its discount comes from."""
    if discount is None:
        return price_line(item, NO_DISCOUNT)
    return replace(
        price_line(item, discount.percent),
        discount_percent=discount.percent,
        discount_source=discount.source.value,
        discount_reason=discount.reason,
    )


def may_be_wanted(manual: ManualDiscount | None, line: Line) -> bool:
    """Whether the line can be of an order that wanted this discount by hand, which may not have won."""
    if line.discount_source == DiscountSource.MANUAL:
        return manual is not None and manual.percent == line.discount_percent
    return manual is None or manual.percent <= (line.discount_percent or NO_DISCOUNT)


def highest_by_hand(lines: Iterable[Line]) -> Decimal | None:
    """The highest percent of the lines whose discount is the manual one; None if there is no such line."""
    by_hand = (line.discount_percent for line in lines if line.discount_source == DiscountSource.MANUAL)
    return max((percent for percent in by_hand if percent is not None), default=None)


def by_product(discounts: Iterable[tuple[int, ManualDiscount | None]]) -> dict[int, ManualDiscount]:
    """The discounts by hand of an order's items; raises `DiscountsDiffer` if two items disagree."""
    found: dict[int, ManualDiscount | None] = {}
    for product_id, discount in discounts:
        first = found.setdefault(product_id, discount)
        if (first and first.percent) != (discount and discount.percent):
            raise DiscountsDiffer(product_id)
    return {product_id: discount for product_id, discount in found.items() if discount}


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
        clave_prod_serv=item.clave_prod_serv,
        clave_unidad=item.clave_unidad,
        objeto_imp=item.objeto_imp,
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
