"""A till and the web shop sell from the same stock, in sales and catalog as they run."""

import asyncio

from libs.testing.tokens import Tokens
from tests.together.conftest import Suite
from tests.together.goods import enter_products, stock_of

PRODUCTS = 12
SHOPPER = 31


async def test_the_last_piece_is_sold_by_a_till_or_on_the_web_and_sold_again_when_it_is_back(
    suite: Suite, tokens: Tokens
) -> None:
    await enter_products(suite.catalog.database, PRODUCTS, pieces=1)
    shopper = tokens.bearer(role="USER", user_id=SHOPPER, username="johndoe")

    async def sell_at_the_till(product_id: int) -> int:
        items = [{"product_id": product_id, "quantity": 1}]
        answer = await suite.till.post("/api/orders/", json={"items": items})
        if answer.status_code == 201:
            cancelled = await suite.till.post(f"/api/orders/{answer.json()['id']}/cancel/")
            assert cancelled.status_code == 200
        return answer.status_code

    async def sell_on_the_web(product_id: int) -> int:
        body = {"user_id": SHOPPER, "items": [{"product_id": product_id, "quantity": 1}]}
        answer = await suite.till.post("/sales/orders", json=body, headers=shopper)
        if answer.status_code == 201:
            path = f"/sales/orders/{answer.json()['order']['id']}/cancel"
            assert (await suite.till.post(path, headers=shopper)).status_code == 200
        return answer.status_code

    async def both(product_id: int) -> list[int]:
        return list(await asyncio.gather(sell_at_the_till(product_id), sell_on_the_web(product_id)))

    for _ in range(2):
        answers = await asyncio.gather(*(both(product_id) for product_id in range(1, PRODUCTS + 1)))
        # Both are sold only if the second came after the first was cancelled: stock is back by then.
        assert {status for pair in answers for status in pair} <= {201, 400}
        assert all(201 in pair for pair in answers)
        assert await stock_of(suite.catalog.database) == [1] * PRODUCTS


async def test_of_a_till_and_a_shopper_at_once_one_gets_the_last_piece(suite: Suite, tokens: Tokens) -> None:
    await enter_products(suite.catalog.database, PRODUCTS, pieces=1)
    shopper = tokens.bearer(role="USER", user_id=SHOPPER, username="johndoe")
    items = [[{"product_id": product_id, "quantity": 1}] for product_id in range(1, PRODUCTS + 1)]
    answers = await asyncio.gather(
        *(suite.till.post("/api/orders/", json={"items": wanted}) for wanted in items),
        *(
            suite.till.post("/sales/orders", json={"user_id": SHOPPER, "items": wanted}, headers=shopper)
            for wanted in items
        ),
    )
    at_tills, on_the_web = answers[:PRODUCTS], answers[PRODUCTS:]
    for till, web in zip(at_tills, on_the_web, strict=True):
        assert sorted((till.status_code, web.status_code)) == [201, 400]
        refused = till if web.status_code == 201 else web
        assert refused.headers["X-Error-Code"] == "insufficient_stock"
    assert await stock_of(suite.catalog.database) == [0] * PRODUCTS
    orders = await suite.sales.database.fetch_value("select count(*) from orders")
    assert orders == PRODUCTS
