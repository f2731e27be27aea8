"""A product that is deleted or deactivated: its holds lapse, its promotion ends, its orders stand."""

from typing import Any
from uuid import uuid4

import pytest

from libs.common.contracts.catalog import ProductChanged
from libs.common.messaging.inbox import take_in
from libs.testing.clock import FakeClock
from libs.testing.received import received
from services.catalog.consumers import subscriptions
from services.catalog.deps import Deps
from services.catalog.tests.builders import Shop, order_cancelled, order_created

TODAY, YESTERDAY = "2026-03-02", "2026-03-01"


async def withdraw(shop: Shop, product: Any, how: str) -> None:
    """Delete or deactivate the product."""
    path = f"products/{product['id']}/"
    response = (
        await shop.ask("DELETE", path, role="ADMIN")
        if how == "deleted"
        else await shop.ask("PATCH", path, json={"is_active": False})
    )
    assert response.status_code in {200, 204}, response.text


async def days_of_promotions(shop: Shop) -> list[tuple[str, str]]:
    rows = await shop.database.fetch_dicts(
        "select start_date::text, end_date::text from promotions order by id"
    )
    return [(row["start_date"], row["end_date"]) for row in rows]


HOW = pytest.mark.parametrize("how", ["deleted", "deactivated"])


@HOW
async def test_its_holds_lapse_at_once(shop: Shop, how: str) -> None:
    product = await shop.product(current_stock=10)
    other = await shop.product(current_stock=10)
    for each in (product, other):
        await shop.reserve(each, 4)
    await withdraw(shop, product, how)
    live = "select product_id from holds where expires_at > '2026-03-02T18:00Z'"
    assert await shop.database.fetch_values(live) == [other["id"]]


async def test_a_till_may_sell_and_hold_a_deactivated_product_anew(shop: Shop) -> None:
    product = await shop.product(current_stock=10)
    await shop.reserve(product, 4)
    await withdraw(shop, product, "deactivated")
    assert await shop.held(product) == (0, 10)
    assert (await shop.reserve(product, 6)).status_code == 200
    assert (await shop.allocate((product, 4))).status_code == 200


@HOW
async def test_its_pending_orders_stand_as_they_were_priced(
    shop: Shop, deps: Deps, clock: FakeClock, how: str
) -> None:
    product, uuid = await shop.product(current_stock=10), uuid4()
    await shop.promotion(product)
    priced = await shop.allocate((product, 4), uuid=uuid)
    await withdraw(shop, product, how)
    events = [received(order_created(uuid))]
    await take_in(deps.database, subscriptions(clock), events)
    assert await shop.status(uuid) == "CONFIRMED"
    assert (await shop.allocate((product, 4), uuid=uuid)).json() == priced.json()
    await take_in(deps.database, subscriptions(clock), [received(order_cancelled(uuid))])
    assert await shop.database.fetch_value("select current_stock from products") == 10
    await shop.refuse_unbalanced()


@HOW
async def test_its_running_promotion_ends_yesterday(shop: Shop, how: str) -> None:
    product = await shop.product(price="100.00", tax_rate="0.00")
    await shop.promotion(product, start_date="2026-02-20", end_date="2026-03-05")
    await withdraw(shop, product, how)
    assert await days_of_promotions(shop) == [("2026-02-20", YESTERDAY)]
    event = (await shop.published(ProductChanged))[-1]
    assert (str(event.final_price), event.deleted) == ("100.00", how == "deleted")


@HOW
async def test_its_promotion_that_began_today_goes(shop: Shop, how: str) -> None:
    product = await shop.product()
    await shop.promotion(product, start_date=TODAY, end_date="2026-03-05")
    await withdraw(shop, product, how)
    assert await days_of_promotions(shop) == []


@pytest.mark.parametrize(("how", "left"), [("deleted", []), ("deactivated", [("2026-04-01", "2026-04-05")])])
async def test_promotions_to_come_go_with_a_deleted_product_only(
    shop: Shop, how: str, left: list[tuple[str, str]]
) -> None:
    product, other = await shop.product(), await shop.product()
    await shop.promotion(product, start_date="2026-04-01", end_date="2026-04-05")
    await shop.promotion(other)
    await shop.promotion(other, start_date="2026-05-01", end_date="2026-05-05")
    await withdraw(shop, product, how)
    assert await days_of_promotions(shop) == [
        *left,
        ("2026-03-01", "2026-03-05"),
        ("2026-05-01", "2026-05-05"),
    ]


async def test_the_answer_to_a_deactivation_shows_the_normal_price(shop: Shop) -> None:
    product = await shop.product(price="100.00", tax_rate="0.00")
    await shop.promotion(product)
    response = await shop.ask("PATCH", f"products/{product['id']}/", json={"is_active": False})
    assert (response.json()["discounted_price"], response.json()["final_price"]) == (None, "100.00")


async def test_a_change_of_a_product_that_is_not_active_ends_nothing(shop: Shop) -> None:
    product = await shop.product(is_active=False)
    await shop.promotion(product)
    await shop.reserve(product, 2)
    await shop.ask("PATCH", f"products/{product['id']}/", json={"name": "Cola", "is_active": False})
    assert await shop.held(product) == (2, 98)
    assert await days_of_promotions(shop) == [("2026-03-01", "2026-03-05")]


async def test_an_import_that_deactivates_does_the_same(shop: Shop) -> None:
    product = await shop.product()
    await shop.promotion(product)
    await shop.reserve(product, 2)
    content = f"sku,is_active\n{product['sku']},false\n"
    response = await shop.ask("POST", "products/import/", role="ADMIN", content=content)
    assert response.status_code == 200, response.text
    assert await shop.held(product) == (0, 100)
    assert await days_of_promotions(shop) == [("2026-03-01", YESTERDAY)]
