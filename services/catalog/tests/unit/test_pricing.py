"""Parsing tax rates, converting written prices, formatting prices before tax (contract §3)."""

from decimal import Decimal
from typing import get_args

import pytest

from libs.common.http.fields import NotAccepted
from libs.common.money import to_cents
from libs.common.prices import TAX_FRACTIONS, TaxRate, shelf_price
from libs.testing.properties import given, st
from services.catalog.api.fields import TaxRateField
from services.catalog.domain.pricing import (
    BASE_PRICE_STEP,
    PricePaid,
    base_price,
    paid_above,
    paid_from,
    price_text,
)

RATES = st.sampled_from(get_args(TaxRate))
PRICES = st.integers(1, 9_999_999).map(lambda cents: Decimal(cents).scaleb(-2))
BASE_PRICES = st.integers(1, 999_999_999).map(lambda number: Decimal(number).scaleb(-4))
AMOUNTS = st.integers(-(10**7), 10**12).map(lambda number: Decimal(number).scaleb(-6))
"""Ends of a wanted range, which may lie between two cents."""


def around(price: Decimal) -> list[Decimal]:
    """The price and its neighbours that can be stored."""
    return [max(price + step * BASE_PRICE_STEP, Decimal(0)) for step in (-1, 0, 1)]


@pytest.mark.parametrize(
    ("written", "rate"),
    [
        ("16.00", "0.16"),
        ("0.16", "0.16"),
        (0.16, "0.16"),
        (16, "0.16"),
        ("8.00", "0.08"),
        (0.08, "0.08"),
        ("0.00", "0.00"),
        (0, "0.00"),
        ("EXENT", "EXENT"),
    ],
)
def test_a_tax_rate_is_read_as_percentage_or_fraction(written: object, rate: str) -> None:
    assert TaxRateField().parse(written) == rate


@pytest.mark.parametrize(
    "written", ["0.1", "16%", "exent", "", 1, -16, True, [], {}, "NaN", "sNaN", "Infinity", "1e999999999"]
)
def test_any_other_tax_rate_is_refused_with_its_own_words(written: object) -> None:
    with pytest.raises(NotAccepted) as refusal:
        TaxRateField().parse(written)
    assert list(refusal.value.messages) == [f'"{written}" is not a valid choice.']


@pytest.mark.parametrize("written", ["٨", "１６", "٠", "1_6", "0.1_6"])
def test_a_tax_rate_is_written_in_the_digits_of_all_other_numbers(written: str) -> None:
    with pytest.raises(NotAccepted) as refusal:
        TaxRateField().parse(written)
    assert list(refusal.value.messages) == [f'"{written}" is not a valid choice.']


def test_a_refused_tax_rate_is_not_repeated_at_length() -> None:
    with pytest.raises(NotAccepted) as refusal:
        TaxRateField().parse("9" * 100_000)
    assert len(refusal.value.messages[0]) < 200


@pytest.mark.parametrize(("price", "text"), [("18.5000", "18.50"), ("39.6466", "39.6466"), ("0", "0.00")])
def test_a_base_price_is_written_with_as_many_decimals_as_it_needs(price: str, text: str) -> None:
    assert price_text(Decimal(price)) == text


@given(amount=PRICES, rate=RATES)
def test_the_price_that_the_web_shop_writes_is_exactly_the_price_paid(amount: Decimal, rate: TaxRate) -> None:
    stored = base_price(PricePaid(amount), rate)
    assert stored == stored.quantize(Decimal("0.0001"))
    assert shelf_price(stored, TAX_FRACTIONS[rate]) == amount


@given(amount=PRICES, rate=RATES, before=BASE_PRICES)
def test_it_is_paid_exactly_whatever_was_stored_before(
    amount: Decimal, rate: TaxRate, before: Decimal
) -> None:
    stored = base_price(PricePaid(amount), rate, before=before)
    assert shelf_price(stored, TAX_FRACTIONS[rate]) == amount


@given(before=BASE_PRICES, rate=RATES)
def test_a_price_that_is_sent_back_as_it_was_shown_changes_nothing(before: Decimal, rate: TaxRate) -> None:
    paid = shelf_price(before, TAX_FRACTIONS[rate])
    assert base_price(PricePaid(paid), rate, before=before) == before
    assert base_price(to_cents(before), rate, before=before) == before


@given(amount=AMOUNTS, rate=RATES, before=BASE_PRICES)
def test_the_bounds_of_a_wanted_price_hold_exactly_the_prices_whose_shelf_price_is_wanted(
    amount: Decimal, rate: TaxRate, before: Decimal
) -> None:
    for stored in (before, *around(paid_from(amount, rate)), *around(paid_above(amount, rate))):
        paid = shelf_price(stored, TAX_FRACTIONS[rate])
        assert (stored >= paid_from(amount, rate)) == (paid >= amount)
        assert (stored < paid_above(amount, rate)) == (paid <= amount)


@given(amount=PRICES, rate=RATES)
def test_a_till_s_price_is_stored_as_written(amount: Decimal, rate: TaxRate) -> None:
    assert base_price(amount, rate) == amount
    assert base_price(amount, rate, before=amount + 1) == amount


def test_every_price_up_to_a_thousand_is_paid_as_written() -> None:
    wrong = [
        (amount, rate)
        for cents in range(1, 100_001)
        for rate in get_args(TaxRate)
        if shelf_price(base_price(PricePaid(amount := Decimal(cents).scaleb(-2)), rate), TAX_FRACTIONS[rate])
        != amount
    ]
    assert wrong == []
