"""GET and POST /sales/carts, GET, PUT and DELETE /sales/carts/{user_id}."""

from decimal import Decimal

import pytest
from httpx import AsyncClient

from libs.testing.answers import answered
from libs.testing.asgi import MakeClient
from libs.testing.clock import FakeClock
from libs.testing.outbox import events_in_outbox
from libs.testing.statements import counted_statements
from libs.testing.store import NOT_OWN, UNAVAILABLE
from libs.testing.tokens import Tokens
from services.sales.deps import Deps
from services.sales.domain.stock import Promotion
from services.sales.tests.carts import a_cart, add, cart_items, cart_of, in_cart, told_of_cart
from services.sales.tests.fakes import FakeQuotes, FakeShoppers, FakeStock, Product

NO_CART = (404, {"error": "Cart not found"})
PRODUCT_NOT_FOUND = {"error": "Product not found", "product_ids": [99]}
METHODS = ("GET", "PUT", "DELETE")


@pytest.fixture(autouse=True)
def pet_shop(stock: FakeStock) -> None:
    """The products of the STORE document, and one that is not sold at the moment."""
    stock.products = {
        1: Product("Premium Dog Food 15kg", Decimal("45.99"), "0.00", stock=100),
        2: Product("Interactive Cat Toy", Decimal("12.50"), "0.00", stock=100),
        3: Product("Old Dog Treats", Decimal("7.00"), "0.00", is_active=False),
    }


