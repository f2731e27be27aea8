"""The fields of request bodies of the web shop, and the messages for bad values."""

from decimal import Decimal

import pytest

from libs.common.http.fields import Shape
from libs.testing.bodies import refused_fields
from services.catalog.api.store.shapes import ProductChange, ProductIn
from services.catalog.domain.pricing import PricePaid
from services.catalog.tests.builders import TREATS

REQUIRED = "This field is required."


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("sku", None, REQUIRED),
        ("description", "", REQUIRED),
        ("price", None, REQUIRED),
        ("price", "abc", "A valid number is required."),
        ("price", "NaN", "A valid number is required."),
        ("price", -0.01, "Ensure this value is greater than or equal to 0."),
        ("price", 1.999, "Ensure that there are no more than 2 decimal places."),
        ("cost", -1, "Ensure this value is greater than or equal to 0."),
        ("stock_quantity", -1, "Ensure this value is greater than or equal to 0."),
        ("stock_quantity", 1.5, "A valid integer is required."),
        ("stock_quantity", 10**9 + 1, "Ensure this value is less than or equal to 1000000000."),
        ("weight", "heavy", "A valid number is required."),
        ("supplier", "x" * 256, "Ensure this field has no more than 255 characters."),
        ("supplier", [7], "Not a valid string."),
        ("category", "x" * 101, "Ensure this field has no more than 100 characters."),
        ("brand", "\x00", "Null characters are not allowed."),
        ("is_active", "maybe", "Not a valid boolean."),
        ("tax_rate", "0.21", '"0.21" is not a valid choice.'),
    ],
)
@pytest.mark.parametrize("shape", [ProductIn, ProductChange])
def test_a_bad_field_of_a_product_is_named(
    shape: type[Shape], field: str, value: object, message: str
) -> None:
    assert refused_fields(shape, {**TREATS, field: value}) == {field: [message]}


@pytest.mark.parametrize(
    ("sku", "message"),
    [
        ("DOG1", "Ensure this field has at least 5 characters."),
        (" DOG1 ", "Ensure this field has at least 5 characters."),
        ("DOG001", "Ensure this field has no more than 5 characters."),
    ],
)
def test_a_new_sku_has_five_characters(sku: str, message: str) -> None:
    assert refused_fields(ProductIn, {**TREATS, "sku": sku}) == {"sku": [message]}
    assert refused_fields(ProductChange, {"sku": sku}) == {}


@pytest.mark.parametrize("field", ["category", "pet_type", "description", "stock_quantity", "price", "sku"])
def test_a_new_product_needs_it_and_a_change_does_not(field: str) -> None:
    body = {name: value for name, value in TREATS.items() if name != field}
    assert refused_fields(ProductIn, body) == {field: [REQUIRED]}
    assert refused_fields(ProductChange, body) == {}


def test_a_new_product_is_called_as_it_is_described_and_pays_no_tax() -> None:
    command = ProductIn.model_validate({**TREATS, "read_only": 1}).command(by=3)
    assert (command.name, command.description) == ("Organic Dog Treats",) * 2
    assert (command.tax_rate, command.price) == ("0.00", PricePaid(Decimal("15.99")))
    assert ProductIn.model_validate({**TREATS, "tax_rate": 16}).command(by=3).tax_rate == "0.16"


@pytest.mark.parametrize("field", ["cost", "brand", "weight", "supplier", "category", "pet_type"])
def test_null_takes_it_away(field: str) -> None:
    command = ProductChange.model_validate({field: None}).command(product_id=1, by=3)
    name = {"supplier": "supplier_name"}.get(field, field)
    assert getattr(command, name) is None


def test_price_cost_and_weight_may_be_computed_by_a_page() -> None:
    body = {"price": 19.9 * 3, "cost": 0.1 + 0.2, "weight": 1.1 * 3}
    command = ProductChange.model_validate(body).command(product_id=1, by=3)
    assert (command.price, command.cost) == (PricePaid(Decimal("59.70")), Decimal("0.30"))
    assert command.weight == Decimal("3.300")
