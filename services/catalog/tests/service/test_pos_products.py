"""One product at the POS door: create, read, change, delete (POS §16-17, contract §3)."""

from decimal import Decimal
from typing import Any

import pytest

from libs.common.contracts.catalog import ProductChanged, StockChanged
from libs.testing.clock import FakeClock
from libs.testing.pos import NOT_FOUND
from services.catalog.tests.builders import COLA, NO_SUCH_ID, Shop

WITH_ID = [
    ("GET", "products/1/"),
    ("PUT", "products/1/"),
    ("PATCH", "products/1/"),
    ("DELETE", "products/1/"),
    ("GET", "products/1/stock-history/"),
]


async def test_a_product_is_created_as_documented(shop: Shop) -> None:
    supplier = await shop.supplier()
    response = await shop.ask("POST", "products/", json={**COLA, "supplier": supplier["id"]})
    assert response.status_code == 201
    assert response.json() == {
        "id": 1,
        "name": "Coca Cola 600ml",
        "description": "Coca Cola 600ml",
        "sku": "KO-600-MX",
        "price": "18.50",
        "tax_rate": "0.16",
        "exact_price": "18.50",
        "discounted_price": None,
        "final_price": "21.46",
        "current_stock": 100,
        "reserved_quantity": 0,
        "available_to_sell": 100,
        "low_stock": False,
        "low_stock_threshold": 10,
        "supplier": supplier["id"],
        "category": None,
        "pet_type": None,
        "brand": None,
        "weight": None,
        "clave_prod_serv": None,
        "clave_unidad": None,
        "objeto_imp": None,
        "cost": None,
        "is_active": True,
        "created_at": "2026-03-02T18:00:00Z",
        "updated_at": "2026-03-02T18:00:00Z",
    }


async def test_a_product_needs_name_sku_and_price_only(shop: Shop) -> None:
    response = await shop.ask("POST", "products/", json={"name": "Agua", "sku": "A1", "price": 10})
    product = response.json()
    assert (product["tax_rate"], product["final_price"], product["current_stock"]) == ("0.16", "11.60", 0)


async def test_the_fields_of_the_web_store_are_stored_and_answered(shop: Shop) -> None:
    extra = {
        "description": "Alimento premium 15kg",
        "category": "food",
        "pet_type": "dog",
        "brand": "PetNutrition",
        "weight": 15.5,
        "cost": "30.00",
        "is_active": False,
        "low_stock_threshold": 3,
    }
    product = await shop.product(**extra)
    assert {name: product[name] for name in extra} == extra


async def test_all_missing_fields_are_named_at_once(shop: Shop) -> None:
    response = await shop.ask("POST", "products/", json={"tax_rate": "0.21", "current_stock": -1})
    assert response.status_code == 400
    assert response.json() == {
        "name": ["This field is required."],
        "sku": ["This field is required."],
        "price": ["This field is required."],
        "tax_rate": ['"0.21" is not a valid choice.'],
        "current_stock": ["Ensure this value is greater than or equal to 0."],
    }


async def test_read_only_and_unknown_fields_are_ignored(shop: Shop) -> None:
    product = await shop.product(id=77, final_price="1.00", reserved_quantity=5, low_stock=True, colour="red")
    assert (product["id"], product["final_price"], product["reserved_quantity"]) == (1, "21.46", 0)


async def test_a_tax_rate_is_answered_as_a_fraction(shop: Shop) -> None:
    assert (await shop.product(tax_rate="8.00"))["tax_rate"] == "0.08"


async def test_a_sku_is_given_once(shop: Shop) -> None:
    await shop.product(sku="KO-600-MX")
    response = await shop.ask("POST", "products/", json=COLA)
    assert response.status_code == 400
    assert response.json() == {"sku": ["product with this sku already exists."]}


async def test_skus_are_compared_as_written(shop: Shop) -> None:
    await shop.product(sku="KO-600-MX")
    assert (await shop.product(sku="ko-600-mx"))["id"] == 2


async def test_the_sku_of_a_deleted_product_is_free_again(shop: Shop) -> None:
    product = await shop.product(sku="KO-600-MX")
    await shop.ask("DELETE", f"products/{product['id']}/", role="ADMIN")
    assert (await shop.product(sku="KO-600-MX"))["id"] == 2


async def test_a_taken_sku_and_an_unknown_supplier_are_refused_at_once(shop: Shop) -> None:
    await shop.product(sku="KO-600-MX")
    response = await shop.ask("POST", "products/", json={**COLA, "supplier": NO_SUCH_ID})
    assert response.json() == {
        "sku": ["product with this sku already exists."],
        "supplier": ['Invalid pk "999" - object does not exist.'],
    }


async def test_patch_changes_only_what_it_names(shop: Shop) -> None:
    before = await shop.product(brand="Coca-Cola")
    response = await shop.ask("PATCH", "products/1/", json={"price": "20.00"})
    assert response.status_code == 200
    assert response.json() == {**before, "price": "20.00", "exact_price": "20.00", "final_price": "23.20"}
    assert await shop.reading(before) == response.json()


