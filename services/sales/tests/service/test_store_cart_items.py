"""POST, PUT and DELETE /sales/carts/{user_id}/items/{product_id}."""

import asyncio
from decimal import Decimal

import pytest
from httpx import AsyncClient, Response

from libs.testing.answers import answered
from libs.testing.idempotency import lose_answers
from libs.testing.statements import counted_statements
from libs.testing.store import NOT_OWN, UNAVAILABLE
from services.sales.deps import Deps
from services.sales.tests.carts import a_cart, add, cart_of, in_cart, told_of_cart
from services.sales.tests.fakes import FakeShoppers, FakeStock, Product

KEY = {"Idempotency-Key": "addition-1"}
NOT_IN_CART = (404, {"error": "Cart item not found"})
NO_CART = (404, {"error": "Cart not found"})
LINE_FULL = (400, {"error": "A cart holds at most 50 pieces of a product"})


@pytest.fixture(autouse=True)
def pet_shop(stock: FakeStock) -> None:
    """Treats, of which there are 100, and something that is not sold at the moment."""
    stock.products = {
        3: Product("Organic Dog Treats", Decimal("17.99"), "0.00", stock=100),
        4: Product("Old Toy", is_active=False),
        **{product: Product(stock=100) for product in range(100, 201)},
    }


async def put(client: AsyncClient, product_id: int, quantity: int) -> Response:
    return await client.put(f"/sales/carts/1/items/{product_id}", json={"quantity": quantity})


async def remove(client: AsyncClient, product_id: int) -> Response:
    return await client.delete(f"/sales/carts/1/items/{product_id}")


class TestAdding:
    async def test_an_item_is_answered_as_documented(self, shopper: AsyncClient) -> None:
        await a_cart(shopper, (100, 1), (101, 1))
        assert answered(await add(shopper, 3, 2)) == (
            201,
            {
                "message": "Item added to cart",
                "cart_item": {"id": 3, "product_id": 3, "quantity": 2, "unit_price": 17.99},
            },
        )

    async def test_adding_to_none_makes_a_cart(self, shopper: AsyncClient) -> None:
        await add(shopper, 3, 2)
        cart = await cart_of(shopper)
        assert (cart["username"], cart["total"]) == ("johndoe", 35.98)

    async def test_a_product_that_is_in_the_cart_adds_up(self, shopper: AsyncClient) -> None:
        await add(shopper, 3, 2)
        assert (await add(shopper, 3, 4)).json()["cart_item"]["quantity"] == 6
        assert await in_cart(shopper) == {3: 6}

    async def test_two_at_once_add_up(self, shopper: AsyncClient, deps: Deps) -> None:
        answers = await asyncio.gather(*(add(shopper, 3, 2) for _ in range(8)))
        assert {answer.status_code for answer in answers} == {201}
        assert await in_cart(shopper) == {3: 16}
        assert await told_of_cart(deps.database) == [{3: 2 * times} for times in range(1, 9)]

    async def test_together_they_are_checked_against_the_stock(
        self, shopper: AsyncClient, stock: FakeStock
    ) -> None:
        stock.products[3].stock = 5
        await add(shopper, 3, 3)
        short = {"product_id": 3, "product_name": "Organic Dog Treats", "available": 5, "requested": 6}
        assert answered(await add(shopper, 3, 3)) == (400, {"error": "Insufficient stock", "items": [short]})
        assert await in_cart(shopper) == {3: 3}

    async def test_a_line_holds_50_pieces(self, shopper: AsyncClient) -> None:
        await add(shopper, 3, 49)
        assert answered(await add(shopper, 3, 2)) == LINE_FULL
        assert (await add(shopper, 3, 1)).status_code == 201

    async def test_of_many_at_once_as_many_are_added_as_fit(self, shopper: AsyncClient) -> None:
        await add(shopper, 3, 44)
        answers = await asyncio.gather(*(add(shopper, 3, 2) for _ in range(6)))
        assert sorted(answer.status_code for answer in answers) == [201, 201, 201, 400, 400, 400]
        assert await in_cart(shopper) == {3: 50}

    async def test_a_cart_holds_100_products_however_many_come_at_once(self, shopper: AsyncClient) -> None:
        await a_cart(shopper, *((product, 1) for product in range(100, 197)))
        answers = await asyncio.gather(*(add(shopper, product) for product in (197, 198, 199, 200, 3)))
        full = [answer for answer in answers if answer.status_code != 201]
        assert {answer.status_code for answer in full} == {400}
        assert [answer.json() for answer in full] == [{"error": "A cart holds at most 100 products"}] * 2
        assert len(await in_cart(shopper)) == 100

    async def test_more_of_a_product_fits_into_a_full_cart(self, shopper: AsyncClient) -> None:
        await a_cart(shopper, *((product, 1) for product in range(100, 200)))
        assert (await add(shopper, 100)).status_code == 201

    @pytest.mark.parametrize("product_id", [4, 99])
    async def test_what_is_not_sold_is_not_added(self, shopper: AsyncClient, product_id: int) -> None:
        answer = await add(shopper, product_id)
        assert answered(answer) == (404, {"error": "Product not found", "product_ids": [product_id]})
        assert (await shopper.get("/sales/carts/1")).status_code == 404

    async def test_without_catalog_nothing_is_added(self, shopper: AsyncClient, stock: FakeStock) -> None:
        stock.down = True
        answer = await add(shopper, 3)
        assert (answer.status_code, answer.json()) == (503, UNAVAILABLE)
        assert "Retry-After" in answer.headers

    @pytest.mark.parametrize("quantity", [None, 0, -1, 51, "two", 1.5])
    async def test_a_bad_quantity_is_refused(self, shopper: AsyncClient, quantity: object) -> None:
        answer = await shopper.post("/sales/carts/1/items/3", json={"quantity": quantity})
        assert (answer.status_code, list(answer.json()["fields"])) == (400, ["quantity"])

    async def test_an_admin_adds_to_anybody_s_cart_and_makes_one_under_the_user_s_name(
        self, admin: AsyncClient, other_shopper: AsyncClient, shoppers: FakeShoppers
    ) -> None:
        await add(admin, 3, user_id=2)
        shoppers.known[2] = "jane"
        await add(admin, 3, user_id=2)
        cart = await cart_of(other_shopper, 2)
        assert (cart["username"], cart["item_count"], shoppers.asked) == ("jane", 2, [2, 2])

    async def test_an_admin_cannot_add_to_the_cart_of_nobody(self, admin: AsyncClient) -> None:
        assert answered(await add(admin, 3, user_id=404)) == (404, {"error": "User not found"})

    async def test_an_admin_cannot_add_to_the_cart_of_a_deleted_user(
        self, admin: AsyncClient, other_shopper: AsyncClient, shoppers: FakeShoppers
    ) -> None:
        await add(other_shopper, 3, user_id=2)
        del shoppers.known[2]
        assert answered(await add(admin, 3, user_id=2)) == (404, {"error": "User not found"})
        assert (await cart_of(admin, 2))["item_count"] == 1

    async def test_while_auth_is_away_an_admin_adds_to_no_cart_of_others(
        self, admin: AsyncClient, other_shopper: AsyncClient, shoppers: FakeShoppers
    ) -> None:
        await add(other_shopper, 3, user_id=2)
        shoppers.down = True
        assert answered(await add(admin, 3, user_id=2)) == (503, UNAVAILABLE)
        assert (await add(admin, 3, user_id=9)).status_code == 201

    async def test_it_takes_six_statements_and_a_key_two_more(self, shopper: AsyncClient) -> None:
        await add(shopper, 3)
        with counted_statements() as statements:
            await add(shopper, 3)
        assert len(statements) == 6
        with counted_statements() as statements:
            await add(shopper, 3, headers=KEY)
        assert len(statements) == 8


