"""One product at both doors: what one does, the other shows at once."""

from typing import Any

import pytest

from services.catalog.tests.builders import COLA, TREATS, Shop


async def test_a_product_of_the_web_shop_is_sold_at_the_till(shop: Shop) -> None:
    product = await shop.store_product(sku="DOG03")
    at_till = await shop.reading(product)
    expected = {
        "name": "Organic Dog Treats",
        "description": "Organic Dog Treats",
        "sku": "DOG03",
        "price": "15.99",
        "tax_rate": "0.00",
        "final_price": "15.99",
        "current_stock": 200,
        "low_stock_threshold": 10,
        "category": "food",
        "pet_type": "dog",
        "brand": "OrganicPets",
        "weight": 0.5,
        "cost": "8.50",
        "is_active": True,
        "supplier": 1,
    }
    assert {name: at_till[name] for name in expected} == expected
    assert await shop.get("products/?sku=DOG03") == [at_till]


async def test_a_product_of_the_till_is_sold_in_the_web_shop(shop: Shop) -> None:
    supplier = await shop.supplier("Bebidas S.A.")
    product = await shop.product(
        **{**COLA, "cost": "9.00", "weight": "0.6", "supplier": supplier["id"], "description": "Refresco"}
    )
    assert await shop.shown(product) == {
        "id": 1,
        "sku": "KO-600-MX",
        "description": "Refresco",
        "category": None,
        "pet_type": None,
        "stock_quantity": 100,
        "price": 21.46,
        "cost": 9.0,
        "brand": None,
        "weight": 0.6,
        "supplier": "Bebidas S.A.",
        "is_active": True,
    }


@pytest.mark.parametrize("channel", ["POS", "WEB"])
async def test_a_sale_of_either_is_seen_by_both(shop: Shop, channel: str) -> None:
    for product in (await shop.store_product(stock_quantity=5), await shop.product(current_stock=5)):
        assert (await shop.allocate((product, 2), channel=channel)).status_code == 200
        assert (await shop.shown(product))["stock_quantity"] == 3
        assert await shop.stock(product) == 3


async def test_a_name_and_a_description_are_changed_apart(shop: Shop) -> None:
    product = await shop.store_product()
    await shop.ask("PATCH", "products/1/", json={"name": "Premios 500 g"})
    assert (await shop.shown(product))["description"] == TREATS["description"]
    await shop.ask_store("PUT", "/1", json={"description": "Premios orgánicos para perros"})
    at_till = await shop.reading(product)
    assert at_till["name"] == "Premios 500 g"
    assert at_till["description"] == "Premios orgánicos para perros"


async def test_a_supplier_that_is_renamed_is_renamed_in_the_web_shop(shop: Shop) -> None:
    product = await shop.store_product()
    await shop.ask("PATCH", "suppliers/1/", role="ADMIN", json={"name": "Organic Foods"})
    assert (await shop.shown(product))["supplier"] == "Organic Foods"


async def test_what_the_web_shop_hides_is_sold_at_the_till_only(shop: Shop) -> None:
    product = await shop.product()
    await shop.ask_store("PUT", "/1", json={"is_active": False})
    assert (await shop.reading(product))["is_active"] is False
    assert (await shop.allocate((product, 1), channel="POS")).status_code == 200
    assert (await shop.allocate((product, 1), channel="WEB")).status_code != 200
    await shop.ask("PATCH", "products/1/", json={"is_active": True})
    assert (await shop.allocate((product, 1), channel="WEB")).status_code == 200


async def test_a_sku_of_one_is_taken_for_the_other(shop: Shop) -> None:
    await shop.product(sku="DOG03")
    assert (await shop.ask_store("POST", json=TREATS)).status_code == 409
    await shop.store_product(sku="CAT02")
    refused = await shop.ask("POST", "products/", json={**COLA, "sku": "CAT02"})
    assert (refused.status_code, [*refused.json()]) == (400, ["sku"])


@pytest.mark.parametrize("deleted_by", ["web shop", "till"])
async def test_what_one_deletes_is_gone_from_both(shop: Shop, deleted_by: str) -> None:
    product = await shop.store_product() if deleted_by == "till" else await shop.product()
    if deleted_by == "till":
        await shop.ask("DELETE", "products/1/", role="ADMIN")
    else:
        await shop.ask_store("DELETE", "/1")
    assert (await shop.ask("GET", "products/1/")).status_code == 404
    assert (await shop.ask_store("GET", "/1")).status_code == 404
    assert (await shop.get("products/"), await shop.listed()) == ([], [])
    assert (await shop.allocate((product, 1))).status_code != 200


@pytest.mark.parametrize("price", [15.51, 17.99, 0.01, 1234.56, 21.47])
async def test_a_web_price_of_a_taxed_product_is_paid_exactly(shop: Shop, price: float) -> None:
    product = await shop.product(tax_rate="0.16")
    await shop.ask_store("PUT", "/1", json={"price": price})
    assert (await shop.shown(product))["price"] == price
    assert (await shop.reading(product))["final_price"] == f"{price:.2f}"


async def test_a_form_of_the_till_that_sends_its_price_back_leaves_the_web_price(shop: Shop) -> None:
    product = await shop.store_product(price=17.35, tax_rate="0.16")
    form: dict[str, Any] = await shop.reading(product)
    assert form["price"] == "14.96"  # of 14.9569
    form["name"] = "Premios 500 g"
    saved = await shop.ask("PUT", "products/1/", json=form)
    assert (saved.json()["name"], saved.json()["final_price"]) == ("Premios 500 g", "17.35")
    changed = await shop.ask("PATCH", "products/1/", json={"price": "14.95"})
    assert changed.json()["final_price"] == "17.34"
