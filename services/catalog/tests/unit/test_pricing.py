"""Parsing tax rates and formatting prices before tax (contract §3)."""

from decimal import Decimal

import pytest

from libs.common.http.fields import NotAccepted
from services.catalog.api.fields import TaxRateField
from services.catalog.domain.pricing import price_text, read_tax_rate


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
    assert read_tax_rate(written) == rate


@pytest.mark.parametrize(
    "written", ["0.1", "16%", "exent", "", 1, -16, True, [], {}, "NaN", "sNaN", "Infinity", "1e999999999"]
)
def test_any_other_tax_rate_is_refused_with_its_own_words(written: object) -> None:
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
