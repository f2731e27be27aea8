"""A sale that has happened takes what is there, once; the rest is a shortfall (contract §8.6)."""

import asyncio
from datetime import timedelta
from functools import partial
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest

from libs.common.contracts.catalog import StockLow, StockShort
from libs.common.db.pruning import prune
from libs.testing.clock import FakeClock
from services.catalog.tests.builders import (
    AT,
    NO_SUCH_ID,
    SELLER_ID,
    KnownOrders,
    Shop,
    order_cancelled,
    order_created,
)
from services.catalog.usecases.products.prices import PAST_PRICES
from services.catalog.usecases.stock.expiry import settle_lapsed

UNKNOWN = {"id": NO_SUCH_ID}


@pytest.fixture
async def cola(shop: Shop) -> Any:
    """Ten pieces of cola."""
    return await shop.product(name="Cola", current_stock=10)


@pytest.fixture
async def cake(shop: Shop) -> Any:
    """Three pieces of cake."""
    return await shop.product(name="Pastel", current_stock=3, low_stock_threshold=0)


async def moves(shop: Shop, product: Any) -> list[tuple[str, int, int]]:
    """Reason, change and balance of the product's ledger, oldest first, without its first line."""
    lines = [(line["reason"], line["change"], line["balance"]) for line in await shop.history(product)]
    return lines[-2::-1]


async def test_a_sale_takes_its_lines_for_good(shop: Shop, cola: Any, cake: Any) -> None:
    uuid = uuid4()
    assert await shop.short((cake, 2), (cola, 4), uuid=uuid) == [0, 0]
    assert (await shop.stock(cola), await shop.stock(cake)) == (6, 1)
    assert await shop.status(uuid) == "CONFIRMED"
    assert await shop.missing() == []
    line = (await shop.history(cola))[0]
    assert (line["reason"], line["reference"], line["user"]) == ("SALE", str(uuid), SELLER_ID)
    await shop.refuse_unbalanced()


async def test_what_is_missing_is_a_shortfall_and_the_stock_never_falls_below_0(
    shop: Shop, cola: Any, cake: Any
) -> None:
    uuid = uuid4()
    assert await shop.short((cola, 2), (cake, 5), uuid=uuid, order_id=51) == [0, 2]
    assert await shop.stock(cake) == 0
    (row,) = await shop.get("products/shortfalls/")
    assert row == {
        "id": row["id"],
        "product": cake["id"],
        "product_name": "Pastel",
        "quantity": 2,
        "order": 51,
        "created_at": "2026-03-02T18:00:00Z",
    }
    (event,) = await shop.published(StockShort)
    assert (event.product_id, event.order_uuid, event.quantity) == (cake["id"], uuid, 2)
    assert [event.product_id for event in await shop.published(StockLow)] == [cake["id"]]
    await shop.refuse_unbalanced()


async def test_the_same_sale_again_takes_nothing_and_answers_the_same(shop: Shop, cake: Any) -> None:
    uuid = uuid4()
    first = await shop.sell((cake, 5), uuid=uuid)
    await shop.adjust(cake, 4, reason="RECEIVED")
    again = await shop.sell((cake, 5), uuid=uuid)
    assert (again.status_code, again.text) == (200, first.text)
    assert (await shop.stock(cake), await shop.missing()) == (2, [])
    assert len(await shop.published(StockShort)) == 1


async def test_the_same_sale_at_once_takes_once(shop: Shop, cake: Any, cola: Any) -> None:
    uuid = uuid4()
    answers = await asyncio.gather(*(shop.sell((cake, 5), (cola, 1), uuid=uuid) for _ in range(12)))
    assert {(answer.status_code, answer.text) for answer in answers} == {(200, answers[0].text)}
    assert (await shop.stock(cake), await shop.missing()) == (0, [(cake["id"], 2)])
    await shop.refuse_unbalanced()


async def test_a_sale_that_was_given_up_gives_all_of_it_back_once(shop: Shop, cake: Any, cola: Any) -> None:
    uuid = uuid4()
    assert await shop.short((cake, 5), (cola, 1), uuid=uuid) == [2, 0]
    for _ in range(2):
        assert await shop.sold(uuid=uuid) == []
        assert (await shop.stock(cake), await shop.stock(cola), await shop.missing()) == (3, 10, [])
    assert await moves(shop, cake) == [("SALE", -3, 0), ("RELEASE", 3, 3)]
    await shop.refuse_unbalanced()


async def test_giving_up_what_was_never_taken_moves_nothing(shop: Shop, cola: Any) -> None:
    assert await shop.sold() == []
    assert (await shop.stock(cola), await moves(shop, cola)) == (10, [])


