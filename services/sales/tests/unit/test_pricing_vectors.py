"""The pricing vectors, which tills check their own arithmetic against: sales computes them to the cent."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from libs.common.contracts import vectors
from services.sales.domain.pricing import price_line
from services.sales.domain.stock import PricedItem

VECTORS: list[dict[str, Any]] = json.loads((Path(vectors.__path__[0]) / "pricing.json").read_text())
COMPUTED = ("unit_price", "unit_total", "amount", "tax_amount", "discount_amount")


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["case"])
def test_a_line_is_priced_as_the_vector_says(vector: dict[str, Any]) -> None:
    item = PricedItem(
        product_id=1,
        product_name="Coca Cola",
        quantity=vector["quantity"],
        price=Decimal(vector["price"]),
        tax_rate=vector["tax_rate"],
        promotion=None,
    )
    line = price_line(item, Decimal(vector["discount_percent"]))
    assert {name: getattr(line, name) for name in COMPUTED} == {
        name: Decimal(vector[name]) for name in COMPUTED
    }
