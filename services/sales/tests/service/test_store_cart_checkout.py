"""Checkout of a cart through the STORE door (STORE 26, flow 1), also while the cart changes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient, Response

from libs.common.contracts.sales import Channel
from libs.testing.asgi import asgi_clients
from libs.testing.idempotency import lose_answers
from libs.testing.outbox import events_in_outbox
from libs.testing.statements import counted_statements
from libs.testing.tokens import Tokens
from services.sales.deps import Deps
from services.sales.domain.stock import Allocation, Item
from services.sales.main import create_app
from services.sales.tests.builders import count_orders
from services.sales.tests.carts import a_cart, add, in_cart, told_of_cart
from services.sales.tests.fakes import FakeStock, Product
from services.sales.usecases.orders.releases import Releases

KEY = {"Idempotency-Key": "checkout-1"}
CHANGED = (409, {"error": "Cart was changed meanwhile"})
EMPTY = (400, {"error": "Cart is empty"})

Meanwhile = Callable[[], Awaitable[object]]


async def check_out(client: AsyncClient, cart_id: int = 1, **more: Any) -> Response:
    return await client.post("/sales/orders", json={"cart_id": cart_id, "user_id": 1, **more})


class MeanwhileStock(FakeStock):
    """Stock that lets something happen before an allocation, or after it and before the commit."""

    def __init__(self, stock: FakeStock) -> None:
        super().__init__()
        self.products = stock.products
        self.before: list[Meanwhile] = []
        self.meanwhile: list[Meanwhile] = []

    async def allocate(
        self, order_uuid: UUID, items: Sequence[Item], *, user_id: int, channel: Channel
    ) -> Allocation:
        if self.before:
            await self.before.pop(0)()
        allocation = await super().allocate(order_uuid, items, user_id=user_id, channel=channel)
        if self.meanwhile:
            await self.meanwhile.pop(0)()
        return allocation


@pytest.fixture
def meanwhile_stock(stock: FakeStock) -> MeanwhileStock:
    return MeanwhileStock(stock)


@pytest.fixture
async def hurried(deps: Deps, meanwhile_stock: MeanwhileStock, tokens: Tokens) -> AsyncIterator[AsyncClient]:
    """The shopper at an app whose stock lets things happen meanwhile."""
    desk = replace(deps.desk, stock=meanwhile_stock, releases=Releases(meanwhile_stock))
    async with asgi_clients(create_app(replace(deps, desk=desk))) as client_of:
        await deps.database.pool.wait()
        yield client_of(tokens.bearer(role="USER", user_id=1, username="johndoe"))


async def test_the_carts_items_are_ordered_at_todays_prices_and_the_cart_is_empty(
    shopper: AsyncClient, stock: FakeStock
) -> None:
    await a_cart(shopper, (20, 2), (15, 1))
    stock.products[20] = Product("Pan dulce", stock.products[20].price * 2, "0.00")
    answer = await check_out(shopper)
    assert answer.status_code == 201
    order = answer.json()["order"]
    assert [(item["product_name"], item["quantity"], item["price"]) for item in order["items"]] == [
        ("Pan dulce", 2, 20.0),
        ("Coca Cola", 1, 116.0),
    ]
    assert (order["total"], answer.json()["invoice"]["amount"]) == (156.0, 156.0)
    assert (await shopper.get("/sales/orders/1")).json()["cart_id"] == 1
    assert await in_cart(shopper) == {}


async def test_an_emptied_cart_is_published(shopper: AsyncClient, deps: Deps) -> None:
    await a_cart(shopper, (20, 2))
    await check_out(shopper)
    assert (await told_of_cart(deps.database))[-1] == {}


async def test_somebody_elses_cart_is_403(shopper: AsyncClient, other_shopper: AsyncClient) -> None:
    await a_cart(other_shopper, (20, 1), user_id=2)
    answer = await check_out(shopper)
    assert (answer.status_code, answer.json()) == (403, {"error": "Access denied"})


async def test_an_admin_checks_out_a_users_cart_for_that_user_only(
    shopper: AsyncClient, admin: AsyncClient
) -> None:
    await a_cart(shopper, (20, 1))
    assert (await check_out(admin, user_id=9)).status_code == 403
    assert (await check_out(admin)).json()["order"]["user_id"] == 1
    assert (await shopper.get("/sales/orders/1")).json()["username"] == "johndoe"


async def test_an_unknown_cart_is_404_and_an_empty_one_400(shopper: AsyncClient) -> None:
    answer = await check_out(shopper)
    assert (answer.status_code, answer.json()) == (404, {"error": "Cart not found"})
    await a_cart(shopper)
    answer = await check_out(shopper)
    assert (answer.status_code, answer.json()) == EMPTY


async def test_a_line_of_a_product_that_is_gone_is_refused_and_named_and_the_cart_stays(
    shopper: AsyncClient, stock: FakeStock
) -> None:
    await a_cart(shopper, (20, 1), (15, 2))
    del stock.products[15]
    answer = await check_out(shopper)
    assert (answer.status_code, answer.json()) == (404, {"error": "Product not found", "product_ids": [15]})
    assert await in_cart(shopper) == {20: 1, 15: 2}


async def test_without_enough_stock_the_cart_stays(shopper: AsyncClient, stock: FakeStock) -> None:
    await a_cart(shopper, (20, 2))
    stock.products[20].stock = 1
    answer = await check_out(shopper)
    assert (answer.status_code, answer.json()["error"]) == (400, "Insufficient stock")
    assert await in_cart(shopper) == {20: 2}


async def test_a_cart_of_100_lines_is_checked_out_by_four_statements(
    shopper: AsyncClient, stock: FakeStock
) -> None:
    stock.products |= {number: Product() for number in range(100, 200)}
    await a_cart(shopper, *((number, 1) for number in range(100, 200)))
    with counted_statements() as statements:
        answer = await check_out(shopper)
    assert (answer.status_code, len(answer.json()["order"]["items"])) == (201, 100)
    assert len(statements) == 4, "the cart, its lines, the order with its invoice, and a look at the invoice"


async def test_what_is_added_meanwhile_stays_in_the_cart_and_more_pieces_too(
    hurried: AsyncClient, shopper: AsyncClient, meanwhile_stock: MeanwhileStock
) -> None:
    await a_cart(shopper, (20, 2))
    meanwhile_stock.meanwhile = [lambda: add(shopper, 15, 1), lambda: add(shopper, 20, 3)]
    answer = await check_out(hurried)
    assert answer.status_code == 201
    assert [item["quantity"] for item in answer.json()["order"]["items"]] == [2]
    assert await in_cart(shopper) == {15: 1}
    assert (await check_out(hurried)).status_code == 201
    assert await in_cart(shopper) == {20: 3}


@pytest.mark.parametrize(
    ("method", "path", "body", "refusal"),
    [
        ("DELETE", "/sales/carts/1", None, EMPTY),
        ("DELETE", "/sales/carts/1/items/20", None, EMPTY),
        ("PUT", "/sales/carts/1/items/20", {"quantity": 1}, CHANGED),
        ("PUT", "/sales/carts/1", {"items": [{"product_id": 15, "quantity": 2}]}, CHANGED),
    ],
)
async def test_a_cart_that_loses_something_meanwhile_is_not_ordered_and_the_stock_is_back(
    *,
    hurried: AsyncClient,
    shopper: AsyncClient,
    stock: FakeStock,
    meanwhile_stock: MeanwhileStock,
    deps: Deps,
    method: str,
    path: str,
    body: object,
    refusal: tuple[int, object],
) -> None:
    await a_cart(shopper, (20, 2))
    meanwhile_stock.meanwhile = [lambda: shopper.request(method, path, json=body)]
    answer = await check_out(hurried)
    assert (answer.status_code, answer.json()) == refusal
    assert (stock.products[20].stock, await count_orders(deps.database)) == (1_000, 0)


async def test_o01_of_five_clicks_on_buy_one_places_an_order(
    shopper: AsyncClient, stock: FakeStock, deps: Deps
) -> None:
    stock.products[20].stock = 5
    await a_cart(shopper, (20, 2))
    answers = await asyncio.gather(*(check_out(shopper) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers)[0] == 201
    assert all(400 <= status < 500 for status in sorted(answer.status_code for answer in answers)[1:])
    assert (stock.products[20].stock, await count_orders(deps.database)) == (3, 1)
    assert len(await events_in_outbox(deps.database, "sales.invoice_created.v1")) == 1


async def test_o01_five_clicks_with_one_key_are_one_order(
    shopper: AsyncClient, stock: FakeStock, deps: Deps
) -> None:
    await a_cart(shopper, (20, 2))
    body = {"cart_id": 1, "user_id": 1}
    answers = await asyncio.gather(*(shopper.post("/sales/orders", json=body, headers=KEY) for _ in range(5)))
    assert [(answer.status_code, answer.json()["order"]["id"]) for answer in answers] == [(201, 1)] * 5
    assert (stock.products[20].stock, await count_orders(deps.database)) == (998, 1)


async def test_many_checkouts_of_one_cart_with_stock_for_all_place_one_order(
    shopper: AsyncClient, stock: FakeStock, deps: Deps
) -> None:
    await a_cart(shopper, (20, 2), (15, 1))
    answers = await asyncio.gather(*(check_out(shopper) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers).count(201) == 1
    assert (stock.products[20].stock, await count_orders(deps.database)) == (998, 1)


@pytest.mark.parametrize(("moment", "in_stock"), [("before", 2), ("before", 9), ("meanwhile", 9)])
async def test_a_checkout_that_another_has_overtaken_hears_that_the_cart_is_empty(
    hurried: AsyncClient,
    shopper: AsyncClient,
    meanwhile_stock: MeanwhileStock,
    moment: str,
    in_stock: int,
) -> None:
    meanwhile_stock.products[20].stock = in_stock
    await a_cart(shopper, (20, 2))
    setattr(meanwhile_stock, moment, [lambda: check_out(shopper)])
    answer = await check_out(hurried)
    assert (answer.status_code, answer.json()) == EMPTY


async def test_a_repeat_after_a_crash_before_the_answer_gets_the_order_although_the_cart_is_empty(
    shopper: AsyncClient, deps: Deps
) -> None:
    await a_cart(shopper, (20, 2))
    body = {"cart_id": 1, "user_id": 1}
    first = await shopper.post("/sales/orders", json=body, headers=KEY)
    await lose_answers(deps.database)
    again = await shopper.post("/sales/orders", json=body, headers=KEY)
    assert (again.status_code, again.json()) == (201, first.json())


async def test_checkouts_beside_additions_never_lose_a_piece(
    shopper: AsyncClient, stock: FakeStock, deps: Deps
) -> None:
    await a_cart(shopper, (20, 1))
    answers = await asyncio.gather(
        *(add(shopper, 20, 1) for _ in range(10)), *(check_out(shopper) for _ in range(5))
    )
    added = sum(answer.status_code == 201 for answer in answers[:10])
    sold = 1_000 - stock.products[20].stock
    left = (await in_cart(shopper)).get(20, 0)
    assert added == 10
    assert 1 + added == sold + left
