"""Stock follows the events of its order, in any order and any number of times."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from structlog.testing import capture_logs

from libs.common.contracts.catalog import StockChanged
from libs.testing.clock import FakeClock
from libs.testing.locks import in_turn
from services.catalog.domain.products import STOCK_COUNT_MAX
from services.catalog.tests.builders import SELLER_ID, Shop, order_cancelled, order_created

LOCK_ALLOCATIONS = "select from allocations for update"


async def an_order(shop: Shop, product: Any, quantity: int = 4) -> UUID:
    """The uuid of an order that took stock and is not published yet."""
    uuid = uuid4()
    response = await shop.allocate((product, quantity), uuid=uuid)
    assert response.status_code == 200
    return uuid


async def test_an_order_that_stands_confirms_its_stock(shop: Shop, consume: Any) -> None:
    product = await shop.product(current_stock=10)
    uuid = await an_order(shop, product)
    await consume(order_created(uuid))
    assert (await shop.status(uuid), await shop.stock(product)) == ("CONFIRMED", 6)


async def test_the_stock_of_an_order_that_stands_cannot_be_released(shop: Shop, consume: Any) -> None:
    product = await shop.product(current_stock=10)
    uuid = await an_order(shop, product)
    await consume(order_created(uuid))
    response = await shop.release(uuid)
    assert (response.status_code, response.json()["code"]) == (409, "allocation_confirmed")
    assert await shop.stock(product) == 6


async def test_a_confirmed_uuid_still_gives_its_answer(shop: Shop, consume: Any) -> None:
    product, uuid = await shop.product(current_stock=10), uuid4()
    first = await shop.allocate((product, 4), uuid=uuid)
    await consume(order_created(uuid))
    assert (await shop.allocate((product, 4), uuid=uuid)).json() == first.json()
    assert await shop.status(uuid) == "CONFIRMED"


async def test_cancelling_puts_the_stock_back(shop: Shop, consume: Any) -> None:
    product = await shop.product(current_stock=10)
    uuid = await an_order(shop, product)
    await consume(order_created(uuid))
    await consume(order_cancelled(uuid))
    assert (await shop.status(uuid), await shop.stock(product)) == ("RELEASED", 10)
    back, *_ = await shop.history(product)
    assert (back["change"], back["reason"], back["reference"]) == (4, "CANCELLATION", str(uuid))


async def test_cancelling_twice_puts_the_stock_back_once(shop: Shop, consume: Any) -> None:
    product = await shop.product(current_stock=10)
    uuid = await an_order(shop, product)
    await consume(order_cancelled(uuid), order_cancelled(uuid))
    await consume(order_cancelled(uuid))
    assert await shop.stock(product) == 10
    assert [event.reason for event in await shop.published(StockChanged)].count("CANCELLATION") == 1


async def test_the_stock_of_a_cancelled_order_is_back_when_sales_is_answered(
    shop: Shop, consume: Any
) -> None:
    product = await shop.product(current_stock=4)
    uuid = await an_order(shop, product)
    await consume(order_created(uuid))
    assert (await shop.cancel(uuid)).status_code == 204
    await an_order(shop, product)


@pytest.mark.parametrize("is_created_first", [True, False])
async def test_cancelling_by_request_and_by_event_puts_the_stock_back_once(
    shop: Shop,
    consume: Any,
    is_created_first: bool,  # noqa: FBT001 - a table's column
) -> None:
    product = await shop.product(current_stock=10)
    uuid = await an_order(shop, product)
    created, cancelled = consume(order_created(uuid)), consume(order_cancelled(uuid))
    for event in [created, cancelled] if is_created_first else [cancelled, created]:
        assert (await shop.cancel(uuid)).status_code == 204
        await event
    assert (await shop.status(uuid), await shop.stock(product)) == ("RELEASED", 10)
    assert [event.reason for event in await shop.published(StockChanged)].count("CANCELLATION") == 1


async def test_cancelling_by_request_and_by_event_at_once_puts_the_stock_back_once(
    shop: Shop, consume: Any
) -> None:
    product = await shop.product(current_stock=10)
    uuid = await an_order(shop, product)
    await asyncio.gather(
        *(shop.cancel(uuid) for _ in range(4)), *(consume(order_cancelled(uuid)) for _ in range(4))
    )
    assert await shop.stock(product) == 10
    await shop.refuse_unbalanced()


async def test_cancelled_before_created_ends_the_same(shop: Shop, consume: Any) -> None:
    product = await shop.product(current_stock=10)
    uuid = await an_order(shop, product)
    await consume(order_cancelled(uuid))
    await consume(order_created(uuid))
    assert (await shop.status(uuid), await shop.stock(product)) == ("RELEASED", 10)


async def test_created_and_cancelled_in_one_batch_end_the_same(shop: Shop, consume: Any) -> None:
    product = await shop.product(current_stock=10)
    uuid = await an_order(shop, product)
    await consume(order_cancelled(uuid), order_created(uuid))
    assert (await shop.status(uuid), await shop.stock(product)) == ("RELEASED", 10)


async def test_cancelling_after_a_release_puts_nothing_back(shop: Shop, consume: Any) -> None:
    product = await shop.product(current_stock=10)
    uuid = await an_order(shop, product)
    await shop.release(uuid)
    await consume(order_cancelled(uuid))
    assert await shop.stock(product) == 10


async def test_an_order_cancelled_before_it_took_stock_never_takes_any(shop: Shop, consume: Any) -> None:
    product, uuid = await shop.product(current_stock=10), uuid4()
    await consume(order_cancelled(uuid))
    response = await shop.allocate((product, 1), uuid=uuid)
    assert (response.status_code, response.json()["code"]) == (409, "allocation_released")


async def test_an_order_that_never_took_stock_changes_nothing(shop: Shop, consume: Any) -> None:
    uuid = uuid4()
    await consume(order_created(uuid))
    assert await shop.status(uuid) is None


async def test_many_orders_of_one_product_go_back_with_a_balance_each(shop: Shop, consume: Any) -> None:
    product = await shop.product(current_stock=10)
    uuids = [await an_order(shop, product, quantity) for quantity in (1, 2, 3)]
    await consume(*(order_cancelled(uuid) for uuid in uuids))
    assert await shop.stock(product) == 10
    await shop.refuse_unbalanced()
    returned = [event for event in await shop.published(StockChanged) if event.reason == "CANCELLATION"]
    assert {event.reference for event in returned} == {str(uuid) for uuid in uuids}


async def test_batches_that_share_orders_never_block_one_another(shop: Shop, consume: Any) -> None:
    products = [await shop.product(current_stock=100) for _ in range(3)]
    uuids = [await an_order(shop, product) for product in products for _ in range(10)]
    events = [order_cancelled(uuid) for uuid in uuids]
    await asyncio.gather(consume(*events), consume(*reversed(events)), consume(*events[10:], *events[:10]))
    assert [await shop.stock(product) for product in products] == [100] * 3
    await shop.refuse_unbalanced()


async def test_stock_counted_up_to_the_ceiling_takes_back_what_open_orders_hold(
    shop: Shop, consume: Any
) -> None:
    product = await shop.product(current_stock=STOCK_COUNT_MAX)
    path = f"products/{product['id']}/"
    uuids = []
    for _ in range(3):
        uuids.append(await an_order(shop, product, STOCK_COUNT_MAX))
        counted = await shop.ask("PATCH", path, json={"current_stock": STOCK_COUNT_MAX})
        assert counted.status_code == 200
    await consume(*(order_cancelled(uuid) for uuid in uuids))
    assert await shop.stock(product) == 4 * STOCK_COUNT_MAX  # beyond 32 bits
    await shop.refuse_unbalanced()
    levels = [event.products[0].current_stock for event in await shop.published(StockChanged)]
    assert levels[-1] == 4 * STOCK_COUNT_MAX
    assert (await shop.allocate((product, 3 * STOCK_COUNT_MAX))).status_code == 200
    assert (await shop.ask("PATCH", path, json={"current_stock": 0})).status_code == 200
    await shop.refuse_unbalanced()


async def test_an_order_that_stands_takes_its_released_stock_again_and_is_an_alarm(
    shop: Shop, consume: Any
) -> None:
    product = await shop.product(current_stock=10)
    uuid = await an_order(shop, product)
    await shop.release(uuid)
    with capture_logs() as logs:
        await consume(order_created(uuid))
    assert (await shop.status(uuid), await shop.stock(product)) == ("CONFIRMED", 6)
    assert [(line["event"], line["log_level"], line["stock"]) for line in logs] == [
        ("released_order_stands", "error", "taken")
    ]
    assert [event.reason for event in await shop.published(StockChanged)][1:] == [
        "SALE",
        "RELEASE",
        "SALE",
    ]
    await shop.refuse_unbalanced()
    await consume(order_cancelled(uuid))
    assert await shop.stock(product) == 10


async def test_an_order_that_stands_uses_what_is_held_again_for_its_user(shop: Shop, consume: Any) -> None:
    product = await shop.product(current_stock=5)
    await shop.reserve(product, 5, by=SELLER_ID)
    uuid = await an_order(shop, product)
    await shop.release(uuid)
    await consume(order_created(uuid))
    assert (await shop.status(uuid), await shop.stock(product)) == ("CONFIRMED", 1)
    assert await shop.held(product) == (1, 0)


async def test_an_order_that_stands_and_whose_user_is_not_known_takes_nothing_held(
    shop: Shop, consume: Any
) -> None:
    product = await shop.product(current_stock=5)
    uuid = await an_order(shop, product)
    await shop.release(uuid)
    await shop.database.execute("update allocations set user_id = null")
    await shop.reserve(product, 5)
    await consume(order_created(uuid))
    assert (await shop.status(uuid), await shop.stock(product)) == ("RELEASED", 5)


async def test_what_an_order_that_stands_takes_again_is_its_own_and_held_by_nobody(
    shop: Shop, consume: Any, clock: FakeClock
) -> None:
    product, other = await shop.product(current_stock=10), await shop.product(current_stock=10)
    uuid, another = await an_order(shop, product), await an_order(shop, other)
    for each in (uuid, another):
        await shop.release(each)
    await shop.reserve(product, 9)
    clock.advance(minutes=30)  # that hold has lapsed
    await shop.reserve(other, 9)
    await shop.reserve(product, 6)
    await consume(order_created(uuid))
    assert (await shop.status(uuid), await shop.stock(product)) == ("CONFIRMED", 6)
    assert (await shop.status(another), await shop.stock(other)) == ("RELEASED", 10)
    await consume(order_created(another))
    assert (await shop.status(another), await shop.stock(other)) == ("RELEASED", 10)
    await shop.refuse_unbalanced()


async def test_an_order_that_stands_without_enough_stock_is_marked_and_takes_nothing(
    shop: Shop, consume: Any, clock: FakeClock
) -> None:
    product = await shop.product(current_stock=10)
    uuid = await an_order(shop, product)
    await shop.release(uuid)
    await an_order(shop, product, 7)
    with capture_logs() as logs:
        await consume(order_created(uuid))
    assert (await shop.status(uuid), await shop.stock(product)) == ("RELEASED", 3)
    assert [line["stock"] for line in logs] == ["short"]
    since = clock()
    clock.advance(minutes=1)
    await consume(order_created(uuid))
    short = await shop.database.fetch_dicts(
        "select id, short_since from allocations where short_since is not null"
    )
    assert short == [{"id": uuid, "short_since": since}]
    await shop.refuse_unbalanced()


async def test_a_released_order_that_is_told_twice_at_once_takes_its_stock_again_once(
    shop: Shop, consume: Any
) -> None:
    product = await shop.product(current_stock=10)
    uuid = await an_order(shop, product)
    await shop.release(uuid)
    await in_turn(shop.database, LOCK_ALLOCATIONS, *(consume(order_created(uuid)) for _ in range(2)))
    assert (await shop.status(uuid), await shop.stock(product)) == ("CONFIRMED", 6)


async def test_an_order_that_stands_and_waits_for_a_cart_does_not_take_what_it_holds(
    shop: Shop, consume: Any
) -> None:
    product = await shop.product(current_stock=5)
    uuid = await an_order(shop, product)
    await shop.release(uuid)
    await in_turn(
        shop.database,
        "select from products for no key update",
        shop.reserve(product, 3),
        consume(order_created(uuid)),
    )
    assert (await shop.status(uuid), await shop.stock(product)) == ("RELEASED", 5)
    assert await shop.held(product) == (3, 2)


async def test_an_order_that_stands_and_waits_for_its_release_takes_its_stock_again(
    shop: Shop, consume: Any
) -> None:
    product = await shop.product(current_stock=10)
    uuid = await an_order(shop, product)
    released, _ = await in_turn(
        shop.database, LOCK_ALLOCATIONS, shop.release(uuid), consume(order_created(uuid))
    )
    assert released.status_code == 204
    assert (await shop.status(uuid), await shop.stock(product)) == ("CONFIRMED", 6)
    await shop.refuse_unbalanced()


async def test_a_release_that_waits_for_its_order_to_stand_is_refused(shop: Shop, consume: Any) -> None:
    product = await shop.product(current_stock=10)
    uuid = await an_order(shop, product)
    _, released = await in_turn(
        shop.database, LOCK_ALLOCATIONS, consume(order_created(uuid)), shop.release(uuid)
    )
    assert released.status_code == 409
    assert (await shop.status(uuid), await shop.stock(product)) == ("CONFIRMED", 6)


async def test_sales_that_are_numbered_while_a_cancellation_settles_them_wait_for_each_other(
    shop: Shop, consume: Any
) -> None:
    (first, second), order = [await shop.product(current_stock=1) for _ in range(2)], uuid4()
    await shop.allocate((first, 1), (second, 1), uuid=order)
    lacking = {product["id"]: uuid4() for product in (second, first)}
    for product, sale in zip((second, first), lacking.values(), strict=True):
        await shop.sold((product, 1), uuid=sale)
    _, cancelled = await in_turn(
        shop.database,
        "select from shortfalls where product_id = %(id)s for update",
        consume(*map(order_created, lacking.values())),
        shop.cancel(order),
        given={"id": second["id"]},
    )
    assert (cancelled.status_code, await shop.missing()) == (204, [])


async def test_orders_are_confirmed_and_cancelled_in_one_order_also_if_one_was_released(
    shop: Shop, consume: Any
) -> None:
    product = await shop.product(current_stock=10)
    released, held = sorted([await an_order(shop, product) for _ in range(2)])
    await shop.release(released)
    orders = released, held
    await in_turn(
        shop.database,
        "select from allocations where id = %(id)s for update",
        consume(*map(order_cancelled, orders)),
        consume(*map(order_created, orders)),
        given={"id": released},
    )
    assert [await shop.status(order) for order in orders] == ["RELEASED"] * 2


async def test_a_sale_that_is_numbered_beside_a_released_order_waits_for_the_order_first(
    shop: Shop, consume: Any
) -> None:
    product = await shop.product(current_stock=1)
    released, lacking = await an_order(shop, product, 1), uuid4()
    await shop.release(released)
    await shop.sold((product, 2), uuid=lacking)
    _, sold = await in_turn(
        shop.database,
        "select from products for no key update",
        consume(order_created(lacking), order_created(released)),
        shop.sell((product, 1), uuid=released),
    )
    assert (sold.status_code, await shop.missing()) == (200, [(product["id"], 1)] * 2)


async def test_orders_that_stand_take_their_released_stock_again_in_the_order_of_products(
    shop: Shop, consume: Any
) -> None:
    first, second = [await shop.product(current_stock=10) for _ in range(2)]
    orders = sorted(uuid4() for _ in range(2))
    for product, order in zip((second, first), orders, strict=True):
        await shop.allocate((product, 4), uuid=order)
        await shop.release(order)
    _, allocated = await in_turn(
        shop.database,
        "select from products where id = %(id)s for no key update",
        consume(*map(order_created, orders)),
        shop.allocate((first, 1), (second, 1)),
        given={"id": second["id"]},
    )
    assert allocated.status_code == 200
    assert [await shop.stock(product) for product in (first, second)] == [5, 5]


async def test_an_order_cancelled_after_its_release_takes_no_stock_again(shop: Shop, consume: Any) -> None:
    product = await shop.product(current_stock=10)
    uuid = await an_order(shop, product)
    await shop.release(uuid)
    await consume(order_cancelled(uuid))
    await consume(order_created(uuid))
    assert (await shop.status(uuid), await shop.stock(product)) == ("RELEASED", 10)
