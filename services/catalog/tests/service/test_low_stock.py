"""`low_stock` is true at all times, and its turn is published once (contract §3)."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest

from libs.common.contracts.catalog import StockLow
from libs.common.messaging.inbox import take_in
from libs.testing.clock import FakeClock
from libs.testing.received import received
from services.catalog.consumers import subscriptions
from services.catalog.deps import Deps
from services.catalog.tests.builders import Shop, order_cancelled, order_created

FIRST_ORDER = uuid4()
SetStock = Callable[[Shop, Any, int], Awaitable[None]]


async def warnings(shop: Shop) -> list[tuple[int, int, int]]:
    return [
        (event.product_id, event.current_stock, event.low_stock_threshold)
        for event in await shop.published(StockLow)
    ]


async def change(shop: Shop, product: Any, **fields: Any) -> None:
    response = await shop.ask("PATCH", f"products/{product['id']}/", json=fields)
    assert response.status_code == 200, response.text


async def test_a_product_has_a_threshold_of_its_own(shop: Shop) -> None:  # case a03
    product = await shop.product(current_stock=25, low_stock_threshold=60)
    assert product["low_stock"] is True
    other = await shop.product(current_stock=25)
    assert other["low_stock"] is False


async def test_a_sale_that_brings_the_stock_down_to_the_threshold_is_told_once(shop: Shop) -> None:
    product, plenty = await shop.product(current_stock=12), await shop.product(current_stock=100)
    await shop.allocate((product, 1), (plenty, 1))
    assert await warnings(shop) == []
    await shop.allocate((product, 1), (plenty, 1))
    await shop.allocate((product, 1), (plenty, 1))
    assert await warnings(shop) == [(product["id"], 10, 10)]
    assert (await shop.reading(product))["low_stock"] is True


async def test_a_refused_sale_tells_nothing(shop: Shop) -> None:
    product, few = await shop.product(current_stock=11), await shop.product(current_stock=1)
    await shop.allocate((product, 5), (few, 2))
    assert await warnings(shop) == []


async def test_it_is_told_again_after_the_stock_was_above(shop: Shop) -> None:
    product, uuid = await shop.product(current_stock=12), uuid4()
    await shop.allocate((product, 2), uuid=uuid)
    await shop.release(uuid)
    await shop.allocate((product, 3))
    assert await warnings(shop) == [(product["id"], 10, 10), (product["id"], 9, 10)]


async def test_a_count_and_a_change_by_hand_tell_it_too(shop: Shop) -> None:
    counted, broken = await shop.product(current_stock=20), await shop.product(current_stock=20)
    await change(shop, counted, current_stock=3)
    await change(shop, counted, current_stock=2)
    await shop.adjust(broken, -10)
    await shop.adjust(broken, -1)
    assert await warnings(shop) == [(counted["id"], 3, 10), (broken["id"], 10, 10)]


async def test_a_raised_threshold_tells_it_too(shop: Shop) -> None:
    product = await shop.product(current_stock=20)
    await change(shop, product, low_stock_threshold=19)
    await change(shop, product, low_stock_threshold=20)
    await change(shop, product, low_stock_threshold=30)
    assert await warnings(shop) == [(product["id"], 20, 20)]


async def test_an_import_tells_it_too(shop: Shop) -> None:
    product = await shop.product(current_stock=20)
    content = f"sku,current_stock\n{product['sku']},4\n"
    await shop.ask("POST", "products/import/", role="ADMIN", content=content)
    assert await warnings(shop) == [(product["id"], 4, 10)]


async def by_count(shop: Shop, product: Any, stock: int) -> None:
    await change(shop, product, current_stock=stock)


async def by_hand(shop: Shop, product: Any, stock: int) -> None:
    pieces = stock - await shop.stock(product)
    reason = "RECEIVED" if pieces > 0 else "WASTE"
    assert (await shop.adjust(product, pieces, reason=reason)).status_code == 200


async def by_sale(shop: Shop, product: Any, stock: int) -> None:
    assert (await shop.allocate((product, await shop.stock(product) - stock))).status_code == 200


async def by_import(shop: Shop, product: Any, stock: int) -> None:
    content = f"sku,current_stock\n{product['sku']},{stock}\n"
    assert (await shop.ask("POST", "products/import/", role="ADMIN", content=content)).status_code == 200


async def by_release(shop: Shop, product: Any, stock: int) -> None:
    assert (await shop.release(FIRST_ORDER)).status_code == 204


async def by_cancellation(shop: Shop, product: Any, stock: int) -> None:
    assert (await shop.cancel(FIRST_ORDER)).status_code == 204


@pytest.mark.parametrize("up", [by_count, by_hand, by_import, by_release, by_cancellation])
@pytest.mark.parametrize("down", [by_count, by_hand, by_sale, by_import])
async def test_each_turn_is_told_once_whatever_makes_it(shop: Shop, down: SetStock, up: SetStock) -> None:
    product = await shop.product(current_stock=20)
    await shop.allocate((product, 4), uuid=FIRST_ORDER)
    await down(shop, product, 11)
    assert await warnings(shop) == []
    await down(shop, product, 9)
    await down(shop, product, 8)
    await up(shop, product, 12)
    assert await warnings(shop) == [(product["id"], 9, 10)]
    await down(shop, product, 10)
    await down(shop, product, 0)
    assert await warnings(shop) == [(product["id"], 9, 10), (product["id"], 10, 10)]


async def test_a_hold_is_no_change_of_stock(shop: Shop) -> None:
    product = await shop.product(current_stock=11)
    await shop.reserve(product, 11)
    assert await warnings(shop) == []


async def test_stock_that_comes_back_tells_nothing(shop: Shop, deps: Deps, clock: FakeClock) -> None:
    product, uuid = await shop.product(current_stock=20, low_stock_threshold=5), uuid4()
    await shop.allocate((product, 14), uuid=uuid)
    await take_in(deps.database, subscriptions(clock), [received(order_cancelled(uuid))])
    assert await warnings(shop) == []


@pytest.mark.parametrize(("taken", "told"), [(9, []), (10, [(1, 10, 10)])])
async def test_stock_taken_again_after_a_fault_tells_it_too(
    shop: Shop, deps: Deps, clock: FakeClock, taken: int, told: list[tuple[int, int, int]]
) -> None:
    product, uuid = await shop.product(current_stock=20), uuid4()
    await shop.allocate((product, taken), uuid=uuid)
    await shop.release(uuid)
    before = len(await warnings(shop))
    await take_in(deps.database, subscriptions(clock), [received(order_created(uuid))])
    assert (await warnings(shop))[before:] == told
