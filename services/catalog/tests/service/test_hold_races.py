"""Concurrent orders and carts on one product: no piece is promised twice."""

import asyncio
import random
from collections import Counter
from typing import Any
from uuid import uuid4

import pytest
from httpx import Response

from libs.testing.answers import statuses
from libs.testing.locks import in_turn, until_waiting
from services.catalog.tests.builders import SELLER_ID, Shop, order_created

ANA, BERTA = 11, 12
EVERYBODY = range(100, 132)


async def test_32_carts_at_once_for_the_last_10_hold_exactly_10(shop: Shop) -> None:
    product = await shop.product(current_stock=10)
    responses = await asyncio.gather(*(shop.reserve(product, 1, by=user) for user in EVERYBODY))
    assert statuses(responses) == {200: 10, 400: 22}
    assert await shop.held(product) == (10, 0)


async def test_64_buyers_and_carts_at_once_promise_no_piece_twice(shop: Shop) -> None:
    product = await shop.product(current_stock=40)
    carts, orders = await asyncio.gather(
        asyncio.gather(*(shop.reserve(product, 1, by=user) for user in EVERYBODY)),
        asyncio.gather(*(shop.allocate((product, 1)) for _ in EVERYBODY)),
    )
    held, available = await shop.held(product)
    sold = 40 - await shop.stock(product)
    assert (held + sold, available) == (40, 0)
    assert statuses(carts) + Counter() == Counter({200: held, 400: 32 - held}) + Counter()
    assert statuses(orders) + Counter() == Counter({200: sold, 409: 32 - sold}) + Counter()
    await shop.refuse_unbalanced()


@pytest.mark.parametrize("seed", range(3))
async def test_a_random_mix_never_promises_more_than_there_is(shop: Shop, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same mix every time
    products = [await shop.product(current_stock=30) for _ in range(2)]
    uuids = [uuid4() for _ in range(40)]

    async def something() -> Response:
        product, user, pieces = chance.choice(products), chance.choice((ANA, BERTA)), chance.randrange(1, 6)
        match chance.randrange(5):
            case 0:
                return await shop.release(chance.choice(uuids))
            case 1:
                return await shop.reserve(
                    product, -pieces, by=user, role=chance.choice(("ADMIN", "EMPLOYEE"))
                )
            case 2:
                return await shop.reserve(product, pieces, by=user)
            case _:
                lines = [(wanted, chance.randrange(1, 4)) for wanted in products]
                return await shop.allocate(*lines, uuid=chance.choice(uuids), user_id=user)

    responses = await asyncio.gather(*(something() for _ in range(150)))
    assert max(response.status_code for response in responses) < 500
    for product in products:
        held, available = await shop.held(product)
        assert held + available == await shop.stock(product)
    await shop.refuse_unbalanced()


@pytest.mark.parametrize(
    ("holder", "wanted", "status"), [(BERTA, 3, 409), (BERTA, 2, 200), (ANA, 3, 200), (ANA, 5, 200)]
)
async def test_an_order_that_waits_for_a_hold_knows_of_it(
    shop: Shop, holder: int, wanted: int, status: int
) -> None:
    product = await shop.product(current_stock=5)
    await shop.reserve(product, 3, by=holder)
    hold = await shop.database.fetch_value("select id from holds")
    await shop.reserve(product, -3, by=holder)
    async with asyncio.TaskGroup() as tasks, shop.database.transaction() as holding:
        await holding.execute("update holds set quantity = 3 where id = %(id)s", {"id": hold})
        await holding.execute("update products set holds_changed_in = pg_current_xact_id()::text::bigint")
        order = tasks.create_task(shop.allocate((product, wanted), user_id=ANA))
        await until_waiting(shop.database)
    assert order.result().status_code == status
    assert (await shop.held(product))[0] == (3 if holder == BERTA else 0)


async def test_a_refusal_that_waits_for_a_hold_adds_to_what_is_left_of_it(shop: Shop) -> None:
    product, uuid = await shop.product(current_stock=5), uuid4()
    await shop.reserve(product, 4, by=ANA)
    await shop.allocate((product, 2), uuid=uuid, user_id=ANA)
    async with asyncio.TaskGroup() as tasks, shop.database.transaction() as holding:
        await holding.execute("update products set holds_changed_in = pg_current_xact_id()::text::bigint")
        await holding.execute("update holds set quantity = quantity - 1")
        tasks.create_task(shop.release(uuid))
        await until_waiting(shop.database)
    assert await shop.held(product) == (3, 2)


async def test_an_order_that_waits_for_a_refusal_knows_what_is_held_again(shop: Shop) -> None:
    product, uuid = await shop.product(current_stock=5), uuid4()
    await shop.reserve(product, 3, by=ANA)
    await shop.allocate((product, 3), uuid=uuid, user_id=ANA)
    refusal, order = await in_turn(
        shop.database,
        "select from products for no key update",
        shop.release(uuid),
        shop.allocate((product, 3), user_id=BERTA),
    )
    assert (refusal.status_code, order.status_code) == (204, 409)
    assert await shop.held(product) == (3, 2)


async def test_an_order_that_waits_for_a_sale_that_has_happened_knows_that_it_has_used_its_holds(
    shop: Shop,
) -> None:
    product = await shop.product(current_stock=5)
    await shop.reserve(product, 3, by=SELLER_ID)
    _, order = await in_turn(
        shop.database,
        "select from products for no key update",
        shop.sold((product, 3)),
        shop.allocate((product, 2), user_id=BERTA),
    )
    assert order.status_code == 200


async def test_an_order_that_waits_for_one_that_takes_its_stock_again_knows_that_it_has_used_its_holds(
    shop: Shop, consume: Any
) -> None:
    product, uuid = await shop.product(current_stock=5), uuid4()
    await shop.reserve(product, 3, by=SELLER_ID)
    await shop.allocate((product, 3), uuid=uuid)
    await shop.release(uuid)
    _, order = await in_turn(
        shop.database,
        "select from products for no key update",
        consume(order_created(uuid)),
        shop.allocate((product, 2), user_id=BERTA),
    )
    assert (await shop.status(uuid), order.status_code) == ("CONFIRMED", 200)


async def test_the_same_order_at_once_while_carts_hold_and_release_takes_once(shop: Shop) -> None:
    product, uuid = await shop.product(current_stock=50), uuid4()
    orders = [shop.allocate((product, 2), uuid=uuid) for _ in range(16)]
    carts = [shop.reserve(product, 1, by=user) for user in EVERYBODY[:16]]
    responses = await asyncio.gather(*(each for pair in zip(orders, carts, strict=True) for each in pair))
    assert statuses(responses) == {200: 32}
    assert (await shop.stock(product), await shop.held(product)) == (48, (16, 32))


async def test_a_marker_from_another_server_does_not_stop_a_sale(shop: Shop) -> None:
    product = await shop.product(current_stock=5)
    await shop.database.execute("update products set holds_changed_in = 9000000000000000000")
    assert (await shop.allocate((product, 5))).status_code == 200
