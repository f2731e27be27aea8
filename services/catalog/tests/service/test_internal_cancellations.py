"""Cancelling puts back what sales says, by request and by event (ADR 0054)."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from libs.common.contracts.catalog import StockChanged
from libs.testing.clock import FakeClock
from services.catalog.tests.builders import SELLER_ID, Shop, order_cancelled, order_created


async def an_order(shop: Shop, *lines: tuple[Any, int]) -> UUID:
    """The uuid of an order that took these lines."""
    uuid = uuid4()
    response = await shop.allocate(*lines, uuid=uuid)
    assert response.status_code == 200, response.text
    return uuid


async def kept(shop: Shop) -> list[int | None]:
    """What did not go back of each line that was ever allocated."""
    rows = await shop.database.fetch_dicts(
        "select kept from allocation_lines order by allocation_id, product_id"
    )
    return [row["kept"] for row in rows]


async def cancelled_times(shop: Shop) -> int:
    """The number of cancellations that moved stock."""
    return [event.reason for event in await shop.published(StockChanged)].count("CANCELLATION")


async def test_without_a_list_everything_goes_back(shop: Shop, shelf: list[Any]) -> None:
    cola, cake = shelf
    uuid = await an_order(shop, (cola, 4), (cake, 2))
    assert (await shop.cancel(uuid)).status_code == 204
    assert (await shop.stock(cola), await shop.stock(cake)) == (10, 10)
    assert await kept(shop) == [None, None]


async def test_a_request_without_a_body_means_everything(shop: Shop, shelf: list[Any]) -> None:
    uuid = await an_order(shop, (shelf[0], 4))
    headers = shop.tokens.service(caller="sales")
    path = f"/internal/allocations/{uuid}/cancellation"
    assert (await shop.client.put(path, headers=headers)).status_code == 204
    assert await shop.stock(shelf[0]) == 10


async def test_what_is_listed_goes_back_and_the_rest_is_kept(shop: Shop, shelf: list[Any]) -> None:
    cola, cake = shelf
    uuid = await an_order(shop, (cola, 4), (cake, 2))
    assert (await shop.cancel(uuid, put_back=[(cola, 3)])).status_code == 204
    assert (await shop.stock(cola), await shop.stock(cake)) == (9, 8)
    assert (await shop.status(uuid), await kept(shop)) == ("RELEASED", [1, 2])
    back, *_ = await shop.history(cola)
    assert (back["change"], back["balance"], back["reason"]) == (3, 9, "CANCELLATION")
    assert (back["reference"], back["user"]) == (str(uuid), SELLER_ID)
    assert [line["reason"] for line in await shop.history(cake)] == ["SALE", "INITIAL"]
    *_, event = await shop.published(StockChanged)
    assert [(level.product_id, level.change) for level in event.products] == [(cola["id"], 3)]
    await shop.refuse_unbalanced()


async def test_an_empty_list_cancels_the_order_and_puts_nothing_back(shop: Shop, shelf: list[Any]) -> None:
    uuid = await an_order(shop, (shelf[0], 4))
    assert (await shop.cancel(uuid, put_back=[])).status_code == 204
    assert (await shop.status(uuid), await shop.stock(shelf[0])) == ("RELEASED", 6)
    assert (await kept(shop), await cancelled_times(shop)) == ([4], 0)
    await shop.refuse_unbalanced()


async def test_no_more_goes_back_than_the_order_took(shop: Shop, shelf: list[Any]) -> None:
    cola, cake = shelf
    uuid = await an_order(shop, (cola, 4))
    assert (await shop.cancel(uuid, put_back=[(cola, 3), (cola, 2**62), (cake, 1)])).status_code == 204
    assert (await shop.stock(cola), await shop.stock(cake), await kept(shop)) == (10, 10, [None])


async def test_an_order_cancelled_in_part_stays_so(shop: Shop, shelf: list[Any], consume: Any) -> None:
    uuid = await an_order(shop, (shelf[0], 4))
    await shop.cancel(uuid, put_back=[(shelf[0], 1)])
    await consume(order_created(uuid))
    assert (await shop.cancel(uuid)).status_code == 204
    assert (await shop.release(uuid)).status_code == 204
    assert (await shop.status(uuid), await shop.stock(shelf[0])) == ("RELEASED", 7)
    assert await cancelled_times(shop) == 1


async def test_an_order_that_took_nothing_is_cancelled_in_part(shop: Shop, shelf: list[Any]) -> None:
    uuid = uuid4()
    assert (await shop.cancel(uuid, put_back=[(shelf[0], 1)])).status_code == 204
    assert (await shop.status(uuid), await shop.stock(shelf[0])) == ("RELEASED", 10)


@pytest.mark.parametrize("comes_first", ["request", "event"])
async def test_request_and_event_move_stock_once(
    shop: Shop, shelf: list[Any], consume: Any, comes_first: str
) -> None:
    put_back = [(shelf[0], 3)]
    uuid = await an_order(shop, (shelf[0], 4))
    event = order_cancelled(uuid, put_back=put_back)
    if comes_first == "request":
        await shop.cancel(uuid, put_back=put_back)
        await consume(order_created(uuid), event)
    else:
        await consume(event)
        await shop.cancel(uuid, put_back=put_back)
        await consume(order_created(uuid))
    await consume(event)
    assert (await shop.status(uuid), await shop.stock(shelf[0])) == ("RELEASED", 9)
    assert await cancelled_times(shop) == 1


async def test_an_allocation_tells_when_its_order_was_cancelled_first(
    shop: Shop, shelf: list[Any], consume: Any, clock: FakeClock
) -> None:
    uuid, first = await an_order(shop, (shelf[0], 4)), clock()
    await shop.cancel(uuid)
    clock.advance(minutes=1)
    await consume(order_cancelled(uuid))
    assert await shop.database.fetch_values("select cancelled_at from allocations") == [first]


async def test_request_and_event_at_once_move_stock_once(shop: Shop, shelf: list[Any], consume: Any) -> None:
    put_back = [(shelf[0], 3)]
    uuid = await an_order(shop, (shelf[0], 4))
    event = order_cancelled(uuid, put_back=put_back)
    await asyncio.gather(
        *(shop.cancel(uuid, put_back=put_back) for _ in range(4)), *(consume(event) for _ in range(4))
    )
    assert (await shop.stock(shelf[0]), await cancelled_times(shop)) == (9, 1)
    await shop.refuse_unbalanced()


async def test_a_batch_cancels_each_order_as_it_says(shop: Shop, shelf: list[Any], consume: Any) -> None:
    cola, cake = shelf
    whole, part, nothing = [await an_order(shop, (cola, 2), (cake, 1)) for _ in range(3)]
    part_back = order_cancelled(part, put_back=[(cola, 1), (cake, 1)])
    await consume(
        order_created(part),
        part_back,
        order_cancelled(whole),
        order_cancelled(nothing, put_back=[]),
        part_back,
    )
    assert (await shop.stock(cola), await shop.stock(cake)) == (10 - 6 + 2 + 1, 10 - 3 + 1 + 1)
    assert [await shop.status(uuid) for uuid in (whole, part, nothing)] == ["RELEASED"] * 3
    await shop.refuse_unbalanced()


async def test_a_malformed_list_is_refused_and_nothing_is_cancelled(shop: Shop, shelf: list[Any]) -> None:
    uuid = await an_order(shop, (shelf[0], 4))
    response = await shop.cancel(uuid, put_back=[(shelf[0], 0)])
    assert (response.status_code, response.json()["code"]) == (400, "invalid_fields")
    assert (await shop.status(uuid), await shop.stock(shelf[0])) == ("HELD", 6)