async def test_sales_at_once_share_what_is_there_to_the_last_piece(shop: Shop, cake: Any, cola: Any) -> None:
    lines = [[(cake, 1), (cola, 1)], [(cola, 1), (cake, 1)]]
    await asyncio.gather(*(shop.sold(*lines[number % 2]) for number in range(14)))
    assert (await shop.stock(cake), await shop.stock(cola)) == (0, 0)
    missing = await shop.missing()
    assert sum(quantity for product, quantity in missing if product == cake["id"]) == 11
    assert sum(quantity for product, quantity in missing if product == cola["id"]) == 4
    await shop.refuse_unbalanced()


async def test_a_deleted_product_is_sold_and_told_to_be_deleted(shop: Shop, cake: Any) -> None:
    await shop.ask("DELETE", f"products/{cake['id']}/", role="ADMIN")
    (line,) = await shop.sold((cake, 5))
    assert (line["deleted"], line["short"], line["product_name"]) == (True, 2, "Pastel")
    assert await shop.database.fetch_value("select current_stock from products") == 0
    assert await shop.missing() == []
    assert (await shop.published(StockShort), await shop.published(StockLow)) == ([], [])
    await shop.refuse_unbalanced()


async def test_a_correction_after_a_deletion_gives_pieces_to_the_sales_that_lacked_them_before(
    shop: Shop, cake: Any
) -> None:
    order = uuid4()
    await shop.allocate((cake, 3), uuid=order)
    await shop.sold((cake, 2))
    await shop.ask("DELETE", f"products/{cake['id']}/", role="ADMIN")
    assert await shop.missing() == []
    await shop.sold((cake, 1), uuid=order)
    assert await shop.database.fetch_value("select current_stock from products") == 0
    await shop.refuse_unbalanced()


@pytest.mark.parametrize("arrival", list(permutations(range(3))), ids=str)
async def test_what_is_left_of_a_deleted_product_does_not_depend_on_the_order_of_its_sales(
    shop: Shop, cake: Any, arrival: tuple[int, ...]
) -> None:
    order = uuid4()
    await shop.allocate((cake, 3), uuid=order)
    await shop.ask("DELETE", f"products/{cake['id']}/", role="ADMIN")
    sales = [(order, 1), (uuid4(), 1), (uuid4(), 2)]
    for place in arrival:
        uuid, quantity = sales[place]
        await shop.sold((cake, quantity), uuid=uuid)
    assert await shop.database.fetch_value("select current_stock from products") == 0
    assert await shop.missing() == []
    await shop.refuse_unbalanced()


async def test_products_that_never_existed_are_refused_by_name_and_nothing_is_taken(
    shop: Shop, cola: Any
) -> None:
    uuid = uuid4()
    response = await shop.sell((cola, 1), (UNKNOWN, 1), uuid=uuid)
    assert response.status_code == 400
    assert response.json() == {"code": "unknown_product", "details": {"product_ids": [NO_SUCH_ID]}}
    assert (await shop.stock(cola), await shop.status(uuid)) == (10, None)


async def test_the_pieces_held_for_carts_are_gone_too_and_the_seller_s_own_first(
    shop: Shop, cola: Any
) -> None:
    await shop.reserve(cola, 3, by=SELLER_ID)
    await shop.reserve(cola, 4, by=99)
    assert await shop.short((cola, 9)) == [0]
    assert await shop.stock(cola) == 1
    assert await shop.held(cola) == (4, 0)


@pytest.mark.parametrize("in_stock", [0, 1])
async def test_the_seller_s_own_hold_is_used_up_by_the_pieces_that_are_missing_too(
    shop: Shop, cola: Any, in_stock: int
) -> None:
    await shop.reserve(cola, 4, by=SELLER_ID)
    await shop.sold((cola, 10 - in_stock), user_id=99)
    await shop.sold((cola, 3))
    assert (await shop.stock(cola), await shop.held(cola)) == (0, (1, 0))
    await shop.refuse_unbalanced()


async def test_an_order_that_stands_already_keeps_what_it_took(shop: Shop, consume: Any, cola: Any) -> None:
    uuid = uuid4()
    await shop.allocate((cola, 4), uuid=uuid)
    await consume(order_created(uuid))
    assert await shop.short((cola, 4), uuid=uuid) == [0]
    assert await moves(shop, cola) == [("SALE", -4, 6)]