async def test_put_leaves_what_it_does_not_name(shop: Shop) -> None:
    before = await shop.product(brand="Coca-Cola", supplier=(await shop.supplier())["id"])
    body = {"name": "Coca Cola 1L", "sku": "KO-1000-MX", "price": "30.00"}
    response = await shop.ask("PUT", "products/1/", json=body)
    assert response.json() == {**before, **body, "exact_price": "30.00", "final_price": "34.80"}


async def test_put_needs_what_a_product_needs(shop: Shop) -> None:
    await shop.product()
    response = await shop.ask("PUT", "products/1/", json={"price": "30.00"})
    assert response.json() == {"name": ["This field is required."], "sku": ["This field is required."]}


async def test_a_product_keeps_its_own_sku(shop: Shop) -> None:
    await shop.product(sku="KO-600-MX")
    response = await shop.ask("PATCH", "products/1/", json={"sku": "KO-600-MX"})
    assert response.status_code == 200


async def test_a_product_cannot_take_the_sku_of_another(shop: Shop) -> None:
    await shop.product(sku="KO-600-MX")
    await shop.product(sku="PE-600-MX")
    response = await shop.ask("PATCH", "products/2/", json={"sku": "KO-600-MX"})
    assert response.json() == {"sku": ["product with this sku already exists."]}


async def test_a_product_can_lose_its_supplier(shop: Shop) -> None:
    product = await shop.product(supplier=(await shop.supplier())["id"])
    response = await shop.ask("PATCH", f"products/{product['id']}/", json={"supplier": None})
    assert response.json()["supplier"] is None


async def test_a_change_moves_updated_at_only(shop: Shop, clock: FakeClock) -> None:
    await shop.product()
    clock.advance(hours=1)
    changed = (await shop.ask("PATCH", "products/1/", json={"name": "Cola"})).json()
    assert (changed["created_at"], changed["updated_at"]) == (
        "2026-03-02T18:00:00Z",
        "2026-03-02T19:00:00Z",
    )


async def test_a_deleted_product_is_gone(shop: Shop) -> None:
    product = await shop.product()
    response = await shop.ask("DELETE", "products/1/", role="ADMIN")
    assert (response.status_code, response.content) == (204, b"")
    for method, path in WITH_ID:
        gone = await shop.ask(method, path, role="ADMIN", json=COLA)
        assert (gone.status_code, gone.json()) == (404, NOT_FOUND), (method, path, product)
    assert await shop.get("products/") == []


@pytest.mark.parametrize("product_id", [NO_SUCH_ID, 2**31])
async def test_an_unknown_product_is_not_found(shop: Shop, product_id: object) -> None:
    response = await shop.ask("GET", f"products/{product_id}/")
    assert (response.status_code, response.json()) == (404, NOT_FOUND)


@pytest.mark.parametrize(("method", "path"), [("POST", "products/1/hold/"), ("GET", "categories/")])
async def test_paths_that_are_not_built_are_not_found(shop: Shop, method: str, path: str) -> None:
    await shop.product()
    response = await shop.ask(method, path, json={"amount": 1})
    assert (response.status_code, response.json()) == (404, NOT_FOUND)


async def test_every_change_of_a_product_is_published(shop: Shop) -> None:
    await shop.product(sku="KO-600-MX", cost="12.00")
    await shop.ask("PATCH", "products/1/", json={"price": "20.00"})
    await shop.ask("DELETE", "products/1/", role="ADMIN")
    created, changed, deleted = await shop.published(ProductChanged)
    assert (created.product_id, created.sku, created.cost) == (1, "KO-600-MX", Decimal("12.00"))
    assert (changed.price, changed.final_price) == (Decimal("20.00"), Decimal("23.20"))
    assert (created.deleted, changed.deleted, deleted.deleted) == (False, False, True)


async def test_a_change_of_the_supplier_is_published(shop: Shop) -> None:
    first, second = await shop.supplier("Bebidas"), await shop.supplier("Abarrotes")
    await shop.product(supplier=first["id"])
    for supplier in (second["id"], None, first["id"]):
        await shop.ask("PATCH", "products/1/", json={"supplier": supplier})
    told = [event.supplier_id for event in await shop.published(ProductChanged)]
    assert told == [first["id"], second["id"], None, first["id"]]


async def test_a_deleted_product_is_published_without_its_supplier(shop: Shop) -> None:
    await shop.product(supplier=(await shop.supplier())["id"])
    await shop.ask("DELETE", "products/1/", role="ADMIN")
    assert [event.supplier_id for event in await shop.published(ProductChanged)] == [1, None]


async def test_a_refused_change_is_not_published(shop: Shop) -> None:
    await shop.product()
    await shop.ask("PATCH", "products/1/", json={"supplier": NO_SUCH_ID})
    assert len(await shop.published(ProductChanged)) == 1


def _facts(event: Any) -> tuple[Any, ...]:
    (level,) = event.products
    return event.reason, event.user_id, level.product_id, level.change, level.current_stock


async def test_the_first_stock_and_every_count_are_published(shop: Shop) -> None:
    await shop.product(current_stock=100)
    await shop.ask("PATCH", "products/1/", json={"current_stock": 97})
    first, count = await shop.published(StockChanged)
    assert _facts(first) == ("INITIAL", 7, 1, 100, 100)
    assert _facts(count) == ("ADJUSTMENT", 7, 1, -3, 97)
    assert first.products[0].ledger_id < count.products[0].ledger_id
