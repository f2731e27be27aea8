"""One product at the STORE door: create, read, change, delete (STORE 12-15, contract §3)."""

import asyncio
from typing import Any

import pytest
from httpx import AsyncClient

from libs.testing.answers import Answer, answered
from libs.testing.asgi import asgi_client
from libs.testing.tokens import Tokens
from services.catalog.deps import Deps, build_deps
from services.catalog.main import create_app
from services.catalog.settings import CatalogSettings
from services.catalog.tests.builders import NO_SUCH_ID, TREATS, Shop

NOT_FOUND: Answer = (404, {"error": "Product not found"})
CHANGED_MEANWHILE: Answer = (412, {"error": "The resource was changed meanwhile"})
TAKEN = "SKU already exists"
REQUIRED = "This field is required."


class TestCreate:
    async def test_a_product_is_created_as_documented(self, shop: Shop) -> None:
        assert answered(await shop.ask_store("POST", json=TREATS)) == (
            201,
            {
                "message": "Product created successfully",
                "product": {
                    "id": 1,
                    "sku": "DOG03",
                    "description": "Organic Dog Treats",
                    "category": "food",
                    "pet_type": "dog",
                    "price": 15.99,
                },
            },
        )

    async def test_a_product_needs_no_more_than_documented(self, shop: Shop) -> None:
        needed = ("sku", "description", "category", "pet_type", "stock_quantity", "price")
        response = await shop.ask_store("POST", json={name: TREATS[name] for name in needed})
        assert response.status_code == 201
        assert await shop.shown({"id": 1}) == {
            "id": 1,
            **{name: TREATS[name] for name in needed},
            "cost": None,
            "brand": None,
            "supplier": None,
            "is_active": True,
        }

    async def test_all_failing_fields_are_named_at_once(self, shop: Shop) -> None:
        await shop.store_product(sku="DOG03")
        body = {"sku": "DOG03", "price": -1, "stock_quantity": "many", "category": " "}
        assert answered(await shop.ask_store("POST", json=body)) == (
            400,
            {
                "error": REQUIRED,
                "fields": {
                    "description": [REQUIRED],
                    "category": [REQUIRED],
                    "pet_type": [REQUIRED],
                    "stock_quantity": ["A valid integer is required."],
                    "price": ["Ensure this value is greater than or equal to 0."],
                    "sku": [TAKEN],
                },
            },
        )

    async def test_a_sku_is_given_once(self, shop: Shop) -> None:
        await shop.store_product(sku="DOG03")
        response = await shop.ask_store("POST", json=TREATS)
        assert answered(response) == (409, {"error": TAKEN})
        assert response.headers["X-Error-Code"] == "sku_taken"

    async def test_of_products_with_the_same_sku_at_once_one_wins(self, shop: Shop) -> None:
        responses = await asyncio.gather(*(shop.ask_store("POST", json=TREATS) for _ in range(8)))
        assert sorted(response.status_code for response in responses) == [201] + [409] * 7

    async def test_a_given_tax_rate_is_in_the_price(self, shop: Shop) -> None:
        product = await shop.store_product(price=116, tax_rate="0.16")
        assert product["price"] == 116.0
        at_till = await shop.reading(product)
        assert (at_till["price"], at_till["tax_rate"], at_till["final_price"]) == ("100.00", "0.16", "116.00")