class TestReading:
    async def test_a_cart_is_shown_as_documented_at_today_s_prices(
        self, shopper: AsyncClient, other_shopper: AsyncClient, clock: FakeClock
    ) -> None:
        await a_cart(other_shopper, user_id=2)
        await a_cart(shopper, (1, 2))
        clock.advance(minutes=5)
        await add(shopper, 2)
        assert await cart_of(shopper) == {
            "id": 2,
            "user_id": 1,
            "username": "johndoe",
            "items": [
                {
                    "id": 1,
                    "product_id": 1,
                    "product_name": "Premium Dog Food 15kg",
                    "quantity": 2,
                    "unit_price": 45.99,
                    "amount": 91.98,
                    "available": True,
                },
                {
                    "id": 2,
                    "product_id": 2,
                    "product_name": "Interactive Cat Toy",
                    "quantity": 1,
                    "unit_price": 12.5,
                    "amount": 12.5,
                    "available": True,
                },
            ],
            "total": 104.48,
            "item_count": 3,
            "problems": [],
            "created_at": "2026-03-02T18:00:00Z",
            "updated_at": "2026-03-02T18:05:00Z",
        }

    async def test_a_shopper_s_list_is_the_cart_itself(
        self, shopper: AsyncClient, other_shopper: AsyncClient
    ) -> None:
        await a_cart(other_shopper, (2, 1), user_id=2)
        await a_cart(shopper, (1, 2))
        assert (await shopper.get("/sales/carts")).json() == await cart_of(shopper)

    @pytest.mark.parametrize("path", ["/sales/carts", "/sales/carts/1"])
    async def test_a_user_who_never_had_a_cart_has_none(self, shopper: AsyncClient, path: str) -> None:
        assert answered(await shopper.get(path)) == NO_CART

    async def test_staff_may_shop(self, till: AsyncClient) -> None:
        await a_cart(till, (1, 1), user_id=7)
        assert (await till.get("/sales/carts")).json()["user_id"] == 7

    async def test_an_admin_sees_anybody_s_cart(self, shopper: AsyncClient, admin: AsyncClient) -> None:
        await a_cart(shopper, (1, 2))
        assert await cart_of(admin) == await cart_of(shopper)

    async def test_an_ended_sale_ends_in_the_cart_too(self, shopper: AsyncClient, stock: FakeStock) -> None:
        food = stock.products[1]
        food.price, food.promotion = Decimal(100), Promotion(Decimal(50), "ALL")
        assert (await a_cart(shopper, (1, 1)))["items"][0]["unit_price"] == 50.0
        food.promotion = None
        cart = await cart_of(shopper)
        assert (cart["items"][0]["unit_price"], cart["total"]) == (100.0, 100.0)
        assert cart["problems"] == [
            {
                "product_id": 1,
                "product_name": "Premium Dog Food 15kg",
                "code": "price_changed",
                "seen_price": 50.0,
            }
        ]

    async def test_a_new_price_counts_in_every_figure_and_in_the_admin_s_list(
        self, shopper: AsyncClient, admin: AsyncClient, stock: FakeStock
    ) -> None:
        stock.products[1].price = Decimal(5)
        await a_cart(shopper, (1, 2))
        stock.products[1].price = Decimal(7)
        cart = await cart_of(shopper)
        line = cart["items"][0]
        assert (line["unit_price"], line["amount"], cart["total"]) == (7.0, 14.0, 14.0)
        assert (await admin.get("/sales/carts")).json()["carts"][0]["total"] == 14.0

    async def test_what_a_shopper_has_seen_of_a_price_is_no_problem_any_more_when_the_line_is_written(
        self, shopper: AsyncClient, stock: FakeStock
    ) -> None:
        await a_cart(shopper, (1, 1), (2, 1))
        stock.products[1].price, stock.products[2].price = Decimal(50), Decimal(13)
        await add(shopper, 1)
        assert [problem["product_id"] for problem in (await cart_of(shopper))["problems"]] == [2]

    async def test_products_that_are_not_sold_any_more_stay_in_the_cart_and_say_so(
        self, shopper: AsyncClient, stock: FakeStock
    ) -> None:
        await a_cart(shopper, (1, 2), (2, 1))
        stock.products[1].is_active = False
        stock.products[1].price = Decimal(1)
        del stock.products[2]
        cart = await cart_of(shopper)
        assert [(line["product_name"], line["unit_price"], line["available"]) for line in cart["items"]] == [
            ("Premium Dog Food 15kg", 45.99, False),
            ("Interactive Cat Toy", 12.5, False),
        ]
        assert (cart["total"], cart["item_count"]) == (0.0, 3)
        assert [(problem["product_id"], problem["code"]) for problem in cart["problems"]] == [
            (1, "unavailable"),
            (2, "unavailable"),
        ]

    async def test_stock_that_is_short_is_told_with_what_is_there(
        self, shopper: AsyncClient, stock: FakeStock
    ) -> None:
        await a_cart(shopper, (1, 2))
        stock.products[1].stock = 1
        assert (await cart_of(shopper))["problems"] == [
            {
                "product_id": 1,
                "product_name": "Premium Dog Food 15kg",
                "code": "insufficient_stock",
                "available": 1,
            }
        ]

    async def test_without_catalog_no_price_is_shown(self, shopper: AsyncClient, stock: FakeStock) -> None:
        await a_cart(shopper, (1, 2))
        stock.down = True
        for path in ("/sales/carts", "/sales/carts/1"):
            assert answered(await shopper.get(path)) == (503, UNAVAILABLE)

    async def test_without_catalog_an_empty_cart_is_shown(
        self, shopper: AsyncClient, stock: FakeStock
    ) -> None:
        await a_cart(shopper)
        stock.down = True
        assert (await cart_of(shopper))["items"] == []

    async def test_a_cart_takes_two_statements_and_one_question(
        self, shopper: AsyncClient, quotes: FakeQuotes
    ) -> None:
        await a_cart(shopper, (1, 2), (2, 1))
        quotes.asked.clear()
        with counted_statements() as statements:
            await cart_of(shopper)
        assert (len(statements), quotes.asked) == (2, [[1, 2]])


class TestListOfAll:
    @pytest.fixture(autouse=True)
    async def two_carts(self, shopper: AsyncClient, other_shopper: AsyncClient, clock: FakeClock) -> None:
        await a_cart(other_shopper, (1, 1), user_id=2)
        clock.advance(hours=1)
        await a_cart(shopper, (1, 2), (2, 1))

    async def test_an_admin_sees_all_carts_as_documented(self, admin: AsyncClient) -> None:
        answer = await admin.get("/sales/carts")
        assert answer.json() == {
            "total_carts": 2,
            "carts": [
                {
                    "id": 1,
                    "user_id": 2,
                    "username": "janedoe",
                    "items_count": 1,
                    "total": 45.99,
                    "created_at": "2026-03-02T18:00:00Z",
                },
                {
                    "id": 2,
                    "user_id": 1,
                    "username": "johndoe",
                    "items_count": 3,
                    "total": 104.48,
                    "created_at": "2026-03-02T19:00:00Z",
                },
            ],
        }
        assert answer.headers["X-Total-Count"] == "2"

    async def test_pages_follow_the_link_and_count_all(self, admin: AsyncClient) -> None:
        first = await admin.get("/sales/carts?limit=1")
        assert (first.json()["total_carts"], [cart["id"] for cart in first.json()["carts"]]) == (2, [1])
        second = await admin.get(f"/sales/carts{first.links['next']['url']}")
        assert [cart["id"] for cart in second.json()["carts"]] == [2]
        assert "Link" not in second.headers

    async def test_without_counting_the_total_is_left_out(self, admin: AsyncClient) -> None:
        assert "total_carts" not in (await admin.get("/sales/carts?count=none")).json()

    async def test_a_page_takes_two_statements_and_one_question(
        self, admin: AsyncClient, quotes: FakeQuotes
    ) -> None:
        quotes.asked.clear()
        with counted_statements() as statements:
            await admin.get("/sales/carts")
        assert (len(statements), quotes.asked) == (2, [[1, 2]])


