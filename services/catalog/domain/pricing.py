"""What does one piece cost, before and after tax, with and without a promotion? (contract §3)"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Literal

from libs.common.errors import DomainError
from libs.common.money import CENT, to_cents

TaxRate = Literal["0.16", "0.08", "0.00", "EXENT"]

FRACTIONS: Mapping[TaxRate, Decimal] = {
    "0.16": Decimal("0.16"),
    "0.08": Decimal("0.08"),
    "0.00": Decimal(0),
    "EXENT": Decimal(0),
}
# The tills write a rate as a percentage or as a fraction; both mean the same.
WRITTEN_RATES: Mapping[Decimal, TaxRate] = {
    Decimal("0.16"): "0.16",
    Decimal(16): "0.16",
    Decimal("0.08"): "0.08",
    Decimal(8): "0.08",
    Decimal(0): "0.00",
}
ECHO_LENGTH_MAX = 100
HUNDRED = Decimal(100)


class NotATaxRate(DomainError):
    """The tax rate is none of those that the contract names."""

    code = "invalid_tax_rate"
    field = "tax_rate"


def read_tax_rate(written: object) -> TaxRate:
    """The rate meant by `"16.00"`, `0.08`, `0`, `"EXENT"` and the like; else raises `NotATaxRate`."""
    if written == "EXENT":
        return "EXENT"
    if isinstance(written, str | int | float | Decimal) and not isinstance(written, bool):
        rate = WRITTEN_RATES.get(_number(written))
        if rate is not None:
            return rate
    raise NotATaxRate(f'"{str(written)[:ECHO_LENGTH_MAX]}" is not a valid choice.')


def discounted(price: Decimal, discount_percent: Decimal) -> Decimal:
    """The price before tax with a discount taken off, not rounded: only what is paid is rounded."""
    return price * (HUNDRED - discount_percent) / HUNDRED


def with_tax(price: Decimal, tax_rate: TaxRate) -> Decimal:
    """What is paid for one piece: the price before tax and its tax, to the cent."""
    return to_cents(price * (1 + FRACTIONS[tax_rate]))


def price_text(price: Decimal) -> str:
    """A price before tax, exact: two decimals, or four where a web price needed them."""
    cents = to_cents(price)
    return str(cents) if cents == price else str(price.quantize(CENT * CENT))


def _number(written: str | float | Decimal) -> Decimal:
    try:
        number = Decimal(str(written))
    except InvalidOperation:
        return Decimal("NaN")
    # A signalling NaN cannot be looked up in a mapping.
    return number if number.is_finite() else Decimal("NaN")
