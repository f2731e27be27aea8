"""Stock whose lease expired without an event of its order is confirmed or returned."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from libs.testing.clock import FakeClock
from libs.testing.metrics import counts
from services.catalog.deps import Deps
from services.catalog.tests.builders import KnownOrders, Shop
from services.catalog.usecases.stock.expiry import settle_lapsed

GRACE = timedelta(seconds=10)
LEASE_AND_GRACE_SECONDS = 70

Settle = Callable[[], Awaitable[None]]


@pytest.fixture
def settle(deps: Deps, orders: KnownOrders, clock: FakeClock) -> Settle:
    """One run of the worker's job."""

    async def run() -> None:
        await settle_lapsed(database=deps.database, orders=orders, grace=GRACE, clock=clock)

    return run


async def an_allocation(shop: Shop, product: Any) -> UUID:
    """An allocation of four pieces; no event of its order was consumed."""
    uuid = uuid4()
    await shop.allocate((product, 4), uuid=uuid)
    return uuid


async def test_the_stock_of_an_order_that_does_not_exist_goes_back(
    shop: Shop, settle: Settle, clock: FakeClock
) -> None:
    product = await shop.product(current_stock=10)
    uuid = await an_allocation(shop, product)
    clock.advance(seconds=LEASE_AND_GRACE_SECONDS)
    await settle()
    assert (await shop.status(uuid), await shop.stock(product)) == ("RELEASED", 10)
    assert (await shop.allocate((product, 1), uuid=uuid)).status_code == 409


async def test_the_stock_of_an_order_that_stands_is_confirmed(
    shop: Shop, settle: Settle, clock: FakeClock, orders: KnownOrders
) -> None:
    product = await shop.product(current_stock=10)
    uuid = await an_allocation(shop, product)
    orders.known.add(uuid)
    clock.advance(seconds=LEASE_AND_GRACE_SECONDS)
    await settle()
    assert (await shop.status(uuid), await shop.stock(product)) == ("CONFIRMED", 6)


async def test_while_sales_is_down_the_stock_stays_held(
    shop: Shop, settle: Settle, clock: FakeClock, orders: KnownOrders
) -> None:
    product = await shop.product(current_stock=10)
    uuid = await an_allocation(shop, product)
    orders.is_down = True
    clock.advance(days=3)
    await settle()
    assert (await shop.status(uuid), await shop.stock(product)) == ("HELD", 6)
    orders.is_down = False
    await settle()
    assert (await shop.status(uuid), await shop.stock(product)) == ("RELEASED", 10)


async def test_sales_is_asked_once_a_run_while_it_is_down(
    shop: Shop, settle: Settle, clock: FakeClock, orders: KnownOrders
) -> None:
    product = await shop.product(current_stock=20)
    for _ in range(3):
        await an_allocation(shop, product)
    orders.is_down = True
    clock.advance(seconds=LEASE_AND_GRACE_SECONDS)
    await settle()
    assert len(orders.asked) == 1


async def test_within_lease_and_grace_sales_is_not_asked(
    shop: Shop, settle: Settle, clock: FakeClock, orders: KnownOrders
) -> None:
    uuid = await an_allocation(shop, await shop.product())
    clock.advance(seconds=LEASE_AND_GRACE_SECONDS - 1)
    await settle()
    assert (orders.asked, await shop.status(uuid)) == ([], "HELD")


async def test_a_lease_renewed_while_sales_was_asked_holds(
    shop: Shop, settle: Settle, clock: FakeClock, orders: KnownOrders, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = await shop.product(current_stock=10)
    uuid = await an_allocation(shop, product)
    clock.advance(seconds=LEASE_AND_GRACE_SECONDS)

    async def renewed_meanwhile(_: UUID) -> bool:
        await shop.allocate((product, 4), uuid=uuid)
        return False

    monkeypatch.setattr(orders, "stands", renewed_meanwhile)
    await settle()
    assert (await shop.status(uuid), await shop.stock(product)) == ("HELD", 6)


async def test_a_settled_allocation_is_not_asked_about_again(
    shop: Shop, settle: Settle, clock: FakeClock, orders: KnownOrders
) -> None:
    await an_allocation(shop, await shop.product())
    clock.advance(seconds=LEASE_AND_GRACE_SECONDS)
    await settle()
    await settle()
    assert len(orders.asked) == 1


async def test_settled_leases_are_counted_once(
    shop: Shop, settle: Settle, clock: FakeClock, orders: KnownOrders
) -> None:
    product = await shop.product(current_stock=20)
    await an_allocation(shop, product)
    await an_allocation(shop, product)
    orders.known.add(await an_allocation(shop, product))
    clock.advance(seconds=LEASE_AND_GRACE_SECONDS)
    with (
        counts("catalog_lapsed_allocations_total", 2, outcome="released"),
        counts("catalog_lapsed_allocations_total", 1, outcome="confirmed"),
    ):
        await settle()
        await settle()
