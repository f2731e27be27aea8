"""The pricing vectors, which tills check their own arithmetic against: sales computes them to the cent."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from libs.common.contracts import vectors
from services.sales.domain.pricing import price_line
from services.sales.domain.sold_lines import lines_as_sold
from services.sales.domain.stock import PricedItem
from services.sales.domain.synced import SoldItem

FOLDER = Path(vectors.__path__[0])
VECTORS: list[dict[str, Any]] = json.loads((FOLDER / "pricing.json").read_text())
SOLD: list[dict[str, Any]] = json.loads((FOLDER / "sold_lines.json").read_text())
COMPUTED = ("unit_price", "unit_total", "amount", "tax_amount", "discount_amount")
SPLIT = ("unit_price", "amount", "tax_amount", "discount_amount")


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["case"])
def test_a_line_is_priced_as_the_vector_says(vector: dict[str, Any]) -> None:
    line = price_line(item_of(vector), Decimal(vector["discount_percent"]))
    assert {name: getattr(line, name) for name in COMPUTED} == {
        name: Decimal(vector[name]) for name in COMPUTED
    }


@pytest.mark.parametrize("vector", SOLD, ids=lambda vector: vector["case"])
def test_a_line_that_was_sold_is_split_as_the_vector_says(vector: dict[str, Any]) -> None:
    sold = SoldItem(1, vector["quantity"], Decimal(vector["unit_total"]))
    (line,) = lines_as_sold((sold,), {1: item_of(vector)})
    assert {name: getattr(line, name) for name in SPLIT} == {name: Decimal(vector[name]) for name in SPLIT}


def item_of(vector: dict[str, Any]) -> PricedItem:
    return PricedItem(
        product_id=1,
        product_name="Coca Cola",
        quantity=vector["quantity"],
        price=Decimal(vector["price"]),
        tax_rate=vector["tax_rate"],
        promotion=None,
    )
