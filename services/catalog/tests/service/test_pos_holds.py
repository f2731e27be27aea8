"""POST /api/products/{id}/reserve/: stock that carts hold (POS "Reserve or Release Stock"; contract §3)."""

import asyncio
from collections import Counter
from typing import Any
from uuid import uuid4

import pytest

from libs.common.db.pruning import prune
from libs.testing.clock import FakeClock
from libs.testing.idempotency import lose_answers
from services.catalog.deps import Deps
from services.catalog.settings import CatalogSettings
from services.catalog.tests.builders import NO_SUCH_ID, Shop
from services.catalog.usecases.stock.holds import LAPSED_HOLDS

ANA, BERTA, CARLA = 11, 12, 13
MORE_THAN_HELD = {"error": "Cannot release more items than reserved."}


async def test_a_hold_is_answered_as_documented(shop: Shop) -> None:
    product = await shop.product(name="Coca Cola 600ml", current_stock=100)
    response = await shop.reserve(product, 5)
    assert (response.status_code, response.json()) == (
        200,
        {
            "status": "success",
            "product": "Coca Cola 600ml",
            "reserved_quantity": 5,
            "available_to_sell": 95,
        },
    )
    assert await shop.held(product) == (5, 95)
    assert await shop.stock(product) == 100


async def test_a_release_is_answered_with_what_is_left(shop: Shop) -> None:
    product = await shop.product(current_stock=100)
    await shop.reserve(product, 5)
    response = await shop.reserve(product, -2)
    assert (response.json()["reserved_quantity"], response.json()["available_to_sell"]) == (3, 97)


async def test_a_hold_is_no_movement_of_stock(shop: Shop) -> None:
    product = await shop.product()
    await shop.reserve(product, 5)
    await shop.reserve(product, -5)
    assert [line["reason"] for line in await shop.history(product)] == ["INITIAL"]


async def test_more_than_is_available_is_not_held(shop: Shop) -> None:
    product = await shop.product(current_stock=5)
    await shop.reserve(product, 3, by=ANA)
    response = await shop.reserve(product, 3, by=BERTA)
    assert (response.status_code, response.json()) == (400, {"error": "Insufficient stock.", "available": 2})
    assert response.headers["X-Error-Code"] == "insufficient_stock"
    assert await shop.held(product) == (3, 2)


@pytest.mark.parametrize(
    ("amount", "message"),
    [
        (0, "Ensure this value is not equal to 0."),
        (None, "This field is required."),
        ("x", "A valid integer is required."),
        (2**63, f"Ensure this value is less than or equal to {2**63 - 1}."),
    ],
)
async def test_a_bad_amount_is_refused(shop: Shop, amount: Any, message: str) -> None:
    response = await shop.reserve(await shop.product(), amount)
    assert (response.status_code, response.json()) == (400, {"amount": [message]})


async def test_the_largest_amounts_are_refused_like_any_other(shop: Shop) -> None:
    product = await shop.product()
    assert (await shop.reserve(product, 2**63 - 1)).json()["error"] == "Insufficient stock."
    assert (await shop.reserve(product, -(2**63 - 1))).json() == MORE_THAN_HELD


async def test_an_unknown_or_deleted_product_holds_nothing(shop: Shop) -> None:
    deleted = await shop.product()
    await shop.ask("DELETE", f"products/{deleted['id']}/", role="ADMIN")
    for product in (deleted, {"id": NO_SUCH_ID}):
        response = await shop.reserve(product, 1)
        assert (response.status_code, response.json()) == (404, {"detail": "Not found."})


async def test_an_employee_releases_only_their_own_holds(shop: Shop) -> None:
    product = await shop.product(current_stock=5)
    await shop.reserve(product, 2, by=ANA)
    await shop.reserve(product, 1, by=BERTA)
    response = await shop.reserve(product, -2, by=BERTA)
    assert (response.status_code, response.json()) == (400, MORE_THAN_HELD)
    assert await shop.held(product) == (3, 2)