class TestRepeating:
    async def test_a_repeat_with_the_same_key_adds_nothing(self, shopper: AsyncClient) -> None:
        first = await add(shopper, 3, 2, headers=KEY)
        again = await add(shopper, 3, 2, headers=KEY)
        assert (again.json(), again.headers["Idempotent-Replayed"]) == (first.json(), "true")
        assert await in_cart(shopper) == {3: 2}

    async def test_the_key_with_another_quantity_is_refused(self, shopper: AsyncClient) -> None:
        await add(shopper, 3, 2, headers=KEY)
        assert (await add(shopper, 3, 3, headers=KEY)).status_code == 422

    async def test_both_at_once_add_once(self, shopper: AsyncClient) -> None:
        answers = await asyncio.gather(*(add(shopper, 3, 2, headers=KEY) for _ in range(4)))
        assert [answer.status_code for answer in answers] == [201] * 4
        assert await in_cart(shopper) == {3: 2}

    async def test_after_a_crash_before_the_answer_was_stored_a_repeat_adds_nothing(
        self, shopper: AsyncClient, deps: Deps
    ) -> None:
        first = await add(shopper, 3, 2, headers=KEY)
        await lose_answers(deps.database)
        again = await add(shopper, 3, 2, headers=KEY)
        assert answered(again) == answered(first)
        assert await in_cart(shopper) == {3: 2}

    async def test_a_repeat_after_a_crash_does_not_put_back_what_was_removed_meanwhile(
        self, shopper: AsyncClient, deps: Deps
    ) -> None:
        await add(shopper, 3, 2, headers=KEY)
        await lose_answers(deps.database)
        await remove(shopper, 3)
        assert answered(await add(shopper, 3, 2, headers=KEY)) == NOT_IN_CART
        assert await in_cart(shopper) == {}


