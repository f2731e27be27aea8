"""`catalog.product_changed.v1` is published once for each change of price, also for one by the calendar."""

import asyncio
from collections.abc import Callable, Coroutine
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from libs.common.contracts.catalog import ProductChanged
from libs.common.db.database import Transaction
from libs.testing.clock import FakeClock
from libs.testing.locks import in_turn
from libs.testing.statements import counted_statements
from services.catalog.deps import Deps
from services.catalog.tests.builders import Shop
from services.catalog.usecases.products import telling

REGULAR, REDUCED = Decimal("116.00"), Decimal("58.00")
NEXT_DAYS = {"start_date": "2026-03-03", "end_date": "2026-03-05"}

Tell = Callable[[], Coroutine[Any, Any, None]]


@pytest.fixture
def tell(deps: Deps) -> Tell:
    """The timed job."""
    return partial(telling.tell_promoted, database=deps.database, now=deps.now)


async def told(shop: Shop) -> list[Decimal]:
    """The prices that were published since a product was created."""
    return [event.final_price for event in await shop.published(ProductChanged)][1:]


async def test_a_price_that_falls_and_rises_by_itself_is_told_twice(
    shop: Shop, clock: FakeClock, tell: Tell
) -> None:
    await shop.promotion(await shop.product(price="100.00"), **NEXT_DAYS)
    await tell()
    assert await told(shop) == []
    for days, prices in ((1, [REDUCED]), (2, [REDUCED]), (1, [REDUCED, REGULAR]), (1, [REDUCED, REGULAR])):
        clock.advance(days=days)
        await tell()
        await tell()
        assert await told(shop) == prices


async def test_days_without_a_job_are_told_as_they_ended(shop: Shop, clock: FakeClock, tell: Tell) -> None:
    product = await shop.product(price="100.00")
    await shop.promotion(product, **NEXT_DAYS)
    await shop.promotion(product, start_date="2026-03-06", end_date="2026-03-09", discount_percent="10.00")
    clock.advance(days=5)
    await tell()
    assert await told(shop) == [Decimal("104.40")]
    clock.advance(days=30)
    await tell()
    assert await told(shop) == [Decimal("104.40"), REGULAR]


async def test_a_job_that_dies_has_told_nothing_and_the_next_tells_once(
    shop: Shop, clock: FakeClock, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shop.promotion(await shop.product(price="100.00"), **NEXT_DAYS)
    clock.advance(days=1)
    with monkeypatch.context() as dying:

        async def die(tx: Transaction, products: Any) -> None:
            raise ConnectionResetError

        dying.setattr(telling, "_remember", die)
        with pytest.raises(ConnectionResetError):
            await tell()
    assert await told(shop) == []
    await tell()
    assert await told(shop) == [REDUCED]


async def test_jobs_at_once_tell_once(shop: Shop, clock: FakeClock, tell: Tell) -> None:
    for _ in range(3):
        await shop.promotion(await shop.product(price="100.00"), **NEXT_DAYS)
    clock.advance(days=1)
    await asyncio.gather(*(tell() for _ in range(6)))
    events = await shop.published(ProductChanged)
    assert sorted(event.product_id for event in events[3:]) == [1, 2, 3]


async def test_a_job_that_waits_for_a_change_of_a_product_tells_what_it_has_become(
    shop: Shop, clock: FakeClock, tell: Tell
) -> None:
    await shop.promotion(await shop.product(price="100.00"), **NEXT_DAYS)
    clock.advance(days=1)
    await in_turn(shop.database, "update products set price = 200", tell())
    assert await told(shop) == [REGULAR]


async def test_a_job_that_tells_of_several_products_and_a_sale_of_them_wait_for_each_other(
    shop: Shop, clock: FakeClock, tell: Tell
) -> None:
    products = [await shop.product(price="100.00") for _ in range(3)]
    for product in products:
        await shop.promotion(product, **NEXT_DAYS)
    await shop.database.execute("update products set brand = 'Otra' where id = 1")  # it is the last row now
    clock.advance(days=1)
    sale = shop.allocate((products[0], 1), (products[1], 1))
    _, sold = await in_turn(shop.database, "select from products where id = 3 for update", tell(), sale)
    assert sold.status_code == 200


async def test_more_products_than_a_batch_are_looked_for_once_and_all_told(
    shop: Shop, clock: FakeClock, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "BATCH", 2)
    for _ in range(5):
        await shop.promotion(await shop.product(price="100.00"), **NEXT_DAYS)
    clock.advance(days=1)
    with counted_statements() as statements:
        await tell()
    events = await shop.published(ProductChanged)
    assert [event.product_id for event in events[5:]] == [1, 2, 3, 4, 5]
    assert statements.count(telling.SELECT_UNTOLD_IDS) == 1


async def test_what_is_told_by_hand_after_midnight_is_not_told_again(
    shop: Shop, clock: FakeClock, tell: Tell
) -> None:
    await shop.promotion(await shop.product(price="100.00"), **NEXT_DAYS)
    clock.advance(days=1)
    await shop.ask("PATCH", "products/1/", json={"brand": "Coca-Cola"})
    await tell()
    assert await told(shop) == [REDUCED]


async def test_a_promotion_that_changes_today_s_price_is_told_at_once(shop: Shop, tell: Tell) -> None:
    await shop.promotion(await shop.product(price="100.00"))
    assert await told(shop) == [REDUCED]
    await shop.ask("PATCH", "promotions/1/", role="ADMIN", json={"discount_percent": "10.00"})
    assert await told(shop) == [REDUCED, Decimal("104.40")]
    await shop.ask("PATCH", "promotions/1/", role="ADMIN", json={"name": "Buen Fin"})
    await shop.ask("DELETE", "promotions/1/", role="ADMIN")
    await tell()
    assert await told(shop) == [REDUCED, Decimal("104.40"), REGULAR]


async def test_a_promotion_that_is_moved_is_told_for_both_products(shop: Shop, tell: Tell) -> None:
    first, second = await shop.product(price="100.00"), await shop.product(price="100.00")
    await shop.promotion(first)
    await shop.ask("PATCH", "promotions/1/", role="ADMIN", json={"product": second["id"]})
    await tell()
    events = (await shop.published(ProductChanged))[3:]
    assert [(event.product_id, event.final_price) for event in events] == [(1, REGULAR), (2, REDUCED)]


@pytest.mark.parametrize("fields", [{"target_audience": "FREQUENT_ONLY"}, NEXT_DAYS])
async def test_a_promotion_that_leaves_today_s_price_is_not_told(
    shop: Shop, tell: Tell, fields: dict[str, str]
) -> None:
    await shop.promotion(await shop.product(), **fields)
    await tell()
    assert await told(shop) == []


async def test_a_deleted_product_is_told_as_deleted_only(shop: Shop, clock: FakeClock, tell: Tell) -> None:
    await shop.promotion(await shop.product(price="100.00"))
    await shop.ask("DELETE", "products/1/", role="ADMIN")
    clock.advance(days=30)
    await tell()
    assert [event.deleted for event in await shop.published(ProductChanged)] == [False, False, True]


async def test_a_promotion_that_begins_makes_no_form_stale(shop: Shop, clock: FakeClock, tell: Tell) -> None:
    await shop.promotion(await shop.product(price="100.00"), **NEXT_DAYS)
    version = (await shop.ask("GET", "products/1/")).headers["ETag"].partition("-")[0]
    clock.advance(days=1)
    await tell()
    assert (await shop.ask("GET", "products/1/")).headers["ETag"].partition("-")[0] == version
