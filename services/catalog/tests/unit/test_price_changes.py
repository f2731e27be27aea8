"""The prices of a product on the days to come, computed to the cent as the pricing vectors say."""

import json
from dataclasses import asdict, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from libs.common.contracts import vectors
from libs.common.prices import TaxRate
from services.catalog.domain.price_changes import DAYS_AHEAD, PricedProduct, price_changes, prices_now
from services.catalog.tests.builders import AT, a_product

VECTORS: list[dict[str, Any]] = json.loads((Path(vectors.__path__[0]) / "pricing.json").read_text())
TODAY = AT.date()

Change = tuple[int, str, str]


def a_promotion(first: int, last: int, percent: str = "50", audience: str = "ALL") -> dict[str, str]:
    """A promotion from one day to another, counted from today."""
    return {
        "start_date": (TODAY + timedelta(days=first)).isoformat(),
        "end_date": (TODAY + timedelta(days=last)).isoformat(),
        "discount_percent": percent,
        "target_audience": audience,
    }


def priced(price: Decimal, tax_rate: TaxRate = "0.00") -> PricedProduct:
    """A product of this price, without promotions."""
    usual = asdict(a_product()) | {"price": price, "tax_rate": tax_rate}
    return PricedProduct(**usual, priced_on=TODAY)


def promoted(*promotions: dict[str, str]) -> PricedProduct:
    """A product that costs 100.00 without a promotion."""
    return replace(priced(Decimal(100)), promotions=promotions)


def changes_of(product: PricedProduct) -> list[Change]:
    return [
        ((each.day - TODAY).days, str(each.prices.final_price), str(each.prices.frequent_price))
        for each in price_changes(product)
    ]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["case"])
@pytest.mark.parametrize("audience", ["ALL", "FREQUENT_ONLY"])
def test_prices_are_those_of_the_vectors(vector: dict[str, Any], audience: str) -> None:
    regular = priced(Decimal(vector["price"]), vector["tax_rate"])
    normal, reduced = prices_now(regular).final_price, Decimal(vector["unit_total"])
    if Decimal(vector["discount_percent"]) == 0:
        assert normal == regular.final_price == prices_now(regular).frequent_price == reduced
        return
    now = prices_now(replace(regular, promotions=[a_promotion(0, 3, vector["discount_percent"], audience)]))
    assert now.frequent_price == reduced
    assert now.final_price == (reduced if audience == "ALL" else normal)
    coming = replace(regular, promotions=[a_promotion(2, 3, vector["discount_percent"], audience)])
    if reduced != normal:
        begins, ends = price_changes(coming)
        assert (begins.prices, ends.prices) == (now, prices_now(regular))
    else:
        assert price_changes(coming) == []


@pytest.mark.parametrize(
    ("promotions", "changes"),
    [
        ([], []),
        ([a_promotion(0, 0)], [(1, "100.00", "100.00")]),
        ([a_promotion(-5, 30)], []),
        ([a_promotion(-5, 7)], [(8, "100.00", "100.00")]),
        ([a_promotion(-5, 8)], []),
        ([a_promotion(DAYS_AHEAD, 30)], [(8, "50.00", "50.00")]),
        ([a_promotion(DAYS_AHEAD + 1, 30)], []),
        ([a_promotion(3, 4, audience="FREQUENT_ONLY")], [(3, "100.00", "50.00"), (5, "100.00", "100.00")]),
        # One takes the place of another, for others or at another price; the same again is no change.
        (
            [a_promotion(-1, 1), a_promotion(2, 3, audience="FREQUENT_ONLY"), a_promotion(4, 20, "10")],
            [(2, "100.00", "50.00"), (4, "90.00", "90.00")],
        ),
        ([a_promotion(-1, 1), a_promotion(2, 20)], []),
        ([a_promotion(0, (date.max - TODAY).days)], []),
    ],
)
def test_the_changes_of_the_next_days_are_shown(
    promotions: list[dict[str, str]], changes: list[Change]
) -> None:
    assert changes_of(promoted(*promotions)) == changes