class TestSupplier:
    async def test_one_with_a_new_name_is_created(self, shop: Shop) -> None:
        assert (await shop.shown(await shop.store_product()))["supplier"] == "Organic Foods Co"
        (supplier,) = await shop.get("suppliers/", role="ADMIN")
        assert supplier == {
            "id": 1,
            "name": "Organic Foods Co",
            "phone_number": None,
            "contact_person": None,
            "rfc": None,
            "tax_address": None,
        }

    async def test_it_is_found_by_its_name_in_any_case(self, shop: Shop) -> None:
        first = await shop.supplier("ÓRGANIC Foods Co")
        await shop.supplier("órganic foods CO")
        product = await shop.store_product(supplier="  Órganic foods co ")
        assert (await shop.reading(product))["supplier"] == first["id"]
        assert len(await shop.get("suppliers/", role="ADMIN")) == 2

    async def test_of_several_the_one_that_is_written_so_is_found(self, shop: Shop) -> None:
        held = await shop.supplier("órganic foods CO")
        await shop.supplier("ÓRGANIC Foods Co")
        product = await shop.product(supplier=held["id"])
        await shop.ask_store("PUT", f"/{product['id']}", json={"supplier": "ÓRGANIC Foods Co"})
        assert (await shop.shown(product))["supplier"] == "ÓRGANIC Foods Co"

    async def test_of_several_of_one_name_a_product_keeps_its_own(self, shop: Shop) -> None:
        await shop.supplier("Organic Foods Co")
        second = await shop.supplier("Organic Foods Co")
        product = await shop.product(supplier=second["id"])
        await shop.ask_store(
            "PUT", f"/{product['id']}", json={"supplier": "Organic Foods Co", "brand": "Doggo"}
        )
        assert (await shop.reading(product))["supplier"] == second["id"]

    async def test_of_many_with_a_new_name_at_once_one_is_created(self, shop: Shop) -> None:
        bodies = [{**TREATS, "sku": f"DOG{n:02}", "supplier": "New Foods"} for n in range(12)]
        responses = await asyncio.gather(*(shop.ask_store("POST", json=body) for body in bodies))
        assert {response.status_code for response in responses} == {201}
        assert [supplier["name"] for supplier in await shop.get("suppliers/", role="ADMIN")] == ["New Foods"]

    async def test_none_is_created_for_a_product_that_is_refused(self, shop: Shop) -> None:
        await shop.store_product(sku="DOG03", supplier=None)
        assert (await shop.ask_store("POST", json=TREATS)).status_code == 409
        assert await shop.get("suppliers/", role="ADMIN") == []

    @pytest.mark.parametrize("nobody", [None, "", "  "])
    async def test_it_is_taken_away(self, shop: Shop, nobody: str | None) -> None:
        product = await shop.store_product()
        await shop.ask_store("PUT", f"/{product['id']}", json={"supplier": nobody})
        assert (await shop.shown(product))["supplier"] is None

    async def test_it_stays_where_a_change_does_not_name_it(self, shop: Shop) -> None:
        product = await shop.store_product()
        await shop.ask_store("PUT", f"/{product['id']}", json={"price": 3})
        assert (await shop.shown(product))["supplier"] == "Organic Foods Co"

    async def test_one_that_is_deleted_while_a_product_is_made_is_no_error(self, shop: Shop) -> None:
        supplier = await shop.supplier("Organic Foods Co")
        made, deleted = await asyncio.gather(
            shop.ask_store("POST", json=TREATS),
            shop.ask("DELETE", f"suppliers/{supplier['id']}/", role="ADMIN"),
        )
        assert made.status_code == 201
        assert deleted.status_code in {204, 400}
        assert (await shop.shown({"id": 1}))["supplier"] == "Organic Foods Co"


