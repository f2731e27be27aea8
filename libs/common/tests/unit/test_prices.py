"""Prices before tax and on the shelf (contract §3)."""

from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import floor

import pytest

from libs.common.prices import TAX_FRACTIONS, TaxRate, discounted, shelf_price

PRICES = ["0", "0.0001", "0.05", "0.99", "18.50", "39.6466", "86.2069", "10.0050", "99999999999.9999"]
PERCENTS = ["0", "0.01", "5.48", "10", "33.33", "50", "99.99", "100"]


@pytest.mark.parametrize(
    ("price", "rate", "paid"),
    [
        ("18.50", "0.16", "21.46"),
        ("86.21", "0.16", "100.00"),
        ("10.00", "0.08", "10.80"),
        ("10.00", "0.00", "10.00"),
        ("10.00", "EXENT", "10.00"),
        ("0.03125", "0.00", "0.03"),
        ("0.025", "0.00", "0.03"),  # half up, not half even
    ],
)
def test_the_price_paid_is_rounded_half_up_to_the_cent(price: str, rate: TaxRate, paid: str) -> None:
    assert shelf_price(Decimal(price), TAX_FRACTIONS[rate]) == Decimal(paid)


def test_a_discount_is_not_rounded_before_the_tax() -> None:
    assert shelf_price(discounted(Decimal("0.99"), Decimal("33.33")), TAX_FRACTIONS["0.16"]) == Decimal(
        "0.77"
    )


@pytest.mark.parametrize("rate", TAX_FRACTIONS)
def test_the_shelf_price_is_the_exact_price_rounded_once(rate: TaxRate) -> None:
    tax = TAX_FRACTIONS[rate]
    for price, percent in product(map(Decimal, PRICES), map(Decimal, PERCENTS)):
        exact = Fraction(price) * (1 - Fraction(percent) / 100) * (1 + Fraction(tax))
        assert shelf_price(discounted(price, percent), tax) * 100 == floor(exact * 100 + Fraction(1, 2))
