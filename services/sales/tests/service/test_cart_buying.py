"""A checkout takes from the cart what was bought, and nothing else, if the cart is the one that was read."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import LiteralString

import pytest
from httpx import AsyncClient

from libs.common.clock import system_clock
from libs.common.db.database import Database
from libs.common.db.json_rows import json_rows
from libs.common.messaging.publishing import published_together
from services.sales.deps import Deps
from services.sales.tests.carts import a_cart, add, cart_items, in_cart, told_of_cart
from services.sales.tests.fakes import FakeStock, Product
from services.sales.usecases.carts.buying import CART_TAKEN, CART_TOLD
from services.sales.usecases.carts.reading import find_cart

FOOD, TOY = 1, 2
TAKE: LiteralString = f"with {CART_TAKEN}, {published_together(CART_TOLD)} select id from cart"


@dataclass(frozen=True, slots=True)
class Taken:
    id: int


@pytest.fixture(autouse=True)
def pet_shop(stock: FakeStock) -> None:
    """Food and toys."""
    stock.products = {FOOD: Product("Food", Decimal("45.99")), TOY: Product("Toy", Decimal("12.50"))}


@pytest.fixture
async def database(deps: Deps, shopper: AsyncClient) -> Database:
    """The database with the shopper's cart: two of the food, one toy."""
    await a_cart(shopper, (FOOD, 2), (TOY, 1))
    return deps.database


async def version_of_cart(database: Database) -> int:
    return (await find_cart(1, database=database)).cart.version


async def take(database: Database, version: int | None, *bought: tuple[int, int], late: bool = False) -> bool:
    """Whether the statement of a checkout that read this version of the cart takes these goods."""
    now = system_clock()
    taken = await database.publish_one(
        Taken,
        TAKE,
        {
            "cart_id": None if version is None else 1,
            "cart_version": version,
            "created_at": now,
            "begin_before": now + timedelta(seconds=-1 if late else 20),
            "lines": json_rows(cart_items(*bought)),
        },
    )
    return taken is not None


async def test_a_cart_that_was_bought_is_empty(shopper: AsyncClient, database: Database) -> None:
    assert await take(database, await version_of_cart(database), (FOOD, 2), (TOY, 1))
    assert await in_cart(shopper) == {}
    assert await told_of_cart(database) == [{FOOD: 2, TOY: 1}, {}]


async def test_what_was_added_meanwhile_stays(shopper: AsyncClient, database: Database) -> None:
    await add(shopper, FOOD, 3)
    assert await take(database, await version_of_cart(database), (FOOD, 2))
    assert await in_cart(shopper) == {FOOD: 3, TOY: 1}
    assert (await told_of_cart(database))[-1] == {FOOD: 3, TOY: 1}


async def test_of_a_cart_that_changed_nothing_is_taken(shopper: AsyncClient, database: Database) -> None:
    version = await version_of_cart(database)
    await add(shopper, TOY)
    assert not await take(database, version, (FOOD, 2), (TOY, 1))
    assert await in_cart(shopper) == {FOOD: 2, TOY: 2}
    assert len(await told_of_cart(database)) == 2


async def test_of_many_checkouts_at_once_one_takes_the_cart(shopper: AsyncClient, database: Database) -> None:
    version = await version_of_cart(database)
    taken = await asyncio.gather(*(take(database, version, (FOOD, 2), (TOY, 1)) for _ in range(5)))
    assert sorted(taken) == [False] * 4 + [True]
    assert len(await told_of_cart(database)) == 2


async def test_an_addition_at_the_same_moment_stays_or_refuses_the_checkout(
    shopper: AsyncClient, database: Database
) -> None:
    version = await version_of_cart(database)
    taken, added = await asyncio.gather(take(database, version, (FOOD, 2), (TOY, 1)), add(shopper, FOOD, 3))
    assert added.status_code == 201
    assert await in_cart(shopper) == ({FOOD: 3} if taken else {FOOD: 5, TOY: 1})


async def test_a_statement_that_begins_too_late_takes_nothing(
    shopper: AsyncClient, database: Database
) -> None:
    assert not await take(database, await version_of_cart(database), (FOOD, 2), late=True)
    assert await in_cart(shopper) == {FOOD: 2, TOY: 1}


async def test_a_checkout_without_a_cart_takes_nothing(shopper: AsyncClient, database: Database) -> None:
    assert not await take(database, None, (FOOD, 2))
    assert await in_cart(shopper) == {FOOD: 2, TOY: 1}
