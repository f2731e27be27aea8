"""Bad input of any kind is a clear 400 in the dialect, never a 500."""

from typing import Any

import pytest

from services.catalog.tests.builders import BLACK_FRIDAY, COLA, Shop

NUL = "Null characters are not allowed."


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
        ("name", {"a": 1}, "Not a valid string."),
        ("sku", 97248890642853279432, "Not a valid string."),  # orjson reads it as a float
        ("description", 10**30, "Not a valid string."),
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
        ("current_stock", 2**31, f"Ensure this value is less than or equal to {2**31 - 1}."),
        ("low_stock_threshold", -1, "Ensure this value is greater than or equal to 0."),
        ("supplier", 2**63, f'Invalid pk "{2**63}" - object does not exist.'),
        ("supplier", 2**31, f'Invalid pk "{2**31}" - object does not exist.'),
        ("supplier", -1, 'Invalid pk "-1" - object does not exist.'),
        ("tax_rate", "16%", '"16%" is not a valid choice.'),
        ("tax_rate", None, "This field is required."),
        ("is_active", "maybe", "Not a valid boolean."),
        ("weight", "-1", "Ensure this value is greater than or equal to 0."),
        ("cost", "x", "A valid number is required."),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_a_bad_field_of_a_product_is_named(
    shop: Shop, method: str, field: str, value: object, message: str
) -> None:
    await shop.product()
    path = "products/" if method == "POST" else "products/1/"
    response = await shop.ask(method, path, json={**COLA, field: value})
    assert (response.status_code, response.json()) == (400, {field: [message]})


@pytest.mark.parametrize("price", ["1e30", "9" * 400, "1e999999999", 10**30, "99999999999.00"])
async def test_a_price_that_no_till_can_show_is_refused(shop: Shop, price: object) -> None:
    response = await shop.ask("POST", "products/", json={**COLA, "price": price})
    assert (response.status_code, list(response.json())) == (400, ["price"])


@pytest.mark.parametrize("body", ["{", "", "[]", "null", "1", '"x"', "{'a': 1}", '{"name": NaN}', "\x00"])
@pytest.mark.parametrize("path", ["products/", "suppliers/", "promotions/"])
async def test_a_body_that_is_no_object_is_refused(shop: Shop, path: str, body: str) -> None:
    response = await shop.ask("POST", path, role="ADMIN", content=body)
    assert response.status_code == 400


async def test_half_a_character_is_refused(shop: Shop) -> None:
    body = '{"name": "\\ud800", "sku": "A", "price": 1}'
    assert (await shop.ask("POST", "products/", content=body)).status_code == 400


async def test_bytes_that_are_no_text_are_refused(shop: Shop) -> None:
    body = b'{"name": "\xff\xfe", "sku": "A", "price": 1}'
    assert (await shop.ask("POST", "products/", content=body)).status_code == 400


async def test_an_anonymous_malformed_body_is_unauthenticated(shop: Shop) -> None:
    assert (await shop.ask("POST", "products/", role=None, content="{")).status_code == 401


async def test_a_body_over_a_mebibyte_is_too_large(shop: Shop) -> None:
    response = await shop.ask("POST", "products/", json={**COLA, "description": "x" * (1024 * 1024)})
    assert response.status_code == 413


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
async def test_a_bad_field_of_a_promotion_is_named(shop: Shop, field: str, value: Any) -> None:
    body = {**BLACK_FRIDAY, "product": (await shop.product())["id"], field: value}
    response = await shop.ask("POST", "promotions/", role="ADMIN", json=body)
    assert (response.status_code, list(response.json())) == (400, [field])


@pytest.mark.parametrize("method", ["PUT", "POST"])
async def test_a_method_that_a_path_lacks_is_refused(shop: Shop, method: str) -> None:
    response = await shop.ask(method, "products/1/stock-history/", json={})
    assert response.status_code == 405
    assert response.json() == {"detail": f'Method "{method}" not allowed.'}