@pytest.mark.parametrize("role", ["ADMIN", "OWNER"])
async def test_beyond_their_own_admin_and_owner_release_the_oldest_holds_of_others(
    shop: Shop, clock: FakeClock, role: str
) -> None:
    product = await shop.product(current_stock=20)
    for by, amount in ((ANA, 4), (BERTA, 3), (CARLA, 2)):
        await shop.reserve(product, amount, by=by)
        clock.advance(minutes=1)
    response = await shop.reserve(product, -7, by=CARLA, role=role)
    assert response.json()["reserved_quantity"] == 2
    assert (await shop.reserve(product, -1, by=ANA)).status_code == 400
    assert (await shop.reserve(product, -1, by=CARLA)).status_code == 400
    assert (await shop.reserve(product, -2, by=BERTA)).status_code == 200
    assert (await shop.reserve(product, -1, by=CARLA, role=role)).json() == MORE_THAN_HELD


async def test_a_release_leaves_other_products_and_younger_and_lapsed_holds_alone(
    shop: Shop, clock: FakeClock
) -> None:
    other, product = await shop.product(current_stock=20), await shop.product(current_stock=20)
    await shop.reserve(product, 7, by=ANA)
    clock.advance(minutes=30)
    await shop.reserve(other, 5, by=ANA)
    assert (await shop.reserve(product, -1, by=ANA)).json() == MORE_THAN_HELD
    for amount in (2, 3):
        await shop.reserve(product, amount, by=ANA)
    version = (await shop.ask("GET", f"products/{other['id']}/")).headers["ETag"]
    await shop.reserve(product, -1, by=ANA)
    assert (await shop.held(product), await shop.held(other)) == ((4, 16), (5, 15))
    assert (await shop.ask("GET", f"products/{other['id']}/")).headers["ETag"] == version


async def test_an_emptied_cart_holds_nothing(shop: Shop) -> None:  # case h03
    product = await shop.product(current_stock=5)
    await shop.reserve(product, 5, by=ANA)
    emptied = (await shop.reserve(product, -5, by=ANA)).json()
    assert (emptied["reserved_quantity"], emptied["available_to_sell"]) == (0, 5)
    assert (await shop.reserve(product, -1, by=ANA)).status_code == 400
    zero = await shop.reserve(product, 0, by=ANA)
    assert (zero.status_code, list(zero.json())) == (400, ["amount"])
    await shop.reserve(product, 2, by=ANA)
    assert (await shop.reserve(product, -1, by=BERTA)).status_code == 400
    by_admin = await shop.reserve(product, -1, by=CARLA, role="ADMIN")
    assert (by_admin.status_code, by_admin.json()["reserved_quantity"]) == (200, 1)


async def test_the_hold_of_a_cart_that_was_left_ends_without_a_job(
    shop: Shop, clock: FakeClock, deps: Deps
) -> None:  # case h01
    product = await shop.product(current_stock=5)
    held = (await shop.reserve(product, 5, by=ANA)).json()
    assert (held["reserved_quantity"], held["available_to_sell"]) == (5, 0)
    refused = await shop.allocate((product, 1), user_id=BERTA)
    assert (refused.status_code, refused.json()["details"]["items"][0]["available"]) == (409, 0)
    clock.advance(minutes=deps.settings.stock_hold_minutes, seconds=1)
    assert await shop.held(product) == (0, 5)
    assert (await shop.allocate((product, 5), user_id=BERTA)).status_code == 200
    response = await shop.reserve(product, -1, by=ANA)
    assert (response.status_code, response.json()) == (400, MORE_THAN_HELD)


async def test_a_hold_counts_until_its_very_last_moment(shop: Shop, clock: FakeClock, deps: Deps) -> None:
    product = await shop.product(current_stock=10)
    await shop.reserve(product, 10)
    lasting = deps.hold_time.total_seconds()
    clock.advance(seconds=lasting - 0.001)
    assert await shop.held(product) == (10, 0)
    assert (await shop.allocate((product, 5), user_id=ANA)).status_code == 409
    clock.advance(seconds=0.001)
    assert await shop.held(product) == (0, 10)
    assert (await shop.allocate((product, 5), user_id=ANA)).status_code == 200
    assert (await shop.reserve(product, 5, by=ANA)).status_code == 200