async def test_what_was_sold_otherwise_than_ordered_is_corrected(shop: Shop, cola: Any, cake: Any) -> None:
    bread, uuid = await shop.product(current_stock=1), uuid4()
    await shop.allocate((cola, 4), (cake, 3), uuid=uuid)
    lines = await shop.sold((bread, 2), (cola, 1), uuid=uuid)
    assert [(line["product_id"], line["quantity"], line["short"]) for line in lines] == [
        (bread["id"], 2, 1),
        (cola["id"], 1, 0),
    ]
    assert [await shop.stock(each) for each in (cola, cake, bread)] == [9, 3, 0]
    assert await moves(shop, cola) == [("SALE", -4, 6), ("RELEASE", 3, 9)]
    repeat = await shop.sold((bread, 2), (cola, 1), uuid=uuid)
    assert (repeat, await shop.missing()) == (lines, [(bread["id"], 1)])
    await shop.refuse_unbalanced()


@pytest.mark.parametrize("ended", ["cancelled", "cancelled before it was known", "released"])
async def test_a_sale_whose_order_was_given_up_is_taken_again(
    shop: Shop, cola: Any, consume: Any, ended: str
) -> None:
    uuid = uuid4()
    if ended != "cancelled before it was known":
        await shop.allocate((cola, 4), uuid=uuid)
    await (shop.release(uuid) if ended == "released" else shop.cancel(uuid))
    assert await shop.stock(cola) == 10
    assert await shop.short((cola, 4), uuid=uuid) == [0]
    assert (await shop.stock(cola), await shop.status(uuid)) == (6, "CONFIRMED")
    await consume(order_created(uuid))
    assert await shop.stock(cola) == 6
    await shop.refuse_unbalanced()


async def test_a_cancellation_that_comes_late_does_not_touch_what_was_sold(
    shop: Shop, cola: Any, consume: Any
) -> None:
    uuid = uuid4()
    await shop.allocate((cola, 4), uuid=uuid)
    await shop.sold((cola, 4), uuid=uuid)
    await shop.cancel(uuid)
    await consume(order_cancelled(uuid))
    assert (await shop.release(uuid)).status_code == 409
    assert (await shop.stock(cola), await shop.status(uuid)) == (6, "CONFIRMED")
    assert await shop.database.fetch_values("select cancelled_at from allocations") == [None]


async def test_no_lease_of_a_sale_ends(shop: Shop, cola: Any, orders: KnownOrders, clock: FakeClock) -> None:
    uuid = uuid4()
    await shop.allocate((cola, 4), uuid=uuid)
    await shop.sold((cola, 4), uuid=uuid)
    clock.advance(hours=1)
    await settle_lapsed(database=shop.database, orders=orders, grace=timedelta(0), clock=clock)
    assert (orders.asked, await shop.stock(cola)) == ([], 6)


async def test_the_order_s_number_is_told_by_its_event(shop: Shop, cake: Any, consume: Any) -> None:
    uuid = uuid4()
    await shop.sold((cake, 4), uuid=uuid)
    assert [row["order"] for row in await shop.get("products/shortfalls/")] == [None]
    await consume(order_created(uuid))
    assert [row["order"] for row in await shop.get("products/shortfalls/")] == [1]


@pytest.mark.parametrize("seed", range(3))
async def test_sales_orders_and_cancellations_in_any_order_end_in_the_same_books(
    shop: Shop, cake: Any, seed: int
) -> None:
    first, second, third = uuid4(), uuid4(), uuid4()
    await shop.allocate((cake, 2), uuid=first)
    work = [
        partial(shop.cancel, first),
        partial(shop.sell, (cake, 2), uuid=second),
        partial(shop.sell, (cake, 3), uuid=third),
        partial(shop.sell, (cake, 2), uuid=second),
    ]
    await asyncio.gather(*(each() for each in work[seed:] + work[:seed]))
    assert await shop.stock(cake) == 0
    assert sum(quantity for _, quantity in await shop.missing()) == 2
    await shop.refuse_unbalanced()


async def test_the_price_of_then_is_answered_where_it_is_known(
    shop: Shop, cola: Any, clock: FakeClock
) -> None:
    await shop.promotion(cola, start_date="2026-03-02", end_date="2026-03-02")
    clock.advance(hours=1)
    await shop.ask("PATCH", f"products/{cola['id']}/", json={"price": "20.00", "tax_rate": "0.08"})
    clock.advance(days=2)
    (then,) = await shop.sold((cola, 1), sold_at=AT + timedelta(minutes=30))
    promotion = {"discount_percent": "50.00", "target_audience": "ALL"}
    assert (then["price"], then["tax_rate"], then["promotion"], then["priced_then"]) == (
        "18.50",
        "0.16",
        promotion,
        True,
    )
    (later,) = await shop.sold((cola, 1), sold_at=AT + timedelta(hours=1))
    assert (later["price"], later["promotion"], later["priced_then"]) == ("20.00", promotion, True)
    (next_day,) = await shop.sold((cola, 1), sold_at=AT + timedelta(days=1))
    assert (next_day["price"], next_day["promotion"]) == ("20.00", None)
    (before,) = await shop.sold((cola, 1), sold_at=AT - timedelta(minutes=1))
    assert (before["price"], before["promotion"], before["priced_then"]) == ("20.00", None, False)