class TestSetting:
    async def test_a_quantity_is_answered_as_documented(self, shopper: AsyncClient, deps: Deps) -> None:
        await a_cart(shopper, (3, 2))
        assert answered(await put(shopper, 3, 5)) == (
            200,
            {
                "message": "Cart item updated",
                "cart_item": {"id": 1, "product_id": 3, "quantity": 5, "unit_price": 17.99},
            },
        )
        assert await told_of_cart(deps.database) == [{3: 2}, {3: 5}]

    async def test_what_is_not_in_the_cart_is_not_set(self, shopper: AsyncClient) -> None:
        assert answered(await put(shopper, 3, 5)) == NO_CART
        await a_cart(shopper, (100, 1))
        assert answered(await put(shopper, 3, 5)) == NOT_IN_CART

    async def test_what_is_not_sold_any_more_is_not_set(self, shopper: AsyncClient, stock: FakeStock) -> None:
        await a_cart(shopper, (3, 2))
        stock.products[3].is_active = False
        answer = await put(shopper, 3, 1)
        assert answered(answer) == (404, {"error": "Product not found", "product_ids": [3]})

    async def test_more_than_there_is_is_not_set(self, shopper: AsyncClient, stock: FakeStock) -> None:
        await a_cart(shopper, (3, 2))
        stock.products[3].stock = 4
        assert (await put(shopper, 3, 5)).json()["error"] == "Insufficient stock"
        assert (await put(shopper, 3, 4)).status_code == 200

    @pytest.mark.parametrize("quantity", [None, 0, 51])
    async def test_a_bad_quantity_is_refused(self, shopper: AsyncClient, quantity: object) -> None:
        await a_cart(shopper, (3, 2))
        answer = await shopper.put("/sales/carts/1/items/3", json={"quantity": quantity})
        assert (answer.status_code, list(answer.json()["fields"])) == (400, ["quantity"])

    async def test_without_catalog_nothing_is_set(self, shopper: AsyncClient, stock: FakeStock) -> None:
        await a_cart(shopper, (3, 2))
        stock.down = True
        assert answered(await put(shopper, 3, 1)) == (503, UNAVAILABLE)


class TestRemoving:
    async def test_an_item_is_removed_with_all_its_pieces(self, shopper: AsyncClient, deps: Deps) -> None:
        await a_cart(shopper, (3, 2), (100, 1))
        assert answered(await remove(shopper, 3)) == (200, {"message": "Item removed from cart"})
        assert await in_cart(shopper) == {100: 1}
        assert await told_of_cart(deps.database) == [{3: 2, 100: 1}, {100: 1}]

    async def test_what_is_not_in_the_cart_is_not_removed(self, shopper: AsyncClient) -> None:
        assert answered(await remove(shopper, 3)) == NO_CART
        await a_cart(shopper, (3, 2))
        await remove(shopper, 3)
        assert answered(await remove(shopper, 3)) == NOT_IN_CART

    async def test_it_works_while_catalog_is_away_and_for_what_is_not_sold_any_more(
        self, shopper: AsyncClient, stock: FakeStock
    ) -> None:
        await a_cart(shopper, (3, 2))
        del stock.products[3]
        stock.down = True
        assert (await remove(shopper, 3)).status_code == 200


class TestAtOnce:
    async def test_adding_and_clearing_leave_what_was_added_after_or_nothing(
        self, shopper: AsyncClient, deps: Deps
    ) -> None:
        await a_cart(shopper, (100, 1))
        await asyncio.gather(
            *(add(shopper, 3) for _ in range(4)), *(shopper.delete("/sales/carts/1") for _ in range(4))
        )
        told = await told_of_cart(deps.database)
        assert await in_cart(shopper) == told[-1]
        assert 100 not in told[-1]

    async def test_replacing_and_adding_follow_one_another(self, shopper: AsyncClient) -> None:
        await a_cart(shopper, (3, 1))
        items = {"items": [{"product_id": 3, "quantity": 10}]}
        await asyncio.gather(shopper.put("/sales/carts/1", json=items), add(shopper, 3, 5))
        assert await in_cart(shopper) in ({3: 10}, {3: 15})

    async def test_of_two_new_carts_with_items_one_is_made(self, shopper: AsyncClient) -> None:
        body = {"user_id": 1, "items": [{"product_id": 3, "quantity": 1}]}
        answers = await asyncio.gather(*(shopper.post("/sales/carts", json=body) for _ in range(5)))
        assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
        assert await in_cart(shopper) == {3: 1}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_somebody_else_s_cart_is_nobody_s_business(
    shopper: AsyncClient, other_shopper: AsyncClient, method: str
) -> None:
    await a_cart(shopper, (3, 2))
    path, body = "/sales/carts/1/items/3", {"quantity": 1}
    assert answered(await other_shopper.request(method, path, json=body)) == (403, NOT_OWN)
    assert await in_cart(shopper) == {3: 2}
