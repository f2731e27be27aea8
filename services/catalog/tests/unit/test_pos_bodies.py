"""The fields of request bodies, and the messages for bad values."""

from typing import Any

import pytest

from libs.common.http.fields import Shape
from libs.testing.bodies import refused_fields
from services.catalog.api.pos.product_shapes import ProductChange, ProductIn
from services.catalog.api.pos.promotions import PromotionChange, PromotionIn
from services.catalog.api.pos.suppliers import SupplierChange, SupplierIn
from services.catalog.tests.builders import BLACK_FRIDAY, COLA

NUL = "Null characters are not allowed."
PROMOTION = {**BLACK_FRIDAY, "product": 1}


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "Co\x00la", NUL),
        ("sku", "\x00", NUL),
        ("description", "\x00", NUL),
        ("category", "\x00", NUL),
        ("brand", "\x00", NUL),
        ("name", "x" * 256, "Ensure this field has no more than 255 characters."),
        ("sku", "x" * 65, "Ensure this field has no more than 64 characters."),
        ("name", "", "This field is required."),
        ("name", None, "This field is required."),
        ("name", [], "Not a valid string."),
        ("sku", 97248890642853279432.0, "Not a valid string."),
        ("description", 1e30, "Not a valid string."),
        ("name", {"a": 1}, "Not a valid string."),
        ("price", " ", "This field is required."),
        ("price", "abc", "A valid number is required."),
        ("price", "NaN", "A valid number is required."),
        ("price", "Infinity", "A valid number is required."),
        ("price", True, "A valid number is required."),
        ("price", [], "A valid number is required."),
        ("price", "-0.01", "Ensure this value is greater than or equal to 0."),
        ("price", "1.999", "Ensure that there are no more than 2 decimal places."),
        ("current_stock", "abc", "A valid integer is required."),
        ("current_stock", 1.5, "A valid integer is required."),
        ("current_stock", True, "A valid integer is required."),
        ("current_stock", None, "This field is required."),
        ("current_stock", -1, "Ensure this value is greater than or equal to 0."),
        ("current_stock", 10**9 + 1, "Ensure this value is less than or equal to 1000000000."),
        ("low_stock_threshold", 2**31, f"Ensure this value is less than or equal to {2**31 - 1}."),
        ("low_stock_threshold", -1, "Ensure this value is greater than or equal to 0."),
        ("supplier", 2**63, f'Invalid pk "{2**63}" - object does not exist.'),
        ("supplier", -1, 'Invalid pk "-1" - object does not exist.'),
        ("tax_rate", "16%", '"16%" is not a valid choice.'),
        ("tax_rate", None, "This field is required."),
        ("is_active", "maybe", "Not a valid boolean."),
        ("weight", "-1", "Ensure this value is greater than or equal to 0."),
        ("cost", "x", "A valid number is required."),
    ],
)
@pytest.mark.parametrize("shape", [ProductIn, ProductChange])
def test_a_bad_field_of_a_product_is_named(
    shape: type[Shape], field: str, value: object, message: str
) -> None:
    assert refused_fields(shape, {**COLA, field: value}) == {field: [message]}


@pytest.mark.parametrize("price", ["1e30", "9" * 400, "1e999999999", 10**30, "99999999999.00"])
def test_a_price_that_no_till_can_show_is_refused(price: object) -> None:
    assert list(refused_fields(ProductIn, {**COLA, "price": price})) == ["price"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "\x00"),
        ("description", "\x00"),
        ("start_date", "2026-02-30"),
        ("start_date", "mañana"),
        ("start_date", 5),
        ("start_date", "10000-01-01"),
        ("end_date", "0000-00-00"),
        ("end_date", None),
        ("product", "abc"),
        ("product", None),
        ("product", True),
        ("target_audience", None),
        ("target_audience", ["ALL"]),
    ],
)
def test_a_bad_field_of_a_promotion_is_named(field: str, value: Any) -> None:
    assert list(refused_fields(PromotionIn, {**PROMOTION, field: value})) == [field]


@pytest.mark.parametrize("field", ["name", "product", "discount_percent", "start_date", "end_date"])
@pytest.mark.parametrize("shape", [PromotionIn, PromotionChange])
def test_what_a_promotion_requires_is_not_blank(shape: type[Shape], field: str) -> None:
    body = {**PROMOTION, field: ""}
    assert refused_fields(shape, body) == {field: ["This field is required."]}


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "", "This field is required."),
        ("name", None, "This field is required."),
        ("name", "  ", "This field is required."),
        ("rfc", "X" * 21, "Ensure this field has no more than 20 characters."),
    ],
)
@pytest.mark.parametrize("shape", [SupplierIn, SupplierChange])
def test_a_bad_field_of_a_supplier_is_named(
    shape: type[Shape], field: str, value: object, message: str
) -> None:
    assert refused_fields(shape, {"name": "Bebidas", field: value}) == {field: [message]}


@pytest.mark.parametrize("percent", ["0", "-5", "100.01", "0.001", "1e9", "NaN"])
def test_a_discount_is_over_0_and_at_most_100(percent: str) -> None:
    body = {**PROMOTION, "discount_percent": percent}
    assert list(refused_fields(PromotionIn, body)) == ["discount_percent"]


@pytest.mark.parametrize("shape_and_body", [(ProductIn, COLA), (PromotionIn, PROMOTION)])
def test_a_good_body_is_accepted(shape_and_body: tuple[type[Shape], object]) -> None:
    assert refused_fields(*shape_and_body) == {}


def test_a_blank_supplier_is_none() -> None:
    assert ProductIn.model_validate({**COLA, "supplier": ""}).supplier_id is None