async def test_of_several_prices_the_one_of_then_is_answered(shop: Shop, cola: Any, clock: FakeClock) -> None:
    for hours, price in ((1, "20.00"), (1, "21.50"), (0, "21.00"), (1, "22.00")):
        clock.advance(hours=hours)
        answer = await shop.ask("PATCH", f"products/{cola['id']}/", json={"price": price})
        assert answer.status_code == 200
    told = [(await shop.sold((cola, 1), sold_at=AT + timedelta(hours=hours)))[0] for hours in range(4)]
    assert [line["price"] for line in told] == ["18.50", "20.00", "21.00", "22.00"]


async def test_a_promotion_that_was_made_or_deleted_later_is_not_that_of_then(
    shop: Shop, cola: Any, clock: FakeClock
) -> None:
    clock.advance(hours=1)
    promotion = await shop.promotion(cola)
    clock.advance(hours=1)
    await shop.ask("DELETE", f"promotions/{promotion['id']}/", role="ADMIN")
    told = [(await shop.sold((cola, 1), sold_at=AT + timedelta(hours=hours)))[0] for hours in (0.5, 1.5, 2)]
    assert [line["promotion"] is not None for line in told] == [False, True, False]
    assert [line["priced_then"] for line in told] == [True, True, True]


async def test_a_price_that_is_the_same_is_not_written_down_again(
    shop: Shop, cola: Any, clock: FakeClock
) -> None:
    later = await shop.promotion(cola, start_date="2026-04-01", end_date="2026-04-02")
    await shop.promotion(cola)
    before = await shop.database.fetch_dicts("table product_prices")
    clock.advance(hours=1)
    for path, role in ((f"promotions/{later['id']}/", "ADMIN"), (f"products/{cola['id']}/", "EMPLOYEE")):
        answer = await shop.ask("PATCH", path, role=role, json={"name": "Otro nombre"})
        assert answer.status_code == 200
    assert await shop.database.fetch_dicts("table product_prices") == before


async def test_a_promotion_that_is_over_is_not_written_down_with_a_later_price(
    shop: Shop, cola: Any, clock: FakeClock
) -> None:
    await shop.promotion(cola, start_date="2026-03-01", end_date="2026-03-02")
    clock.advance(days=1)
    await shop.ask("PATCH", f"products/{cola['id']}/", json={"price": "20.00"})
    assert await shop.database.fetch_values("select promotions from product_prices where until is null") == [
        []
    ]


async def test_the_price_of_then_is_known_for_sales_that_arrive_thirty_days_late(
    shop: Shop, cola: Any, clock: FakeClock
) -> None:
    clock.advance(hours=1)
    await shop.ask("PATCH", f"products/{cola['id']}/", json={"price": "20.00"})
    clock.advance(days=31)
    await prune(PAST_PRICES, database=shop.database, clock=clock)
    (then,) = await shop.sold((cola, 1), sold_at=AT + timedelta(minutes=59))
    assert (then["price"], then["priced_then"]) == ("18.50", True)


async def test_a_promotion_holds_on_its_last_day_for_a_sale_that_arrives_later(
    shop: Shop, cola: Any, clock: FakeClock
) -> None:
    await shop.promotion(cola, start_date="2026-03-01", end_date="2026-03-03")
    clock.advance(days=1)
    await shop.ask("PATCH", f"products/{cola['id']}/", json={"price": "20.00"})
    clock.advance(days=2)
    told = [(await shop.sold((cola, 1), sold_at=AT + timedelta(days=days)))[0] for days in (0, 1, 2)]
    assert [line["promotion"] is not None for line in told] == [True, True, False]


async def test_a_price_never_begins_before_the_one_that_it_replaces(
    shop: Shop, cola: Any, clock: FakeClock
) -> None:
    clock.advance(hours=1)
    for price in ("20.00", "21.00"):
        await shop.ask("PATCH", f"products/{cola['id']}/", json={"price": price})
        clock.advance(seconds=-5)  # the clock of another process
    hour = AT + timedelta(hours=1)
    told = [await shop.sold((cola, 1), sold_at=hour + timedelta(seconds=seconds)) for seconds in (-1, 0)]
    assert [[line["price"] for line in lines] for lines in told] == [["18.50"], ["21.00"]]