class TestCreating:
    async def test_a_cart_with_items_is_answered_as_documented(self, shopper: AsyncClient) -> None:
        answer = await shopper.post("/sales/carts", json={"user_id": 1, "items": cart_items((1, 2))})
        assert answer.status_code == 201
        assert answer.json()["message"] == "Cart created successfully"
        assert answer.json()["cart"] == await cart_of(shopper)
        assert (answer.json()["cart"]["total"], answer.json()["cart"]["item_count"]) == (91.98, 2)

    async def test_without_items_it_is_empty(self, shopper: AsyncClient) -> None:
        cart = await a_cart(shopper)
        assert (cart["items"], cart["total"], cart["item_count"]) == ([], 0.0, 0)

    async def test_the_same_product_twice_is_one_line(self, shopper: AsyncClient) -> None:
        await a_cart(shopper, (1, 2), (2, 1), (1, 3))
        assert await in_cart(shopper) == {1: 5, 2: 1}

    async def test_an_empty_cart_is_filled(self, shopper: AsyncClient) -> None:
        empty = await a_cart(shopper)
        filled = await a_cart(shopper, (1, 2))
        assert (filled["id"], await in_cart(shopper)) == (empty["id"], {1: 2})

    @pytest.mark.parametrize("items", [(), ((2, 1),)], ids=["without items", "with items"])
    async def test_a_cart_with_items_is_not_created_again(
        self, shopper: AsyncClient, items: tuple[tuple[int, int], ...]
    ) -> None:
        await a_cart(shopper, (1, 2))
        body = {"user_id": 1} | ({"items": cart_items(*items)} if items else {})
        answer = await shopper.post("/sales/carts", json=body)
        assert answered(answer) == (409, {"error": "User already has a cart with items"})
        assert answer.headers["X-Error-Code"] == "cart_has_items"
        assert await in_cart(shopper) == {1: 2}

    async def test_nobody_creates_a_cart_for_somebody_else(self, shopper: AsyncClient) -> None:
        answer = await shopper.post("/sales/carts", json={"user_id": 2, "items": cart_items((1, 2))})
        assert answered(answer) == (403, NOT_OWN)

    async def test_an_admin_creates_a_cart_for_a_user_under_the_user_s_name(
        self, admin: AsyncClient, shoppers: FakeShoppers
    ) -> None:
        cart = await a_cart(admin, (1, 2), user_id=2)
        assert (cart["user_id"], cart["username"], shoppers.asked) == (2, "janedoe", [2])

    async def test_an_admin_cannot_create_a_cart_for_nobody(self, admin: AsyncClient) -> None:
        answer = await admin.post("/sales/carts", json={"user_id": 404})
        assert answered(answer) == (404, {"error": "User not found"})

    async def test_an_admin_does_not_fill_the_empty_cart_of_a_deleted_user(
        self, admin: AsyncClient, other_shopper: AsyncClient, shoppers: FakeShoppers
    ) -> None:
        await a_cart(other_shopper, user_id=2)
        del shoppers.known[2]
        answer = await admin.post("/sales/carts", json={"user_id": 2, "items": cart_items((1, 1))})
        assert answered(answer) == (404, {"error": "User not found"})
        assert (await cart_of(admin, 2))["items"] == []

    async def test_while_auth_is_away_an_admin_creates_no_cart_for_others(
        self, admin: AsyncClient, shoppers: FakeShoppers
    ) -> None:
        shoppers.down = True
        assert answered(await admin.post("/sales/carts", json={"user_id": 2})) == (503, UNAVAILABLE)
        await a_cart(admin, user_id=9)

    async def test_what_is_not_sold_makes_no_cart(self, shopper: AsyncClient) -> None:
        for product_id in (3, 99):
            answer = await shopper.post(
                "/sales/carts", json={"user_id": 1, "items": cart_items((1, 1), (product_id, 1))}
            )
            assert answered(answer) == (404, PRODUCT_NOT_FOUND | {"product_ids": [product_id]})
        assert answered(await shopper.get("/sales/carts/1")) == NO_CART

    async def test_more_than_there_is_makes_no_cart(self, shopper: AsyncClient, stock: FakeStock) -> None:
        stock.products[1].stock = 1
        answer = await shopper.post("/sales/carts", json={"user_id": 1, "items": cart_items((1, 2), (2, 1))})
        short = {"product_id": 1, "product_name": "Premium Dog Food 15kg", "available": 1, "requested": 2}
        assert answered(answer) == (400, {"error": "Insufficient stock", "items": [short]})
        assert answer.headers["X-Error-Code"] == "insufficient_stock"
        assert answered(await shopper.get("/sales/carts/1")) == NO_CART

    async def test_a_cart_holds_no_stock(
        self, shopper: AsyncClient, other_shopper: AsyncClient, stock: FakeStock
    ) -> None:
        stock.products[1].stock = 2
        await a_cart(shopper, (1, 2))
        await a_cart(other_shopper, (1, 2), user_id=2)
        assert stock.products[1].stock == 2

    async def test_without_catalog_only_an_empty_cart_is_made(
        self, shopper: AsyncClient, stock: FakeStock
    ) -> None:
        stock.down = True
        answer = await shopper.post("/sales/carts", json={"user_id": 1, "items": cart_items((1, 2))})
        assert answered(answer) == (503, UNAVAILABLE)
        await a_cart(shopper)

    @pytest.mark.parametrize(
        ("body", "fields"),
        [
            ({}, {"user_id": ["This field is required."]}),
            ({"user_id": 0}, {"user_id": ["Ensure this value is greater than or equal to 1."]}),
            ({"user_id": 1, "items": []}, {"items": ["This list may not be empty."]}),
            (
                {"user_id": 1, "items": cart_items((1, 51), (2, 0))},
                {
                    "items.0.quantity": ["Ensure this value is less than or equal to 50."],
                    "items.1.quantity": ["Ensure this value is greater than or equal to 1."],
                },
            ),
            (
                {"user_id": 1, "items": cart_items(*[(1, 1)] * 101)},
                {"items": ["Ensure this field has no more than 100 elements."]},
            ),
        ],
        ids=["nobody", "no user", "empty", "quantities", "too many"],
    )
    async def test_bad_input_is_refused(
        self, shopper: AsyncClient, body: dict[str, object], fields: dict[str, list[str]]
    ) -> None:
        answer = await shopper.post("/sales/carts", json=body)
        assert (answer.status_code, answer.json()["fields"]) == (400, fields)

    async def test_pieces_that_add_up_to_more_than_a_line_holds_are_refused(
        self, shopper: AsyncClient
    ) -> None:
        answer = await shopper.post(
            "/sales/carts", json={"user_id": 1, "items": cart_items((1, 26), (1, 25))}
        )
        assert answered(answer) == (400, {"error": "A cart holds at most 50 pieces of a product"})
        assert answer.headers["X-Error-Code"] == "cart_line_full"

    async def test_what_is_in_a_new_cart_is_told(self, shopper: AsyncClient, deps: Deps) -> None:
        await a_cart(shopper)
        await a_cart(shopper, (1, 2), (2, 1))
        assert await events_in_outbox(deps.database) == [
            (
                "sales.cart_changed.v1",
                "cart/1",
                {
                    "cart_id": 1,
                    "user_id": 1,
                    "version": 2,
                    "items": cart_items((1, 2), (2, 1)),
                    "changed_at": "2026-03-02T18:00:00Z",
                },
            )
        ]


