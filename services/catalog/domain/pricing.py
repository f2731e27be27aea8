"""Parses tax rates and formats prices before tax (contract §3)."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from libs.common.money import CENT, to_cents
from libs.common.prices import TaxRate

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


def read_tax_rate(written: object) -> TaxRate:
    """The rate of `"16.00"`, `0.08`, `0`, `"EXENT"` and other spellings; else raises `NotATaxRate`."""
    if written == "EXENT":
        return "EXENT"
    if isinstance(written, str | int | float | Decimal) and not isinstance(written, bool):
        rate = WRITTEN_RATES.get(_number(written))
        if rate is not None:
            return rate
    raise NotATaxRate


def price_text(price: Decimal) -> str:
    """The exact text of a price before tax: two decimals, or four where a web price needs them."""
    cents = to_cents(price)
    return str(cents) if cents == price else str(price.quantize(CENT * CENT))


def _number(written: str | float | Decimal) -> Decimal:
    try:
        number = Decimal(str(written))
    except InvalidOperation:
        return Decimal("NaN")
    # A signalling NaN cannot be looked up in a mapping.
    return number if number.is_finite() else Decimal("NaN")
