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


async def test_a_number_too_large_for_a_text_is_refused(shop: Shop) -> None:
    sku = 97248890642853279432  # orjson reads it as a float
    response = await shop.ask("POST", "products/", json={**COLA, "sku": sku})
    assert (response.status_code, response.json()) == (400, {"sku": ["Not a valid string."]})


async def test_a_supplier_id_that_no_supplier_has_is_named(shop: Shop) -> None:
    response = await shop.ask("POST", "products/", json={**COLA, "supplier": 2**31})
    assert (response.status_code, response.json()) == (
        400,
        {"supplier": [f'Invalid pk "{2**31}" - object does not exist.']},
    )


async def test_a_bad_field_of_a_promotion_is_named(shop: Shop) -> None:
    body = {**BLACK_FRIDAY, "product": (await shop.product())["id"], "end_date": None}
    response = await shop.ask("POST", "promotions/", role="ADMIN", json=body)
    assert (response.status_code, list(response.json())) == (400, ["end_date"])


SKU_TAKEN = ["product with this sku already exists."]
BAD_NUMBER = ["A valid number is required."]
BAD_DATE = ["Date has wrong format. Use one of these formats instead: YYYY-MM-DD."]
END_BEFORE_START = ["La fecha de finalización debe ser posterior a la fecha de inicio."]


def unknown(pk: int) -> list[str]:
    return [f'Invalid pk "{pk}" - object does not exist.']


@pytest.mark.parametrize(("method", "path"), [("POST", ""), ("PUT", "2/"), ("PATCH", "2/")])
async def test_a_taken_sku_and_an_unknown_supplier_are_reported_beside_a_malformed_price(
    shop: Shop, method: str, path: str
) -> None:
    taken = (await shop.product())["sku"]
    await shop.product()
    body = {**COLA, "sku": taken, "supplier": 9, "price": "x"}
    response = await shop.ask(method, f"products/{path}", json=body)
    assert (response.status_code, response.json()) == (
        400,
        {"price": BAD_NUMBER, "sku": SKU_TAKEN, "supplier": unknown(9)},
    )


async def test_the_own_sku_is_not_taken_beside_a_malformed_price(shop: Shop) -> None:
    product = await shop.product()
    body = {"sku": product["sku"], "price": "x"}
    response = await shop.ask("PATCH", f"products/{product['id']}/", json=body)
    assert response.json() == {"price": BAD_NUMBER}


@pytest.mark.parametrize("price", ["1.00", "x"])
async def test_a_count_below_the_holds_is_reported_beside_a_taken_sku(shop: Shop, price: str) -> None:
    taken, product = (await shop.product())["sku"], await shop.product()
    await shop.reserve(product, 3)
    body = {"sku": taken, "current_stock": 2, "price": price}
    response = await shop.ask("PATCH", f"products/{product['id']}/", json=body)
    assert (response.status_code, response.json()) == (
        400,
        {
            **({"price": BAD_NUMBER} if price == "x" else {}),
            "current_stock": ["Ensure this value is greater than or equal to 3."],
            "sku": SKU_TAKEN,
        },
    )


@pytest.mark.parametrize("percent", ["10.00", "x"])
@pytest.mark.parametrize(("method", "path"), [("POST", ""), ("PUT", "1/"), ("PATCH", "1/")])
async def test_an_unknown_product_and_days_in_the_wrong_order_are_reported_together(
    shop: Shop, method: str, path: str, percent: str
) -> None:
    await shop.promotion(await shop.product())
    body = {**BLACK_FRIDAY, "product": 9, "end_date": "2026-02-01", "discount_percent": percent}
    response = await shop.ask(method, f"promotions/{path}", role="ADMIN", json=body)
    assert (response.status_code, response.json()) == (
        400,
        {
            **({"discount_percent": BAD_NUMBER} if percent == "x" else {}),
            "end_date": END_BEFORE_START,
            "product": unknown(9),
        },
    )


async def test_an_overlap_is_reported_beside_a_malformed_percent(shop: Shop) -> None:
    product = await shop.product()
    await shop.promotion(product)
    body = {**BLACK_FRIDAY, "product": product["id"], "discount_percent": "x"}
    response = await shop.ask("POST", "promotions/", role="ADMIN", json=body)
    assert set(response.json()) == {"discount_percent", "non_field_errors"}


async def test_the_stored_days_count_if_the_body_leaves_them_out(shop: Shop) -> None:
    product = await shop.product()
    await shop.promotion(product, start_date="2026-03-01", end_date="2026-03-05")
    await shop.promotion(product, start_date="2026-03-10", end_date="2026-03-12")
    body = {"start_date": "2026-03-04", "discount_percent": "x"}
    response = await shop.ask("PATCH", "promotions/2/", role="ADMIN", json=body)
    assert set(response.json()) == {"discount_percent", "non_field_errors"}


async def test_the_stored_days_do_not_stand_in_for_a_malformed_one(shop: Shop) -> None:
    product = await shop.product()
    await shop.promotion(product, start_date="2026-03-01", end_date="2026-03-05")
    body = {"start_date": "x", "end_date": "2026-02-01"}
    response = await shop.ask("PATCH", "promotions/1/", role="ADMIN", json=body)
    assert response.json() == {"start_date": BAD_DATE}


@pytest.mark.parametrize("day", [{"start_date": "2026-03-06"}, {"end_date": "2026-02-28"}])
async def test_the_stored_days_do_not_stand_in_for_one_that_a_whole_form_lacks(
    shop: Shop, day: dict[str, str]
) -> None:
    await shop.promotion(await shop.product(), start_date="2026-03-01", end_date="2026-03-05")
    response = await shop.ask("PUT", "promotions/1/", role="ADMIN", json=day)
    missing = {"name", "product", "discount_percent", "start_date", "end_date"}.difference(day)
    assert (response.status_code, response.json()) == (
        400,
        {name: ["This field is required."] for name in missing},
    )


async def test_the_own_days_do_not_overlap_beside_a_malformed_percent(shop: Shop) -> None:
    await shop.promotion(await shop.product())
    body = {**BLACK_FRIDAY, "product": 1, "discount_percent": "x"}
    response = await shop.ask("PUT", "promotions/1/", role="ADMIN", json=body)
    assert response.json() == {"discount_percent": BAD_NUMBER}