class TestReplacing:
    async def test_all_that_is_in_the_cart_is_replaced(self, shopper: AsyncClient) -> None:
        await a_cart(shopper, (1, 2))
        answer = await shopper.put("/sales/carts/1", json={"items": cart_items((2, 1), (1, 3))})
        assert answer.status_code == 200
        assert answer.json() == {"message": "Cart updated successfully", "cart": await cart_of(shopper)}
        assert await in_cart(shopper) == {1: 3, 2: 1}

    async def test_a_product_that_was_in_the_cart_keeps_its_line(self, shopper: AsyncClient) -> None:
        before = await a_cart(shopper, (1, 2), (2, 1))
        await shopper.put("/sales/carts/1", json={"items": cart_items((2, 4))})
        (line,) = (await cart_of(shopper))["items"]
        assert line["id"] == before["items"][1]["id"]

    async def test_by_nothing_is_an_empty_cart(self, shopper: AsyncClient, stock: FakeStock) -> None:
        await a_cart(shopper, (1, 2))
        stock.down = True
        assert (await shopper.put("/sales/carts/1", json={"items": []})).status_code == 200
        assert await in_cart(shopper) == {}

    async def test_without_a_cart_nothing_is_replaced(self, shopper: AsyncClient) -> None:
        assert answered(await shopper.put("/sales/carts/1", json={"items": cart_items((1, 1))})) == NO_CART

    async def test_a_refused_replacement_changes_nothing(
        self, shopper: AsyncClient, stock: FakeStock, deps: Deps
    ) -> None:
        await a_cart(shopper, (1, 2))
        stock.products[2].stock = 0
        for items, status in (((1, 1), (2, 1)), 400), (((99, 1),), 404), (((1, 30), (1, 21)), 400):
            answer = await shopper.put("/sales/carts/1", json={"items": cart_items(*items)})
            assert answer.status_code == status
        assert await in_cart(shopper) == {1: 2}
        assert await told_of_cart(deps.database) == [{1: 2}]

    async def test_bad_input_is_refused(self, shopper: AsyncClient) -> None:
        await a_cart(shopper, (1, 2))
        answer = await shopper.put("/sales/carts/1", json={})
        assert answer.json() == {
            "error": "This field is required.",
            "fields": {"items": ["This field is required."]},
        }

    async def test_it_is_told_only_if_it_changes_anything(self, shopper: AsyncClient, deps: Deps) -> None:
        await a_cart(shopper, (1, 2))
        await shopper.put("/sales/carts/1", json={"items": cart_items((1, 2))})
        await shopper.put("/sales/carts/1", json={"items": cart_items((2, 1))})
        assert await told_of_cart(deps.database) == [{1: 2}, {2: 1}]

    async def test_an_admin_replaces_anybody_s_and_the_name_stays(
        self, shopper: AsyncClient, admin: AsyncClient
    ) -> None:
        await a_cart(shopper, (1, 2))
        await admin.put("/sales/carts/1", json={"items": cart_items((2, 1))})
        cart = await cart_of(shopper)
        assert (cart["username"], cart["items"][0]["product_id"]) == ("johndoe", 2)


