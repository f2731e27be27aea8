"""Parses tax rates, converts prices that were written, and formats prices before tax (contract §3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Literal

from libs.common.money import CENT, to_cents
from libs.common.prices import TAX_FRACTIONS, TaxRate, shelf_price

BASE_PRICE_STEP = CENT * CENT  # prices before tax have 4 decimals

TILL_TAX_RATE: TaxRate = "0.16"
"""The tax rate of a product that a till creates without one."""
STORE_TAX_RATE: TaxRate = "0.00"
"""The tax rate of a product that the web shop creates without one."""

# The tills write a rate as a percentage or as a fraction; both mean the same.
WRITTEN_RATES: Mapping[Decimal, TaxRate] = {
    Decimal("0.16"): "0.16",
    Decimal(16): "0.16",
    Decimal("0.08"): "0.08",
    Decimal(8): "0.08",
    Decimal(0): "0.00",
}


class NotATaxRate(ValueError):
    """The tax rate is not one of those in the contract."""


def read_tax_rate(written: Decimal | Literal["EXENT"]) -> TaxRate:
    """The rate of 16.00, 0.08, 0, "EXENT" and their equals; else raises `NotATaxRate`."""
    rate: TaxRate | None = "EXENT" if written == "EXENT" else WRITTEN_RATES.get(written)
    if rate is None:
        raise NotATaxRate
    return rate


@dataclass(frozen=True, slots=True)
class PricePaid:
    """A regular price as the web shop writes it: of one piece, tax included, in cents."""

    amount: Decimal


WrittenPrice = Decimal | PricePaid
"""The regular price of one piece as a door writes it, in cents; a `Decimal` is before tax."""


def base_price(written: WrittenPrice, tax_rate: TaxRate, *, before: Decimal | None = None) -> Decimal:
    """The price before tax to store, up to 4 decimals, for a written regular price.

    It is `before`, the stored one, if that is shown as the written price: a form that sends back what it was
    shown changes nothing. Of a `PricePaid` exactly that is paid: 4 decimals are off by less than a hundredth
    of a cent.
    """
    if isinstance(written, Decimal):
        return written if before is None or to_cents(before) != written else before
    fraction = TAX_FRACTIONS[tax_rate]
    if before is not None and shelf_price(before, fraction) == written.amount:
        return before
    return (written.amount / (1 + fraction)).quantize(BASE_PRICE_STEP, ROUND_HALF_UP)


def paid_from(amount: Decimal, tax_rate: TaxRate) -> Decimal:
    """The lowest price before tax, of 4 decimals, whose shelf price without a promotion is at least this."""
    cents = amount.quantize(CENT, ROUND_CEILING)
    return ((cents - CENT / 2) / (1 + TAX_FRACTIONS[tax_rate])).quantize(BASE_PRICE_STEP, ROUND_CEILING)


def paid_above(amount: Decimal, tax_rate: TaxRate) -> Decimal:
    """The lowest price before tax, of 4 decimals, whose shelf price without a promotion is above this."""
    return paid_from(amount.quantize(CENT, ROUND_FLOOR) + CENT, tax_rate)


def price_text(price: Decimal) -> str:
    """The exact text of a price before tax: two decimals, or four where a web price needs them."""
    cents = to_cents(price)
    return str(cents) if cents == price else str(price.quantize(BASE_PRICE_STEP))