class TestShow:
    async def test_a_product_is_shown_as_documented(self, shop: Shop) -> None:
        product = await shop.store_product(sku="DOG03")
        assert await shop.shown(product) == {"id": 1, **TREATS}

    @pytest.mark.parametrize("product_id", [NO_SUCH_ID, 2**63 - 1])
    async def test_an_unknown_product_is_not_found(self, shop: Shop, product_id: int) -> None:
        assert answered(await shop.ask_store("GET", f"/{product_id}", role=None)) == NOT_FOUND

    async def test_one_that_is_not_active_is_shown_to_admins_only(self, shop: Shop) -> None:
        product = await shop.store_product(is_active=False)
        for role in (None, "USER", "EMPLOYEE"):
            assert answered(await shop.ask_store("GET", f"/{product['id']}", role=role)) == NOT_FOUND
        for role in ("ADMIN", "OWNER"):
            assert (await shop.shown(product, role=role))["is_active"] is False

    async def test_a_price_is_that_of_today_s_promotion(self, shop: Shop) -> None:
        product = await shop.store_product(price=19.99)
        promotion = await shop.promotion(product, discount_percent="50.00")
        assert (await shop.shown(product))["price"] == 10.0
        await shop.ask("DELETE", f"promotions/{promotion['id']}/", role="ADMIN")
        assert (await shop.shown(product))["price"] == 19.99

    async def test_a_promotion_for_frequent_customers_leaves_the_price_alone(self, shop: Shop) -> None:
        product = await shop.store_product(price=19.99)
        await shop.promotion(product, target_audience="FREQUENT_ONLY")
        assert (await shop.shown(product))["price"] == 19.99

    async def test_a_page_that_is_known_is_not_sent_again(self, shop: Shop) -> None:
        product = await shop.store_product()
        first = await shop.ask_store("GET", f"/{product['id']}", role=None)
        known = {"If-None-Match": first.headers["ETag"]}
        again = await shop.ask_store("GET", f"/{product['id']}", role=None, headers=known)
        assert (again.status_code, again.content) == (304, b"")


class TestHiddenCost:
    @pytest.fixture
    async def discreet(self, settings: CatalogSettings, deps: Deps, tokens: Tokens) -> "Any":
        """The app of a shop that shows its costs to admins only."""
        hiding = settings.model_copy(update={"store_shows_cost": False})
        app = create_app(tokens.trusted_by(build_deps(hiding, clock=deps.clock, orders=deps.orders)))
        async with asgi_client(app) as client:
            yield client

    async def test_cost_and_supplier_are_null_for_all_but_admins(
        self, shop: Shop, discreet: AsyncClient, tokens: Tokens
    ) -> None:
        path = f"/products/{(await shop.store_product(sku='DOG03'))['id']}"
        hidden = {"id": 1, **TREATS, "cost": None, "supplier": None}
        assert (await discreet.get(path)).json() == hidden
        for role in ("USER", "EMPLOYEE"):
            assert (await discreet.get(path, headers=tokens.bearer(role=role))).json() == hidden
        for role in ("ADMIN", "OWNER"):
            shown = await discreet.get(path, headers=tokens.bearer(role=role))
            assert shown.json() == {"id": 1, **TREATS}