def test_a_hold_lasts_30_minutes_unless_the_shop_says_otherwise(settings: CatalogSettings) -> None:
    assert settings.stock_hold_minutes == 30


async def test_each_hold_lapses_by_itself(shop: Shop, clock: FakeClock) -> None:
    product = await shop.product(current_stock=10)
    await shop.reserve(product, 2)
    clock.advance(minutes=20)
    await shop.reserve(product, 3)
    clock.advance(minutes=10)
    assert await shop.held(product) == (3, 7)


async def test_lists_and_details_show_what_is_held(shop: Shop) -> None:
    held, free = await shop.product(current_stock=10), await shop.product(current_stock=10)
    await shop.reserve(held, 4)
    listed = {row["id"]: row["available_to_sell"] for row in await shop.get("products/")}
    assert listed == {held["id"]: 6, free["id"]: 10}


async def test_an_order_uses_up_its_own_users_hold_first(shop: Shop) -> None:
    product = await shop.product(current_stock=5)
    await shop.reserve(product, 5, by=ANA)
    assert (await shop.allocate((product, 1), user_id=BERTA)).status_code == 409
    assert (await shop.allocate((product, 5), user_id=ANA)).status_code == 200
    assert (await shop.stock(product), await shop.held(product)) == (0, (0, 0))


async def test_an_order_takes_what_is_free_beyond_its_own_hold(shop: Shop) -> None:
    product = await shop.product(current_stock=10)
    await shop.reserve(product, 2, by=ANA)
    await shop.reserve(product, 3, by=BERTA)
    short = await shop.allocate((product, 8), user_id=ANA)
    assert short.json()["details"]["items"][0]["available"] == 7
    assert (await shop.allocate((product, 7), user_id=ANA)).status_code == 200
    assert await shop.held(product) == (3, 0)


async def test_an_order_leaves_the_rest_of_its_users_hold(shop: Shop, clock: FakeClock) -> None:
    product = await shop.product(current_stock=10)
    await shop.reserve(product, 2, by=ANA)
    clock.advance(minutes=10)
    await shop.reserve(product, 3, by=ANA)
    assert (await shop.allocate((product, 3), user_id=ANA)).status_code == 200
    assert await shop.held(product) == (2, 5)
    clock.advance(minutes=20)  # the first hold, which was used up, would have lapsed
    assert await shop.held(product) == (2, 5)


async def test_two_orders_of_one_user_cannot_use_a_hold_twice(shop: Shop) -> None:
    product = await shop.product(current_stock=5)
    await shop.reserve(product, 3, by=ANA)
    await shop.reserve(product, 2, by=BERTA)
    orders = await asyncio.gather(*(shop.allocate((product, 3), user_id=ANA) for _ in range(2)))
    assert sorted(order.status_code for order in orders) == [200, 409]
    assert (await shop.stock(product), await shop.held(product)) == (2, (2, 0))


async def test_what_a_refused_order_used_is_held_again_for_the_rest_of_its_time(
    shop: Shop, clock: FakeClock
) -> None:
    product, other = await shop.product(current_stock=10), await shop.product(current_stock=10)
    await shop.reserve(product, 3, by=ANA)
    clock.advance(minutes=20)
    await shop.reserve(product, 2, by=ANA)
    await shop.reserve(product, 1, by=BERTA)
    await shop.reserve(other, 1, by=ANA)
    sold, refused = uuid4(), uuid4()
    await shop.allocate((product, 1), uuid=sold, user_id=ANA)
    await shop.allocate((product, 3), (other, 2), uuid=refused, user_id=ANA)
    assert (await shop.held(product), await shop.held(other)) == ((2, 4), (0, 8))
    for _ in range(2):  # a repeat holds nothing more
        assert (await shop.release(refused)).status_code == 204
        assert (await shop.held(product), await shop.held(other)) == ((5, 4), (1, 9))
    clock.advance(minutes=10)
    assert await shop.held(product) == (3, 6)
    assert (await shop.allocate((product, 8), user_id=ANA)).status_code == 200
    await shop.refuse_unbalanced()


