"""Checkout through the STORE door (STORE 26): of items, by shoppers and by admins."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from httpx import AsyncClient

from libs.testing.idempotency import lose_answers
from libs.testing.outbox import events_in_outbox
from libs.testing.statements import counted_statements
from libs.testing.store import NOT_ADMIN
from services.sales.deps import Deps
from services.sales.tests.builders import a_checkout, a_promotion, checked_out, count_orders, placed
from services.sales.tests.fakes import FakeShoppers, FakeStock, Product

KEY = {"Idempotency-Key": "checkout-1"}
ADDRESS = "Calle Principal #123, Colonia Centro"
ACCESS_DENIED = {"error": "Access denied"}


async def test_a_shopper_orders_items_and_gets_the_order_with_its_invoice(
    shopper: AsyncClient, till: AsyncClient
) -> None:
    await placed(till)
    answer = await shopper.post("/sales/orders", json=a_checkout((20, 2), (15, 1), shipping_address=ADDRESS))
    assert (answer.status_code, answer.json()) == (
        201,
        {
            "message": "Order created successfully",
            "order": {
                "id": 2,
                "user_id": 1,
                "status": "pending",
                "total": 136.0,
                "shipping_address": ADDRESS,
                "items": [
                    {
                        "id": 1,
                        "product_id": 20,
                        "product_name": "Pan",
                        "quantity": 2,
                        "price": 10.0,
                        "amount": 20.0,
                    },
                    {
                        "id": 2,
                        "product_id": 15,
                        "product_name": "Coca Cola",
                        "quantity": 1,
                        "price": 116.0,
                        "amount": 116.0,
                    },
                ],
                "created_at": "2026-03-02T18:00:00Z",
            },
            "invoice": {
                "id": 1,
                "order_id": 2,
                "amount": 136.0,
                "status": "pending",
                "due_date": "2026-04-01T18:00:00Z",
                "invoice_series": "A",
                "invoice_number": 1,
            },
        },
    )


async def test_the_stock_is_taken_for_the_shopper_on_the_web(shopper: AsyncClient, stock: FakeStock) -> None:
    await checked_out(shopper, (20, 2))
    ((_, user_id, channel),) = stock.asked
    assert (user_id, channel, stock.products[20].stock) == (1, "WEB", 998)


async def test_a_promotion_for_all_is_in_the_price_and_one_for_frequent_customers_is_not(
    shopper: AsyncClient, stock: FakeStock
) -> None:
    stock.products[15].promotion = a_promotion("50")
    stock.products[20].promotion = a_promotion("50", "FREQUENT_ONLY")
    order = (await checked_out(shopper, (15, 1), (20, 1)))["order"]
    assert [item["price"] for item in order["items"]] == [58.0, 10.0]


async def test_a_checkout_is_published_with_its_invoice(shopper: AsyncClient, deps: Deps) -> None:
    await checked_out(shopper, (20, 2))
    (created,) = await events_in_outbox(deps.database, "sales.order_created.v1")
    assert created.data["channel"] == "WEB"
    assert (created.data["user_id"], created.data["final_amount"]) == (1, "20.00")
    (invoiced,) = await events_in_outbox(deps.database, "sales.invoice_created.v1")
    assert (invoiced.data["order_id"], invoiced.data["amount"]) == (1, "20.00")


async def test_staff_may_shop(till: AsyncClient) -> None:
    assert (await checked_out(till, user_id=7))["order"]["user_id"] == 7


async def test_a_shopper_does_not_order_for_another(shopper: AsyncClient, stock: FakeStock) -> None:
    answer = await shopper.post("/sales/orders", json=a_checkout(user_id=2))
    assert (answer.status_code, answer.json()) == (403, ACCESS_DENIED)
    assert stock.asked == []


async def test_an_admin_orders_for_another_user_under_their_name(
    admin: AsyncClient, other_shopper: AsyncClient
) -> None:
    order = (await checked_out(admin, user_id=2))["order"]
    seen = (await other_shopper.get(f"/sales/orders/{order['id']}")).json()
    assert (seen["user_id"], seen["username"]) == (2, "janedoe")


async def test_an_admin_does_not_order_for_an_unknown_user(admin: AsyncClient, stock: FakeStock) -> None:
    answer = await admin.post("/sales/orders", json=a_checkout(user_id=99))
    assert (answer.status_code, answer.json()) == (404, {"error": "User not found"})
    assert stock.asked == []


async def test_while_auth_is_away_an_admin_orders_for_nobody_else(
    admin: AsyncClient, shoppers: FakeShoppers
) -> None:
    shoppers.down = True
    assert (await admin.post("/sales/orders", json=a_checkout(user_id=2))).status_code == 503
    await checked_out(admin, user_id=9)


@pytest.mark.parametrize("status", ["confirmed", "shipped", "cancelled"])
async def test_a_shopper_creates_pending_orders_only(shopper: AsyncClient, status: str) -> None:
    answer = await shopper.post("/sales/orders", json=a_checkout(status=status))
    assert (answer.status_code, answer.json()) == (403, NOT_ADMIN)


async def test_an_admin_creates_confirmed_orders_too(admin: AsyncClient) -> None:
    assert (await checked_out(admin, user_id=9, status="confirmed"))["order"]["status"] == "confirmed"


@pytest.mark.parametrize("status", ["processing", "shipped", "delivered", "cancelled"])
async def test_an_order_does_not_begin_further_on(admin: AsyncClient, status: str) -> None:
    answer = await admin.post("/sales/orders", json=a_checkout(user_id=9, status=status))
    assert answer.status_code == 400
    assert answer.json()["fields"] == {"status": ["An order begins as 'pending' or 'confirmed'."]}


async def test_without_an_address_the_order_has_none(shopper: AsyncClient) -> None:
    assert (await checked_out(shopper, shipping_address=None))["order"]["shipping_address"] is None


@pytest.mark.parametrize("address", ["Sur 1", "x" * 500])
async def test_the_shortest_and_the_longest_address_are_taken(shopper: AsyncClient, address: str) -> None:
    order = (await checked_out(shopper, shipping_address=address))["order"]
    assert order["shipping_address"] == address


async def test_the_amounts_of_taxed_products_are_shelf_prices_and_add_up(
    shopper: AsyncClient, stock: FakeStock
) -> None:
    stock.products[15].price = Decimal("39.6466")
    placed = await checked_out(shopper, (15, 3), (20, 1))
    order, invoice = placed["order"], placed["invoice"]
    assert [(line["price"], line["amount"]) for line in order["items"]] == [(45.99, 137.97), (10.0, 10.0)]
    assert order["total"] == invoice["amount"] == 147.97


async def test_a_product_that_is_not_sold_is_404_and_named(shopper: AsyncClient, stock: FakeStock) -> None:
    answer = await shopper.post("/sales/orders", json=a_checkout((20, 1), (99, 1)))
    assert (answer.status_code, answer.json()) == (404, {"error": "Product not found", "product_ids": [99]})
    assert stock.products[20].stock == 1_000


async def test_without_enough_stock_nothing_is_ordered(
    shopper: AsyncClient, stock: FakeStock, deps: Deps
) -> None:
    stock.products[20].stock = 1
    answer = await shopper.post("/sales/orders", json=a_checkout((20, 2), (15, 1)))
    short = {"product_id": 20, "product_name": "Pan", "available": 1, "requested": 2}
    assert (answer.status_code, answer.json()) == (400, {"error": "Insufficient stock", "items": [short]})
    assert (stock.products[15].stock, await count_orders(deps.database)) == (1_000, 0)


async def test_a_total_that_is_too_large_is_refused_and_the_stock_is_back(
    shopper: AsyncClient, stock: FakeStock
) -> None:
    stock.products[20].price = Decimal("999999999.99")
    answer = await shopper.post("/sales/orders", json=a_checkout((20, 2)))
    assert (answer.status_code, answer.json()) == (400, {"error": "Order total is too large"})
    assert stock.products[20].stock == 1_000


async def test_while_catalog_is_away_nothing_is_ordered(shopper: AsyncClient, stock: FakeStock) -> None:
    stock.down = True
    answer = await shopper.post("/sales/orders", json=a_checkout())
    assert (answer.status_code, answer.json()) == (503, {"error": "Service temporarily unavailable"})


async def test_a_product_named_twice_is_refused(shopper: AsyncClient) -> None:
    answer = await shopper.post("/sales/orders", json=a_checkout((20, 1), (20, 2)))
    assert (answer.status_code, answer.json()) == (
        400,
        {"error": "Product 20 is named more than once", "product_id": 20},
    )


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"user_id": None}, "user_id"),
        ({"user_id": 0}, "user_id"),
        ({"user_id": "x"}, "user_id"),
        ({"items": []}, "items"),
        ({"items": None}, "items"),
        ({"cart_id": 1}, "items"),
        ({"items": None, "cart_id": 0}, "cart_id"),
        ({"items": [{"product_id": 0, "quantity": 1}]}, "items.0.product_id"),
        ({"items": [{"product_id": 20, "quantity": 0}]}, "items.0.quantity"),
        ({"items": [{"product_id": 20, "quantity": 101}]}, "items.0.quantity"),
        ({"items": [{"product_id": 20}]}, "items.0.quantity"),
        ({"items": [{"product_id": number, "quantity": 1} for number in range(1, 52)]}, "items"),
        ({"status": "paid"}, "status"),
        ({"shipping_address": "Here"}, "shipping_address"),
        ({"shipping_address": "x" * 501}, "shipping_address"),
    ],
)
async def test_a_malformed_checkout_is_400_and_names_the_field(
    shopper: AsyncClient, stock: FakeStock, wrong: dict[str, Any], field: str
) -> None:
    answer = await shopper.post("/sales/orders", json={**a_checkout(), **wrong})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])
    assert stock.asked == []


async def test_the_longest_order_has_50_products(shopper: AsyncClient, stock: FakeStock) -> None:
    stock.products |= {number: Product() for number in range(100, 150)}
    items = [(number, 100) for number in range(100, 150)]
    with counted_statements() as statements:
        assert len((await checked_out(shopper, *items))["order"]["items"]) == 50
    assert len(statements) == 2, "the order with its invoice, and a look at the invoice"


async def test_a_repeat_with_the_same_key_gets_the_first_answer(
    shopper: AsyncClient, stock: FakeStock
) -> None:
    first = await shopper.post("/sales/orders", json=a_checkout(), headers=KEY)
    again = await shopper.post("/sales/orders", json=a_checkout(), headers=KEY)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert stock.products[20].stock == 998


async def test_a_repeat_after_a_crash_before_the_answer_gets_the_same_order(
    shopper: AsyncClient, deps: Deps, stock: FakeStock
) -> None:
    body = a_checkout(shipping_address=ADDRESS)
    first = await shopper.post("/sales/orders", json=body, headers=KEY)
    await lose_answers(deps.database)
    again = await shopper.post("/sales/orders", json=body, headers=KEY)
    assert (again.status_code, again.json()) == (201, first.json())
    assert stock.products[20].stock == 998


async def test_a_repeat_after_a_crash_shows_no_invoice_that_was_deleted_meanwhile(
    shopper: AsyncClient, admin: AsyncClient, deps: Deps
) -> None:
    first = await shopper.post("/sales/orders", json=a_checkout(), headers=KEY)
    await lose_answers(deps.database)
    assert (await admin.delete("/sales/invoices/1")).status_code == 200
    again = await shopper.post("/sales/orders", json=a_checkout(), headers=KEY)
    assert (again.status_code, again.json()) == (201, {**first.json(), "invoice": None})


async def test_the_same_key_with_another_body_is_422(shopper: AsyncClient) -> None:
    await shopper.post("/sales/orders", json=a_checkout(), headers=KEY)
    answer = await shopper.post("/sales/orders", json=a_checkout((15, 1)), headers=KEY)
    assert answer.status_code == 422


async def test_of_two_checkouts_of_the_last_piece_at_once_one_wins(
    shopper: AsyncClient, other_shopper: AsyncClient, stock: FakeStock
) -> None:
    stock.products[20].stock = 1
    answers = await asyncio.gather(
        shopper.post("/sales/orders", json=a_checkout((20, 1))),
        other_shopper.post("/sales/orders", json=a_checkout((20, 1), user_id=2)),
    )
    assert sorted(answer.status_code for answer in answers) == [201, 400]
    assert stock.products[20].stock == 0


async def test_100_checkouts_at_once_are_invoiced_as_1_to_100_each_for_its_own_order(
    shopper: AsyncClient, deps: Deps, stock: FakeStock
) -> None:
    stock.products[20].stock = 10_000
    answers = await asyncio.gather(
        *(shopper.post("/sales/orders", json=a_checkout((20, 1 + number % 50))) for number in range(100))
    )
    assert {answer.status_code for answer in answers} == {201}
    for answer in answers:
        order, invoice = answer.json()["order"], answer.json()["invoice"]
        assert (invoice["order_id"], invoice["amount"]) == (order["id"], order["total"])
    numbers = await deps.database.fetch_dicts("select number from invoices order by number")
    assert [row["number"] for row in numbers] == list(range(1, 101))
