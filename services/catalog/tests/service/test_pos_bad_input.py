"""Bad input of any kind is a clear 400 in the dialect, never a 500."""

import pytest

from services.catalog.tests.builders import BLACK_FRIDAY, COLA, Shop


@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_a_bad_field_of_a_product_is_named(shop: Shop, method: str) -> None:
    await shop.product()
    path = "products/" if method == "POST" else "products/1/"
    response = await shop.ask(method, path, json={**COLA, "name": "", "supplier": 2**63})
    assert (response.status_code, response.json()) == (
        400,
        {"name": ["This field is required."], "supplier": [f'Invalid pk "{2**63}" - object does not exist.']},
    )


@pytest.mark.parametrize("method", ["POST", "PATCH"])
@pytest.mark.parametrize(
    ("field", "value"),
    [("sku", 97248890642853279432), ("description", 10**30)],  # orjson reads them as floats
)
async def test_a_number_too_large_for_a_text_is_refused(
    shop: Shop, method: str, field: str, value: object
) -> None:
    await shop.product()
    path = "products/" if method == "POST" else "products/1/"
    response = await shop.ask(method, path, json={**COLA, field: value})
    assert (response.status_code, response.json()) == (400, {field: ["Not a valid string."]})


async def test_a_supplier_id_that_no_supplier_has_is_named(shop: Shop) -> None:
    response = await shop.ask("POST", "products/", json={**COLA, "supplier": 2**31})
    assert (response.status_code, response.json()) == (
        400,
        {"supplier": [f'Invalid pk "{2**31}" - object does not exist.']},
    )


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


async def test_a_bad_field_of_a_promotion_is_named(shop: Shop) -> None:
    body = {**BLACK_FRIDAY, "product": (await shop.product())["id"], "end_date": None}
    response = await shop.ask("POST", "promotions/", role="ADMIN", json=body)
    assert (response.status_code, list(response.json())) == (400, ["end_date"])


@pytest.mark.parametrize("method", ["PUT", "POST"])
async def test_a_method_that_a_path_lacks_is_refused(shop: Shop, method: str) -> None:
    response = await shop.ask(method, "products/1/stock-history/", json={})
    assert response.status_code == 405
    assert response.json() == {"detail": f'Method "{method}" not allowed.'}
