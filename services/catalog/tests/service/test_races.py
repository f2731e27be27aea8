"""Concurrent requests: nothing is sold twice, nothing is returned twice, nothing deadlocks."""

import asyncio
import random
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from httpx import Response

from libs.common.contracts.catalog import StockChanged
from libs.testing.answers import statuses
from libs.testing.locks import in_turn, until_waiting
from services.catalog.domain.lifecycles import ALLOCATIONS
from services.catalog.tests.builders import COLA, Shop
from services.catalog.usecases.stock.allocations import DELETE_REFUSED

# One that took nothing, and whose request has not deleted it yet.
INSERT_REFUSED = """
insert into allocations (id, status, lease_until, created_at) values (%(id)s, %(held)s, now(), now())
"""


async def test_32_orders_at_once_for_the_last_10_take_exactly_10(shop: Shop) -> None:
    product = await shop.product(current_stock=10)
    responses = await asyncio.gather(*(shop.allocate((product, 1)) for _ in range(32)))
    assert statuses(responses) == {200: 10, 409: 22}
    assert await shop.stock(product) == 0
    await shop.refuse_unbalanced()


async def test_orders_of_many_lines_are_taken_whole_or_not_at_all(shop: Shop) -> None:
    plenty, scarce = await shop.product(current_stock=100), await shop.product(current_stock=7)
    responses = await asyncio.gather(*(shop.allocate((plenty, 2), (scarce, 1)) for _ in range(32)))
    assert statuses(responses) == {200: 7, 409: 25}
    assert (await shop.stock(plenty), await shop.stock(scarce)) == (100 - 2 * 7, 0)


async def test_orders_that_name_products_in_opposite_order_never_block_one_another(shop: Shop) -> None:
    products = [await shop.product(current_stock=1000) for _ in range(4)]
    lines = [(product, 1) for product in products]
    responses = await asyncio.gather(
        *(shop.allocate(*(lines if number % 2 else reversed(lines))) for number in range(64))
    )
    assert statuses(responses) == {200: 64}
    assert [await shop.stock(product) for product in products] == [1000 - 64] * 4


async def test_the_same_uuid_at_once_takes_once(shop: Shop) -> None:
    product, uuid = await shop.product(current_stock=10), uuid4()
    responses = await asyncio.gather(*(shop.allocate((product, 1), uuid=uuid) for _ in range(16)))
    assert statuses(responses) == {200: 16}
    assert len({response.text for response in responses}) == 1
    assert await shop.stock(product) == 9


@pytest.mark.parametrize("seed", range(5))
async def test_taking_and_releasing_the_same_uuid_at_once_ends_released(shop: Shop, seed: int) -> None:
    product = await shop.product(current_stock=20)
    uuids = [uuid4() for _ in range(20)]
    work = [
        ask
        for uuid in uuids
        for ask in (
            partial(shop.allocate, (product, 1), uuid=uuid),
            partial(shop.release, uuid),
            partial(shop.allocate, (product, 1), uuid=uuid),
        )
    ]
    random.Random(seed).shuffle(work)  # noqa: S311 - the same order every time
    responses = await asyncio.gather(*(ask() for ask in work))
    assert set(statuses(responses)) <= {200, 204, 409}
    assert [await shop.status(uuid) for uuid in uuids] == ["RELEASED"] * 20
    assert await shop.stock(product) == 20
    await shop.refuse_unbalanced()


async def test_a_release_that_waits_for_a_refusal_bars_the_order(shop: Shop) -> None:
    product, uuid = await shop.product(current_stock=1), uuid4()
    refused = {"id": uuid, "held": ALLOCATIONS.first}
    await shop.database.execute(INSERT_REFUSED, refused)
    async with asyncio.TaskGroup() as tasks, shop.database.transaction() as refusing:
        await refusing.execute("select from allocations for update")
        tasks.create_task(shop.release(uuid))
        await until_waiting(shop.database)
        await refusing.execute(DELETE_REFUSED, refused)
    assert (await shop.allocate((product, 1), uuid=uuid)).status_code == 409


async def test_a_refusal_leaves_the_bar_of_a_release(shop: Shop) -> None:
    product, uuid = await shop.product(current_stock=1), uuid4()
    await shop.release(uuid)
    await shop.database.execute(DELETE_REFUSED, {"id": uuid, "held": ALLOCATIONS.first})
    assert (await shop.allocate((product, 1), uuid=uuid)).status_code == 409


