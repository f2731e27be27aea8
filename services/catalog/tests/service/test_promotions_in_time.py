"""A promotion is in force from the first second of its first store day to the last of its last, unaided."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from libs.testing.asgi import asgi_client
from libs.testing.clock import FakeClock
from libs.testing.locks import in_turn, until_waiting
from libs.testing.tokens import Tokens
from services.catalog.deps import Deps, build_deps
from services.catalog.main import create_app
from services.catalog.settings import CatalogSettings
from services.catalog.tests.builders import BLACK_FRIDAY, Shop

LOCK_PRODUCT = "select id from products where id = %(id)s for update"
REGULAR, REDUCED = "116.00", "58.00"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture
async def in_madrid(settings: CatalogSettings, deps: Deps, tokens: Tokens) -> AsyncIterator[Shop]:
    """The shop in a time zone whose clocks change."""
    there = settings.model_copy(update={"store_timezone": ZoneInfo("Europe/Madrid")})
    parts = tokens.trusted_by(build_deps(there, clock=deps.clock, orders=deps.orders))
    async with asgi_client(create_app(parts)) as client:
        yield Shop(client, tokens, parts.database)


async def paid(shop: Shop, product: Any) -> str:
    """The price paid now, the same at both doors."""
    at_till, shown = await shop.reading(product), await shop.shown(product)
    assert float(at_till["final_price"]) == shown["price"]
    return str(at_till["final_price"])


@pytest.mark.parametrize(
    ("first", "last", "moment", "price"),
    [
        # 24 October has 25 hours: the clocks go back on the 25th at 3:00.
        ("2026-10-24", "2026-10-25", "2026-10-23T21:59:59", REGULAR),
        ("2026-10-24", "2026-10-25", "2026-10-23T22:00:00", REDUCED),
        ("2026-10-24", "2026-10-25", "2026-10-25T00:30:00", REDUCED),
        ("2026-10-24", "2026-10-25", "2026-10-25T22:59:59", REDUCED),
        ("2026-10-24", "2026-10-25", "2026-10-25T23:00:00", REGULAR),
        # The clocks go forward on 29 March at 2:00: a day of 23 hours.
        ("2026-03-29", "2026-03-29", "2026-03-28T22:59:59", REGULAR),
        ("2026-03-29", "2026-03-29", "2026-03-28T23:00:00", REDUCED),
        ("2026-03-29", "2026-03-29", "2026-03-29T21:59:59", REDUCED),
        ("2026-03-29", "2026-03-29", "2026-03-29T22:00:00", REGULAR),
    ],
)
async def test_days_are_those_of_the_store_when_its_clocks_change(
    in_madrid: Shop, clock: FakeClock, first: str, last: str, moment: str, price: str
) -> None:
    product = await in_madrid.product(price="100.00")
    await in_madrid.promotion(product, start_date=first, end_date=last)
    clock.set(at(moment))
    assert await paid(in_madrid, product) == price
    assert (await in_madrid.get("promotions/1/"))["is_active"] is (price == REDUCED)


async def test_a_price_changes_with_the_second_that_ends_the_day(shop: Shop, clock: FakeClock) -> None:
    product = await shop.product(price="100.00")
    await shop.promotion(product, start_date="2026-11-24", end_date="2026-11-24")
    await shop.promotion(product, start_date="2026-11-25", end_date="2026-11-25", discount_percent="10.00")
    clock.set(at("2026-11-24T05:59:59"))
    prices = []
    for seconds in (0, 1, 24 * 3600 - 1, 1, 24 * 3600 - 1, 1):
        clock.advance(seconds=seconds)
        prices.append(await paid(shop, product))
    assert prices == [REGULAR, REDUCED, REDUCED, "104.40", "104.40", REGULAR]


async def test_an_order_gets_the_promotion_to_the_last_second_of_its_last_day(
    shop: Shop, clock: FakeClock
) -> None:
    product = await shop.product(price="100.00")
    await shop.promotion(product, start_date="2026-11-24", end_date="2026-11-24")
    clock.set(at("2026-11-24T05:59:59"))
    promoted = []
    for seconds in (0, 1, 24 * 3600 - 1, 1):
        clock.advance(seconds=seconds)
        (line,) = (await shop.allocate((product, 1))).json()["lines"]
        promoted.append(line["promotion"] is not None)
    assert promoted == [False, True, True, False]


async def test_a_promotion_that_is_changed_while_it_runs_is_in_force_as_changed(
    shop: Shop, clock: FakeClock
) -> None:
    product = await shop.product(price="100.00")
    await shop.promotion(product)
    for change, price in (
        ({"discount_percent": "10.00"}, "104.40"),
        ({"target_audience": "FREQUENT_ONLY"}, REGULAR),
        ({"target_audience": "ALL"}, "104.40"),
        ({"end_date": "2026-03-01"}, REGULAR),
        ({"end_date": "2026-03-02"}, "104.40"),
    ):
        assert (await shop.ask("PATCH", "promotions/1/", role="ADMIN", json=change)).status_code == 200
        assert await paid(shop, product) == price
    clock.advance(days=1)
    assert await paid(shop, product) == REGULAR


async def test_one_that_is_deleted_while_it_runs_ends_at_once(shop: Shop) -> None:
    product = await shop.product(price="100.00")
    await shop.promotion(product)
    assert await paid(shop, product) == REDUCED
    await shop.ask("DELETE", "promotions/1/", role="ADMIN")
    assert await paid(shop, product) == REGULAR


async def test_one_that_is_moved_reduces_the_other_product(shop: Shop) -> None:
    first, second = await shop.product(price="100.00"), await shop.product(price="100.00")
    await shop.promotion(first)
    await shop.ask("PATCH", "promotions/1/", role="ADMIN", json={"product": second["id"]})
    assert [await paid(shop, first), await paid(shop, second)] == [REGULAR, REDUCED]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"end_date": "2026-02-28"}, 400),
        ({"start_date": "2026-03-06"}, 400),
        ({"start_date": "2026-03-06", "end_date": "2026-03-07"}, 200),
        ({"start_date": "2026-03-05"}, 200),
        ({"end_date": "2026-03-10"}, 400),
        ({"end_date": "2026-03-09"}, 200),
    ],
)
async def test_a_patch_is_checked_against_what_stands(
    shop: Shop, change: dict[str, str], status: int
) -> None:
    product = await shop.product()
    before = await shop.promotion(product)
    await shop.promotion(product, start_date="2026-03-10", end_date="2026-03-12")
    response = await shop.ask("PATCH", "promotions/1/", role="ADMIN", json=change)
    assert response.status_code == status
    after = {**before, **change} if status == 200 else before
    now = await shop.get("promotions/1/")
    assert {name: now[name] for name in ("start_date", "end_date")} == {
        name: after[name] for name in ("start_date", "end_date")
    }


async def test_of_parallel_changes_onto_the_same_days_one_wins(shop: Shop) -> None:
    product = await shop.product()
    ids = [
        (await shop.promotion(product, start_date=f"2026-05-{day:02}", end_date=f"2026-05-{day:02}"))["id"]
        for day in range(1, 9)
    ]
    days = {"start_date": "2026-06-01", "end_date": "2026-06-05"}
    responses = await asyncio.gather(
        *(shop.ask("PATCH", f"promotions/{each}/", role="ADMIN", json=days) for each in ids)
    )
    assert sorted(response.status_code for response in responses) == [200] + [400] * 7
    moved = [each for each in await shop.get("promotions/") if each["start_date"] == "2026-06-01"]
    assert len(moved) == 1


async def test_of_new_and_changed_ones_for_the_same_days_at_once_one_wins(shop: Shop) -> None:
    wanted, other = await shop.product(), await shop.product()
    moving = [
        (await shop.promotion(other, start_date=f"2026-05-{day:02}", end_date=f"2026-05-{day:02}"))["id"]
        for day in range(1, 5)
    ]
    days = {"product": wanted["id"], "start_date": "2026-06-01", "end_date": "2026-06-05"}
    responses = await asyncio.gather(
        *(shop.ask("PATCH", f"promotions/{each}/", role="ADMIN", json=days) for each in moving),
        *(shop.ask("POST", "promotions/", role="ADMIN", json={**BLACK_FRIDAY, **days}) for _ in range(4)),
    )
    won = [response for response in responses if response.is_success]
    assert len(won) == 1
    assert {response.status_code for response in responses if response not in won} == {400}
    assert len(await shop.get(f"promotions/?product={wanted['id']}")) == 1


@pytest.mark.parametrize(
    ("method", "change", "status", "left"), [("PATCH", {"name": "Remate"}, 200, 1), ("DELETE", {}, 204, 0)]
)
async def test_one_that_is_being_moved_is_found_by_the_next_change(
    shop: Shop, method: str, change: dict[str, str], status: int, left: int
) -> None:
    await shop.promotion(await shop.product())
    wanted = await shop.product()
    async with asyncio.TaskGroup() as tasks, shop.database.transaction() as selling:
        await selling.execute(LOCK_PRODUCT, wanted)
        move = shop.ask("PATCH", "promotions/1/", role="ADMIN", json={"product": wanted["id"]})
        moved = tasks.create_task(move)
        await until_waiting(shop.database)
        next_one = tasks.create_task(shop.ask(method, "promotions/1/", role="ADMIN", json=change))
        await until_waiting(shop.database, 2)
    assert (moved.result().status_code, next_one.result().status_code) == (200, status)
    shown = await shop.get("promotions/")
    assert [each["product"] for each in shown] == [wanted["id"]] * left
    assert all(each["name"] == "Remate" for each in shown)


@pytest.mark.parametrize("how", [("DELETE", {}), ("PATCH", {"is_active": False})])
async def test_one_that_is_over_can_be_lengthened_twice_while_its_product_is_withdrawn(
    shop: Shop, how: tuple[str, dict[str, bool]]
) -> None:
    product = await shop.product()
    await shop.promotion(product, start_date="2026-01-01", end_date="2026-01-31")
    method, change = how
    longer = partial(shop.ask, "PATCH", "promotions/1/", role="ADMIN", json={"end_date": "2026-05-31"})
    withdraw = partial(shop.ask, method, f"products/{product['id']}/", role="ADMIN", json=change)
    lengthened, withdrawn, again = await in_turn(
        shop.database, LOCK_PRODUCT, longer(), withdraw(), longer(), given=product
    )
    assert lengthened.status_code == 200
    assert withdrawn.is_success
    assert again.status_code == (404 if method == "DELETE" else 200)
