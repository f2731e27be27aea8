"""Returned goods come back once, by request and by event: to the shelf, or only into the ledger."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from libs.common.contracts.catalog import StockChanged, StockLow
from services.catalog.domain.products import STOCK_COUNT_MAX
from services.catalog.tests.builders import BUYER_ID, NO_SUCH_ID, Line, Shop, return_processed

UNKNOWN = {"id": NO_SUCH_ID, "name": "Unknown"}


async def entered(shop: Shop, product: Any, uuid: UUID) -> Sequence[tuple[int, int, str, int]]:
    """The ledger's lines of a return, oldest first: change, balance, reason and user."""
    return [
        (line["change"], line["balance"], line["reason"], line["user"])
        for line in reversed(await shop.history(product))
        if line["reference"] == str(uuid)
    ]


async def told(shop: Shop, uuid: UUID) -> list[tuple[str, list[tuple[int, int, int]]]]:
    """The events of a return: reason, and product, change and stock of each line."""
    return [
        (event.reason, [(level.product_id, level.change, level.current_stock) for level in event.products])
        for event in await shop.published(StockChanged)
        if event.reference == str(uuid)
    ]


async def test_goods_go_back_to_the_shelf(shop: Shop, shelf: list[Any]) -> None:
    cola, cake = shelf
    uuid = uuid4()
    response = await shop.take_back((cake, 2, "restock"), (cola, 1, "restock"), uuid=uuid)
    assert (response.status_code, response.content) == (204, b"")
    assert (await shop.stock(cola), await shop.stock(cake)) == (11, 12)
    assert await entered(shop, cake, uuid) == [(2, 12, "RETURN", BUYER_ID)]
    assert await told(shop, uuid) == [("RETURN", [(cola["id"], 1, 11), (cake["id"], 2, 12)])]
    await shop.refuse_unbalanced()


async def test_discarded_goods_are_in_the_ledger_and_not_on_the_shelf(shop: Shop, shelf: list[Any]) -> None:
    cola, _ = shelf
    version = (await shop.ask("GET", f"products/{cola['id']}/")).headers["ETag"]
    uuid = uuid4()
    await shop.take_back((cola, 3, "discard"), uuid=uuid)
    assert await shop.stock(cola) == 10
    assert await entered(shop, cola, uuid) == [(3, 13, "RETURN", BUYER_ID), (-3, 10, "WASTE", BUYER_ID)]
    assert await told(shop, uuid) == [("RETURN", [(cola["id"], 3, 13)]), ("WASTE", [(cola["id"], -3, 10)])]
    assert (await shop.ask("GET", f"products/{cola['id']}/")).headers["ETag"] == version
    await shop.refuse_unbalanced()


async def test_a_product_is_restocked_and_discarded_by_one_return(shop: Shop, shelf: list[Any]) -> None:
    cola, cake = shelf
    uuid = uuid4()
    await shop.take_back(
        (cola, 2, "discard"), (cake, 1, "restock"), (cola, 1, "restock"), (cola, 4, "restock"), uuid=uuid
    )
    assert (await shop.stock(cola), await shop.stock(cake)) == (15, 11)
    assert [line[:3] for line in await entered(shop, cola, uuid)] == [
        (2, 12, "RETURN"),
        (-2, 10, "WASTE"),
        (1, 11, "RETURN"),
        (4, 15, "RETURN"),
    ]
    await shop.refuse_unbalanced()


async def test_a_repeat_does_nothing_even_with_other_lines(shop: Shop, shelf: list[Any]) -> None:
    uuid = uuid4()
    await shop.take_back((shelf[0], 2, "restock"), uuid=uuid)
    assert (await shop.take_back((shelf[0], 2, "restock"), uuid=uuid)).status_code == 204
    assert (await shop.take_back((shelf[1], 5, "restock"), uuid=uuid)).status_code == 204
    assert (await shop.stock(shelf[0]), await shop.stock(shelf[1])) == (12, 10)
    assert len(await told(shop, uuid)) == 1


async def test_a_deleted_product_still_gets_its_line(shop: Shop, shelf: list[Any]) -> None:
    await shop.ask("DELETE", f"products/{shelf[0]['id']}/", role="ADMIN")
    assert (await shop.take_back((shelf[0], 2, "restock"))).status_code == 204
    rows = await shop.database.fetch_dicts("select current_stock from products order by id")
    assert [row["current_stock"] for row in rows] == [12, 10]
    await shop.refuse_unbalanced()


async def test_a_product_that_never_existed_is_refused_and_nothing_comes_back(
    shop: Shop, shelf: list[Any]
) -> None:
    uuid = uuid4()
    response = await shop.take_back((shelf[0], 2, "restock"), (UNKNOWN, 1, "restock"), uuid=uuid)
    assert (response.status_code, response.json()) == (
        400,
        {"code": "unknown_product", "details": {"product_ids": [NO_SUCH_ID]}},
    )
    assert await shop.stock(shelf[0]) == 10
    assert (await shop.take_back((shelf[0], 2, "restock"), uuid=uuid)).status_code == 204
    assert await shop.stock(shelf[0]) == 12


async def test_goods_come_back_above_the_largest_count(shop: Shop) -> None:
    product = await shop.product(current_stock=STOCK_COUNT_MAX)
    assert (await shop.take_back((product, STOCK_COUNT_MAX, "restock"))).status_code == 204
    assert await shop.stock(product) == 2 * STOCK_COUNT_MAX


async def test_low_stock_is_told_again_once_returned_goods_have_raised_it(shop: Shop) -> None:
    product = await shop.product(current_stock=12)
    await shop.allocate((product, 2))
    await shop.take_back((product, 1, "discard"))
    await shop.allocate((product, 1))
    assert len(await shop.published(StockLow)) == 1
    await shop.take_back((product, 3, "restock"))
    await shop.allocate((product, 3))
    assert [event.current_stock for event in await shop.published(StockLow)] == [10, 9]


async def test_the_same_return_at_once_comes_back_once(shop: Shop, shelf: list[Any], consume: Any) -> None:
    uuid = uuid4()
    lines: list[Line] = [(shelf[1], 1, "discard"), (shelf[0], 2, "restock")]
    await asyncio.gather(
        *(shop.take_back(*lines, uuid=uuid) for _ in range(6)),
        *(consume(return_processed(uuid, *lines)) for _ in range(6)),
    )
    assert (await shop.stock(shelf[0]), await shop.stock(shelf[1])) == (12, 10)
    assert [reason for reason, _ in await told(shop, uuid)] == ["RETURN", "WASTE"]
    await shop.refuse_unbalanced()


async def test_returns_sales_and_counts_at_once_leave_a_ledger_without_a_gap(
    shop: Shop, shelf: list[Any]
) -> None:
    cola, cake = shelf
    await asyncio.gather(
        *(shop.take_back((cake, 1, "restock"), (cola, 2, "discard")) for _ in range(8)),
        *(shop.take_back((cola, 1, "restock"), (cake, 2, "restock")) for _ in range(8)),
        *(shop.allocate((cola, 1), (cake, 1)) for _ in range(8)),
        *(shop.adjust(cola, 1) for _ in range(4)),
    )
    assert (await shop.stock(cola), await shop.stock(cake)) == (10 + 8 - 8 + 4, 10 + 8 + 16 - 8)
    await shop.refuse_unbalanced()
