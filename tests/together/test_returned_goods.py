"""Goods come back by returns and by cancellations, in sales and catalog as they run."""

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from libs.testing.tokens import Tokens
from tests.together.conftest import Suite
from tests.together.goods import enter_products, stock_of

PRODUCTS, STOCK, BOUGHT = 8, 10, 5

SELECT_LEDGER_OF_RETURNS = """
    select reason, change, balance from stock_ledger where reason in ('RETURN', 'WASTE') order by id
"""


@dataclass(frozen=True)
class Store:
    """The web store, used by an admin who shops, with 10 pieces of each product in stock."""

    suite: Suite
    client: httpx.AsyncClient

    async def order(self, product_id: int) -> int:
        """A confirmed order of 5 pieces."""
        body = {"user_id": 1, "items": [{"product_id": product_id, "quantity": BOUGHT}]}
        created = answered(await self.client.post("/sales/orders", json=body), 201)
        order_id = int(created["order"]["id"])
        status = {"status": "confirmed"}
        answered(await self.client.patch(f"/sales/orders/{order_id}/status", json=status))
        return order_id

    async def approved(self, order_id: int, product_id: int, pieces: int, disposition: str) -> int:
        """An approved return."""
        item = {"product_id": product_id, "quantity": pieces, "reason": "Roto", "disposition": disposition}
        body = {"order_id": order_id, "items": [item], "status": "approved"}
        return int(answered(await self.client.post("/sales/returns", json=body), 201)["return"]["id"])

    async def process(self, return_id: int) -> httpx.Response:
        """Process a return."""
        return await self.client.patch(f"/sales/returns/{return_id}/status", json={"status": "processed"})

    async def stock(self) -> list[int]:
        """The stock of every product."""
        return await stock_of(self.suite.catalog.database)


@pytest.fixture
async def store(suite: Suite, tokens: Tokens) -> Store:
    """The store, with goods on its shelves."""
    await enter_products(suite.catalog.database, PRODUCTS, pieces=STOCK)
    suite.till.headers.update(tokens.bearer(role="ADMIN", user_id=1))
    return Store(suite, suite.till)


def answered(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_when_processed_is_answered_the_goods_are_on_the_shelf_or_written_off(store: Store) -> None:
    order_id = await store.order(1)
    whole = await store.approved(order_id, 1, 2, "restock")
    broken = await store.approved(order_id, 1, 1, "discard")
    answered(await store.process(whole))
    assert (await store.stock())[0] == STOCK - BOUGHT + 2
    answered(await store.process(broken))
    assert (await store.stock())[0] == STOCK - BOUGHT + 2
    ledger = await store.suite.catalog.database.fetch_dicts(SELECT_LEDGER_OF_RETURNS)
    assert [tuple(row.values()) for row in ledger] == [("RETURN", 2, 7), ("RETURN", 1, 8), ("WASTE", -1, 7)]


async def test_processing_a_return_and_cancelling_its_order_at_once_put_every_piece_back_once(
    store: Store,
) -> None:
    async def race(product_id: int) -> tuple[int, int]:
        order_id = await store.order(product_id)
        return_id = await store.approved(order_id, product_id, 2, "restock")
        processing, cancelling = await asyncio.gather(
            store.process(return_id), store.client.post(f"/sales/orders/{order_id}/cancel")
        )
        return processing.status_code, cancelling.status_code

    answers = await asyncio.gather(*(race(product_id) for product_id in range(1, PRODUCTS + 1)))
    assert {processing for processing, _ in answers} <= {200, 400}
    assert {cancelling for _, cancelling in answers} == {200}
    assert await store.stock() == [STOCK] * PRODUCTS
