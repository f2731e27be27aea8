"""The lines of sales that have happened: what was paid decides, not today's price (contract §8.6, §8.8)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from libs.common.money import ZERO, to_cents
from libs.common.prices import TAX_FRACTIONS, TaxRate
from services.sales.domain.carts import Quote
from services.sales.domain.orders import goods_of
from services.sales.domain.pricing import Line, price_line
from services.sales.domain.stock import PricedItem
from services.sales.domain.synced import Flag, SoldItem


@dataclass(frozen=True, slots=True)
class Sold:
    """A product that catalog has booked as sold; `short` pieces of it were not in stock."""

    item: PricedItem
    short: int
    is_deleted: bool


def lines_as_sold(
    items: Sequence[SoldItem], goods: Mapping[int, PricedItem], expected: Iterable[Line] = ()
) -> tuple[Line, ...]:
    """The lines: what was paid for a piece is split into price and tax, whatever the piece costs now.

    A line that costs what is `expected` names the promotion or birthday that makes its price so; another one
    the discount by hand (contract §8.8).
    """
    priced = {(line.product_id, line.unit_total): line for line in expected}
    return tuple(
        _line_sold(item, goods[item.product_id], priced.get((item.product_id, item.unit_total)))
        for item in items
    )


def lines_as_undone(items: Sequence[SoldItem], quotes: Mapping[int, Quote]) -> tuple[Line, ...]:
    """The lines of a sale that was undone. One of a product that catalog does not know is all price."""
    return tuple(_line_undone(item, quotes.get(item.product_id)) for item in items)


def flags_of_goods(items: Sequence[SoldItem], sold: Sequence[Sold], expected: Sequence[Line]) -> list[Flag]:
    """What is odd about the goods. `expected` are their lines at the prices of this buyer."""
    priced = {line.product_id: line.unit_total for line in expected}
    by_hand = {
        each.item.product_id: price_line(each.item, item.discount_percent).unit_total
        for item, each in zip(items, sold, strict=True)
        if item.discount_percent is not None
    }
    best = {product: min(price, by_hand.get(product, price)) for product, price in priced.items()}
    flags = []
    if any(item.unit_total != best[item.product_id] for item in items):
        flags.append(Flag.PRICE_DIFFERS)
    if any(each.short for each in sold):
        flags.append(Flag.OVERSOLD)
    if any(each.is_deleted for each in sold):
        flags.append(Flag.PRODUCT_DELETED)
    return flags


def sold_alike(lines: Iterable[Line], others: Iterable[Line]) -> bool:
    """Whether both have the same pieces of the same products, in any order."""
    return set(goods_of(lines)) == set(goods_of(others))


def _line_sold(item: SoldItem, goods: PricedItem, expected: Line | None) -> Line:
    line = _line(item, goods.product_name, goods.tax_rate)
    return replace(
        line,
        discount_amount=max(to_cents(goods.price) - line.unit_price, ZERO) * item.quantity,
        clave_prod_serv=goods.clave_prod_serv,
        clave_unidad=goods.clave_unidad,
        objeto_imp=goods.objeto_imp,
        **_discount(item, expected),
    )


def _line_undone(item: SoldItem, quote: Quote | None) -> Line:
    if quote is None:
        line = _line(item, f"#{item.product_id}", None)
    else:
        line = _line(item, quote.name, quote.tax_rate)
    return replace(line, **item.discount_by_hand)


def _line(item: SoldItem, product_name: str, tax_rate: TaxRate | None) -> Line:
    """The line without its discount. Where no tax rate is known, all that was paid is price."""
    unit_price = to_cents(item.unit_total / (1 + TAX_FRACTIONS[tax_rate])) if tax_rate else item.unit_total
    amount = unit_price * item.quantity
    return Line(
        product_id=item.product_id,
        product_name=product_name,
        quantity=item.quantity,
        unit_price=unit_price,
        tax_amount=item.unit_total * item.quantity - amount,
        discount_amount=ZERO,
        amount=amount,
        tax_rate=tax_rate,
    )


def _discount(item: SoldItem, expected: Line | None) -> Mapping[str, Any]:
    """The members of a line that tell its discount."""
    if expected is None or expected.discount_percent is None:
        return item.discount_by_hand
    return {"discount_percent": expected.discount_percent, "discount_source": expected.discount_source}