class TestClearing:
    async def test_a_cleared_cart_stays_and_is_empty(self, shopper: AsyncClient, deps: Deps) -> None:
        cart = await a_cart(shopper, (1, 2), (2, 1))
        answer = await shopper.delete("/sales/carts/1")
        assert answered(answer) == (200, {"message": "Cart cleared successfully"})
        empty = await cart_of(shopper)
        assert (empty["id"], empty["items"], empty["total"]) == (cart["id"], [], 0.0)
        assert await told_of_cart(deps.database) == [{1: 2, 2: 1}, {}]

    async def test_clearing_again_changes_nothing(self, shopper: AsyncClient, deps: Deps) -> None:
        await a_cart(shopper, (1, 2))
        for _ in range(2):
            assert (await shopper.delete("/sales/carts/1")).status_code == 200
        assert await told_of_cart(deps.database) == [{1: 2}, {}]

    async def test_it_works_while_catalog_is_away(self, shopper: AsyncClient, stock: FakeStock) -> None:
        await a_cart(shopper, (1, 2))
        stock.down = True
        assert (await shopper.delete("/sales/carts/1")).status_code == 200

    async def test_without_a_cart_there_is_nothing_to_clear(self, shopper: AsyncClient) -> None:
        assert answered(await shopper.delete("/sales/carts/1")) == NO_CART


@pytest.mark.parametrize("method", METHODS)
async def test_somebody_else_s_cart_is_nobody_s_business(
    shopper: AsyncClient, other_shopper: AsyncClient, till: AsyncClient, method: str
) -> None:
    await a_cart(shopper, (1, 2))
    for stranger in (other_shopper, till):
        for user_id in (1, 404):
            answer = await stranger.request(method, f"/sales/carts/{user_id}", json={"items": []})
            assert answered(answer) == (403, NOT_OWN)


async def test_a_shopper_who_took_another_name_is_known_by_it_from_the_next_change_on(
    shopper: AsyncClient, client_of: MakeClient, tokens: Tokens
) -> None:
    await a_cart(shopper)
    renamed = client_of(tokens.bearer(role="USER", user_id=1, username="johnny"))
    await add(renamed, 1)
    assert (await cart_of(renamed))["username"] == "johnny"
