"""Prices before tax and shelf prices: the arithmetic of contract §3, common to all services."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from libs.common.money import to_cents

TaxRate = Literal["0.16", "0.08", "0.00", "EXENT"]

TAX_FRACTIONS: Mapping[TaxRate, Decimal] = {
    "0.16": Decimal("0.16"),
    "0.08": Decimal("0.08"),
    "0.00": Decimal(0),
    "EXENT": Decimal(0),
}
HUNDRED = Decimal(100)


def discounted(price: Decimal, discount_percent: Decimal) -> Decimal:
    """The price before tax with a discount taken off, not rounded."""
    return price * (HUNDRED - discount_percent) / HUNDRED


def shelf_price(price: Decimal, tax_fraction: Decimal) -> Decimal:
    """The shelf price of one piece: the unrounded price before tax plus tax, rounded to the cent."""
    return to_cents(price * (1 + tax_fraction))
