"""The event of a return takes its goods back, in any order with the request and any number of times."""

from typing import Any
from uuid import uuid4

import pytest

from libs.common.contracts.catalog import StockChanged
from services.catalog.domain.stock import UnknownProduct
from services.catalog.tests.builders import (
    NO_SUCH_ID,
    Line,
    Shop,
    order_cancelled,
    order_returned,
    return_processed,
)


async def test_the_event_takes_goods_back_once(shop: Shop, consume: Any) -> None:
    cola, cake = [await shop.product(current_stock=10) for _ in range(2)]
    event = return_processed(uuid4(), (cola, 2, "restock"), (cake, 1, "discard"))
    await consume(event, event)
    await consume(event)
    assert (await shop.stock(cola), await shop.stock(cake)) == (12, 10)
    assert [line["reason"] for line in await shop.history(cake)] == ["WASTE", "RETURN", "INITIAL"]
    await shop.refuse_unbalanced()


@pytest.mark.parametrize("comes_first", ["request", "event"])
async def test_a_return_at_a_till_takes_its_goods_back_once(
    shop: Shop, consume: Any, comes_first: str
) -> None:
    cola, cake = [await shop.product(current_stock=10) for _ in range(2)]
    uuid = uuid4()
    lines: list[Line] = [(cola, 2, "restock"), (cake, 1, "discard")]
    if comes_first == "request":
        await shop.take_back(*lines, uuid=uuid)
    await consume(order_returned(uuid, *lines), order_returned(uuid, *lines))
    await shop.take_back(*lines, uuid=uuid)
    assert (await shop.stock(cola), await shop.stock(cake)) == (12, 10)
    assert [(line["change"], line["reason"]) for line in await shop.history(cake)] == [
        (-1, "WASTE"),
        (1, "RETURN"),
        (10, "INITIAL"),
    ]
    await shop.refuse_unbalanced()


@pytest.mark.parametrize("comes_first", ["request", "event"])
async def test_request_and_event_take_goods_back_once(shop: Shop, consume: Any, comes_first: str) -> None:
    product, uuid = await shop.product(current_stock=10), uuid4()
    line: Line = (product, 2, "restock")
    event = return_processed(uuid, line)
    if comes_first == "request":
        await shop.take_back(line, uuid=uuid)
        await consume(event)
    else:
        await consume(event)
        await shop.take_back(line, uuid=uuid)
    assert await shop.stock(product) == 12
    assert [event.reason for event in await shop.published(StockChanged)].count("RETURN") == 1


async def test_a_batch_takes_each_return_back_with_its_own_lines(shop: Shop, consume: Any) -> None:
    product, order = await shop.product(current_stock=10), uuid4()
    await shop.allocate((product, 4), uuid=order)
    first, second, known = uuid4(), uuid4(), uuid4()
    await shop.take_back((product, 1, "restock"), uuid=known)
    await consume(
        return_processed(second, (product, 3, "discard")),
        return_processed(first, (product, 2, "restock"), (product, 1, "discard")),
        order_cancelled(order, put_back=[(product, 1)]),
        return_processed(known, (product, 1, "restock")),
    )
    assert await shop.stock(product) == 10 - 4 + 1 + 1 + 2
    lines = {
        str(uuid): [line["change"] for line in await shop.history(product) if line["reference"] == str(uuid)]
        for uuid in (first, second, known)
    }
    assert lines == {str(first): [-1, 1, 2], str(second): [-3, 3], str(known): [1]}
    await shop.refuse_unbalanced()


async def test_a_return_of_a_product_that_never_existed_is_refused_whole(shop: Shop, consume: Any) -> None:
    product, unknown = await shop.product(current_stock=10), {"id": NO_SUCH_ID, "name": "Unknown"}
    with pytest.raises(UnknownProduct):
        await consume(return_processed(uuid4(), (product, 1, "restock"), (unknown, 1, "restock")))
    assert await shop.stock(product) == 10