class TestChange:
    async def test_a_product_is_changed_as_documented(self, shop: Shop) -> None:
        product = await shop.store_product(sku="DOG03")
        body = {"price": 17.99, "stock_quantity": 250, "is_active": True}
        assert answered(await shop.ask_store("PUT", "/1", json=body)) == (
            200,
            {
                "message": "Product updated successfully",
                "product": {"id": 1, "sku": "DOG03", "price": 17.99, "stock_quantity": 250},
            },
        )
        assert await shop.shown(product) == {"id": 1, **TREATS, **body}

    async def test_nothing_is_changed_by_an_empty_body(self, shop: Shop) -> None:
        product = await shop.store_product(sku="DOG03")
        assert (await shop.ask_store("PUT", "/1", json={})).status_code == 200
        assert await shop.shown(product) == {"id": 1, **TREATS}

    async def test_what_the_page_shows_may_be_sent_back(self, shop: Shop) -> None:
        product = await shop.product(sku="KO-600-MX", supplier=(await shop.supplier())["id"])
        shown = await shop.shown(product)
        assert (await shop.ask_store("PUT", "/1", json=shown)).status_code == 200
        assert (await shop.shown(product), await shop.reading(product)) == (shown, product)

    async def test_a_price_is_the_regular_one_and_a_promotion_goes_on_top(self, shop: Shop) -> None:
        product = await shop.product(price="100.00")
        await shop.promotion(product, discount_percent="50.00")
        response = await shop.ask_store("PUT", "/1", json={"price": 99.99})
        assert response.json()["product"]["price"] == 50.0
        assert (await shop.shown(product))["price"] == 50.0
        await shop.ask("DELETE", "promotions/1/", role="ADMIN")
        assert (await shop.shown(product))["price"] == 99.99

    async def test_a_price_with_another_tax_rate_is_paid_at_that_rate(self, shop: Shop) -> None:
        product = await shop.product(tax_rate="0.16")
        await shop.ask_store("PUT", "/1", json={"price": 99.99, "tax_rate": "0.08"})
        assert (await shop.shown(product))["price"] == 99.99
        assert (await shop.reading(product))["tax_rate"] == "0.08"

    async def test_a_taken_sku_is_a_conflict(self, shop: Shop) -> None:
        await shop.store_product(sku="DOG03")
        await shop.store_product(sku="CAT02")
        assert answered(await shop.ask_store("PUT", "/2", json={"sku": "DOG03"})) == (409, {"error": TAKEN})

    async def test_a_taken_sku_is_named_beside_a_bad_field(self, shop: Shop) -> None:
        await shop.store_product(sku="DOG03")
        await shop.store_product(sku="CAT02")
        response = await shop.ask_store("PUT", "/2", json={"sku": "DOG03", "price": "cheap"})
        assert answered(response) == (
            400,
            {
                "error": "A valid number is required.",
                "fields": {"price": ["A valid number is required."], "sku": [TAKEN]},
            },
        )

    async def test_a_stock_below_what_is_held_is_refused(self, shop: Shop) -> None:
        product = await shop.store_product()
        await shop.reserve(product, 3)
        message = "Ensure this value is greater than or equal to 3."
        assert answered(await shop.ask_store("PUT", "/1", json={"stock_quantity": 2})) == (
            400,
            {"error": message, "fields": {"stock_quantity": [message]}},
        )
        assert (await shop.shown(product))["stock_quantity"] == 200

    async def test_a_counted_stock_is_in_the_ledger(self, shop: Shop) -> None:
        product = await shop.store_product()
        await shop.ask_store("PUT", "/1", json={"stock_quantity": 250})
        lines = [(line["reason"], line["change"]) for line in await shop.history(product)]
        assert lines == [("ADJUSTMENT", 50), ("INITIAL", 200)]

    @pytest.mark.parametrize("method", ["PUT", "DELETE"])
    async def test_a_form_read_before_another_change_is_refused(self, shop: Shop, method: str) -> None:
        product = await shop.store_product()
        read = {"If-Match": (await shop.ask_store("GET", "/1")).headers["ETag"]}
        await shop.allocate((product, 1))
        response = await shop.ask_store(method, "/1", json={"price": 3}, headers=read)
        assert answered(response) == CHANGED_MEANWHILE

    async def test_the_answer_has_the_etag_for_the_next_change(self, shop: Shop) -> None:
        made = await shop.ask_store("POST", json=TREATS)
        for price in (3, 4):
            read = {"If-Match": made.headers["ETag"]}
            made = await shop.ask_store("PUT", "/1", json={"price": price}, headers=read)
            assert made.status_code == 200

    @pytest.mark.parametrize("method", ["PUT", "DELETE"])
    async def test_an_unknown_product_is_not_found(self, shop: Shop, method: str) -> None:
        assert answered(await shop.ask_store(method, f"/{NO_SUCH_ID}", json={})) == NOT_FOUND


class TestDelete:
    async def test_a_product_is_deleted_as_documented(self, shop: Shop) -> None:
        product = await shop.store_product()
        assert answered(await shop.ask_store("DELETE", "/1")) == (
            200,
            {"message": "Product deleted successfully"},
        )
        for role in (None, "ADMIN"):
            assert answered(await shop.ask_store("GET", f"/{product['id']}", role=role)) == NOT_FOUND

    async def test_a_product_is_deleted_once(self, shop: Shop) -> None:
        await shop.store_product()
        responses = await asyncio.gather(*(shop.ask_store("DELETE", "/1") for _ in range(5)))
        assert sorted(response.status_code for response in responses) == [200] + [404] * 4

    async def test_its_sku_is_free_again(self, shop: Shop) -> None:
        await shop.store_product(sku="DOG03")
        await shop.ask_store("DELETE", "/1")
        assert (await shop.store_product(sku="DOG03"))["id"] == 2