async def test_a_refusal_that_is_late_leaves_what_a_repeat_of_the_order_has_taken(shop: Shop) -> None:
    product, uuid = await shop.product(current_stock=1), uuid4()
    await shop.allocate((product, 1), uuid=uuid)
    await shop.database.execute(DELETE_REFUSED, {"id": uuid, "held": ALLOCATIONS.first})
    assert (await shop.status(uuid), await shop.stock(product)) == ("HELD", 0)


async def test_releasing_at_once_puts_back_once(shop: Shop) -> None:
    product, uuid = await shop.product(current_stock=10), uuid4()
    await shop.allocate((product, 4), uuid=uuid)
    responses = await asyncio.gather(*(shop.release(uuid) for _ in range(16)))
    assert statuses(responses) == {204: 16}
    assert await shop.stock(product) == 10
    assert [event.reason for event in await shop.published(StockChanged)].count("RELEASE") == 1


async def test_a_count_and_sales_at_once_keep_the_ledger_true(shop: Shop) -> None:
    product = await shop.product(current_stock=100)

    async def count(stock: int) -> Response:
        return await shop.ask("PATCH", f"products/{product['id']}/", json={"current_stock": stock})

    await asyncio.gather(
        *(shop.allocate((product, 1)) for _ in range(20)), *(count(200 + stock) for stock in range(10))
    )
    await shop.refuse_unbalanced()


async def test_of_products_with_the_same_sku_at_once_one_wins(shop: Shop) -> None:
    responses = await asyncio.gather(*(shop.ask("POST", "products/", json=COLA) for _ in range(8)))
    assert statuses(responses) == {201: 1, 400: 7}
    refusals = {response.text for response in responses if response.status_code == 400}
    assert refusals == {'{"sku":["product with this sku already exists."]}'}


async def test_a_supplier_deleted_while_a_product_is_made_is_no_error(shop: Shop) -> None:
    supplier = await shop.supplier()
    body = {**COLA, "supplier": supplier["id"]}
    made, deleted = await asyncio.gather(
        shop.ask("POST", "products/", json=body),
        shop.ask("DELETE", f"suppliers/{supplier['id']}/", role="ADMIN"),
    )
    assert (made.status_code, deleted.status_code) in {(201, 400), (400, 204)}


@pytest.mark.parametrize("seed", range(3))
async def test_after_a_random_mix_every_stock_is_the_sum_of_its_ledger(shop: Shop, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same mix every time
    products = [await shop.product(current_stock=30) for _ in range(5)]
    uuids = [uuid4() for _ in range(40)]

    async def something() -> Any:
        product = chance.choice(products)
        match chance.randrange(4):
            case 0:
                return await shop.release(chance.choice(uuids))
            case 1:
                path = f"products/{product['id']}/"
                return await shop.ask("PATCH", path, json={"current_stock": chance.randrange(50)})
            case _:
                lines = [(wanted, chance.randrange(1, 4)) for wanted in chance.sample(products, 3)]
                return await shop.allocate(*lines, uuid=chance.choice(uuids))

    responses = await asyncio.gather(*(something() for _ in range(150)))
    assert max(response.status_code for response in responses) < 500
    await shop.refuse_unbalanced()
    await _refuse_lost_stock(shop)


async def _refuse_lost_stock(shop: Shop) -> None:
    """Fail if the stock that orders hold by the ledger is not the stock of the live allocations."""
    wrong = await shop.database.fetch_dicts(
        """
        with sold as (
            select product_id, -sum(change) as pieces from stock_ledger
            where reason in ('SALE', 'RELEASE', 'CANCELLATION') group by product_id
        ), held as (
            select product_id, sum(quantity) as pieces
            from allocation_lines join allocations on allocations.id = allocation_id
            where status <> 'RELEASED' group by product_id
        )
        select * from sold full join held using (product_id)
        where coalesce(sold.pieces, 0) <> coalesce(held.pieces, 0)
        """
    )
    assert wrong == []


@pytest.mark.parametrize(("before", "counted", "status"), [(1, 30, 200), (30, 1, 409)])
async def test_an_order_that_waits_for_a_count_goes_by_what_was_counted(
    shop: Shop, before: int, counted: int, status: int
) -> None:
    product = await shop.product(current_stock=before)
    (order,) = await in_turn(
        shop.database,
        "update products set current_stock = %(stock)s",
        shop.allocate((product, 3)),
        given={"stock": counted},
    )
    assert order.status_code == status