async def test_a_hold_that_lapsed_before_its_order_was_refused_is_not_held_again(
    shop: Shop, clock: FakeClock
) -> None:
    product, uuid = await shop.product(current_stock=5), uuid4()
    await shop.reserve(product, 5, by=ANA)
    await shop.allocate((product, 5), uuid=uuid, user_id=ANA)
    clock.advance(minutes=30)
    await shop.release(uuid)
    assert await shop.held(product) == (0, 5)


async def test_the_stock_of_a_cancelled_order_is_not_held_again(shop: Shop) -> None:
    product, uuid = await shop.product(current_stock=5), uuid4()
    await shop.reserve(product, 5, by=ANA)
    await shop.allocate((product, 5), uuid=uuid, user_id=ANA)
    await shop.cancel(uuid)
    assert await shop.held(product) == (0, 5)


async def test_a_count_below_the_holds_is_refused_until_they_lapse(shop: Shop, clock: FakeClock) -> None:
    product = await shop.product(current_stock=10)
    await shop.reserve(product, 4)
    path = f"products/{product['id']}/"
    response = await shop.ask("PATCH", path, json={"current_stock": 3})
    assert response.json() == {"current_stock": ["Ensure this value is greater than or equal to 4."]}
    assert (await shop.ask("PATCH", path, json={"current_stock": 4})).status_code == 200
    clock.advance(minutes=30)
    assert (await shop.ask("PATCH", path, json={"current_stock": 3})).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"price": "20.00"},
        {"name": "Cola", "current_stock": 1, "expected_stock": 1},
        {"current_stock": 3},
        {"is_active": False},
    ],
    ids=str,
)
async def test_a_product_whose_held_pieces_a_late_sale_took_can_be_changed(shop: Shop, body: Any) -> None:
    product = await shop.product(current_stock=10)
    await shop.reserve(product, 4)
    await shop.sold((product, 9))
    response = await shop.ask("PATCH", f"products/{product['id']}/", json=body)
    assert response.status_code == 200, response.text
    await shop.refuse_unbalanced()


async def test_a_repeat_with_the_same_key_holds_once(shop: Shop) -> None:
    product = await shop.product(current_stock=10)
    first = await shop.reserve(product, 4, key="cart-1")
    again = await shop.reserve(product, 4, key="cart-1")
    assert (again.status_code, again.content) == (200, first.content)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert await shop.held(product) == (4, 6)
    assert (await shop.reserve(product, 5, key="cart-1")).status_code == 422


@pytest.mark.parametrize("amount", [4, -4])
async def test_a_repeat_after_a_crash_before_the_answer_changes_nothing(shop: Shop, amount: int) -> None:
    product = await shop.product(current_stock=20)
    await shop.reserve(product, 6)
    first = await shop.reserve(product, amount, key="cart-1")
    await lose_answers(shop.database)
    again = await shop.reserve(product, amount, key="cart-1")
    assert (again.status_code, again.json()) == (200, first.json())
    assert await shop.held(product) == (6 + amount, 14 - amount)


async def test_repeats_at_once_hold_once(shop: Shop) -> None:
    product = await shop.product(current_stock=10)
    responses = await asyncio.gather(*(shop.reserve(product, 4, key="cart-1") for _ in range(8)))
    assert Counter(response.status_code for response in responses) == {200: 8}
    assert await shop.held(product) == (4, 6)


async def test_a_hold_makes_a_form_stale_as_a_sale_does(shop: Shop) -> None:
    product = await shop.product()
    path = f"products/{product['id']}/"
    etag = (await shop.ask("GET", path)).headers["ETag"]
    await shop.reserve(product, 1)
    headers = {**shop.tokens.bearer(), "If-Match": etag}
    response = await shop.client.patch(f"/api/{path}", headers=headers, json={"name": "Cola"})
    assert response.status_code == 412


async def test_lapsed_holds_are_deleted_in_the_end(shop: Shop, clock: FakeClock) -> None:
    product = await shop.product()
    await shop.reserve(product, 2, by=ANA)
    await shop.allocate((product, 1), user_id=ANA)
    clock.advance(minutes=30)
    assert await prune(LAPSED_HOLDS, database=shop.database, clock=clock) == 0
    clock.advance(hours=1, minutes=1)
    assert await prune(LAPSED_HOLDS, database=shop.database, clock=clock) == 1
