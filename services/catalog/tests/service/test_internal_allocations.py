"""Taking and returning an order's stock at the internal door (architecture.md, "Placing an order")."""

from typing import Any
from uuid import UUID, uuid4

from libs.common.contracts.catalog import StockChanged
from libs.testing.answers import refusal
from libs.testing.clock import FakeClock
from services.catalog.tests.builders import NO_SUCH_ID, SELLER_ID, Shop

UNKNOWN = {"id": NO_SUCH_ID}


async def test_all_lines_are_taken_and_answered_in_the_order_asked(shop: Shop) -> None:
    cola = await shop.product(name="Cola", price="18.50")
    cake = await shop.product(name="Pastel", price="86.21", tax_rate="0.08", current_stock=5)
    await shop.promotion(cola, discount_percent="15.00", target_audience="FREQUENT_ONLY")
    uuid = uuid4()
    response = await shop.allocate((cake, 2), (cola, 3), uuid=uuid)
    assert response.status_code == 200
    assert response.json() == {
        "allocation_id": str(uuid),
        "lease_seconds": 60,
        "lines": [
            {
                "product_id": cake["id"],
                "product_name": "Pastel",
                "quantity": 2,
                "price": "86.21",
                "tax_rate": "0.08",
                "promotion": None,
            },
            {
                "product_id": cola["id"],
                "product_name": "Cola",
                "quantity": 3,
                "price": "18.50",
                "tax_rate": "0.16",
                "promotion": {"discount_percent": "15.00", "target_audience": "FREQUENT_ONLY"},
            },
        ],
    }
    assert (await shop.stock(cola), await shop.stock(cake)) == (97, 3)


async def test_a_price_of_the_web_shop_keeps_its_four_decimals(shop: Shop) -> None:
    product = await shop.product()
    await shop.database.execute("update products set price = 39.6466")
    response = await shop.allocate((product, 1))
    assert response.json()["lines"][0]["price"] == "39.6466"


async def test_a_web_order_names_the_product_by_its_description(shop: Shop) -> None:
    product = await shop.product(name="DOG01", description="Premium Dog Food 15kg")
    till, web = await shop.allocate((product, 1)), await shop.allocate((product, 1), channel="WEB")
    assert till.json()["lines"][0]["product_name"] == "DOG01"
    assert web.json()["lines"][0]["product_name"] == "Premium Dog Food 15kg"


async def test_an_inactive_product_is_sold_at_the_till_only(shop: Shop) -> None:
    product = await shop.product(is_active=False)
    assert (await shop.allocate((product, 1))).status_code == 200
    web = await shop.allocate((product, 1), channel="WEB")
    assert refusal(web) == (400, "unknown_product", {"product_ids": [product["id"]]})


async def test_an_allocation_publishes_one_event_for_all_products(shop: Shop) -> None:
    cola, cake = await shop.product(), await shop.product(current_stock=5)
    uuid = uuid4()
    await shop.allocate((cake, 2), (cola, 3), uuid=uuid)
    *_, event = await shop.published(StockChanged)
    assert (event.reason, event.reference, event.user_id) == ("SALE", str(uuid), SELLER_ID)
    assert [(level.product_id, level.change, level.current_stock) for level in event.products] == [
        (cola["id"], -3, 97),
        (cake["id"], -2, 3),
    ]


async def test_one_short_line_takes_nothing(shop: Shop) -> None:
    plenty, few, none = [await shop.product(name=name, current_stock=stock) for name, stock in SHELF]
    uuid = uuid4()
    response = await shop.allocate((none, 1), (plenty, 5), (few, 3), uuid=uuid)
    assert refusal(response) == (
        409,
        "insufficient_stock",
        {
            "items": [
                {"product_id": none["id"], "product_name": "None", "available": 0, "requested": 1},
                {"product_id": few["id"], "product_name": "Few", "available": 2, "requested": 3},
            ]
        },
    )
    assert [await shop.stock(product) for product in (plenty, few, none)] == [100, 2, 0]
    assert await shop.status(uuid) is None
    assert "SALE" not in [event.reason for event in await shop.published(StockChanged)]


SHELF = [("Plenty", 100), ("Few", 2), ("None", 0)]


async def test_stock_held_for_carts_is_not_sold(shop: Shop) -> None:
    product, other = await shop.product(current_stock=5), await shop.product(current_stock=100)
    await shop.reserve(product, 3)
    await shop.reserve(other, 90)
    assert (await shop.allocate((product, 3))).status_code == 409
    assert (await shop.allocate((product, 2))).status_code == 200


async def test_the_last_piece_can_be_taken(shop: Shop) -> None:
    product = await shop.product(current_stock=2)
    assert (await shop.allocate((product, 2))).status_code == 200
    assert await shop.stock(product) == 0


async def test_unknown_and_deleted_products_are_named(shop: Shop) -> None:
    known, deleted = await shop.product(), await shop.product()
    await shop.ask("DELETE", f"products/{deleted['id']}/", role="ADMIN")
    huge = {"id": 2**62}
    response = await shop.allocate((deleted, 1), (known, 1), (UNKNOWN, 1), (huge, 1))
    assert refusal(response) == (
        400,
        "unknown_product",
        {"product_ids": [deleted["id"], NO_SUCH_ID, 2**62]},
    )
    assert await shop.stock(known) == 100


async def test_a_huge_quantity_is_refused_like_any_other(shop: Shop) -> None:
    response = await shop.allocate((await shop.product(), 2**62))
    assert refusal(response)[:2] == (409, "insufficient_stock")


async def test_a_malformed_allocation_is_refused(shop: Shop) -> None:
    headers = shop.tokens.service()
    response = await shop.client.put(f"/internal/allocations/{uuid4()}", headers=headers, json={"lines": []})
    assert (response.status_code, response.json()["code"]) == (400, "invalid_fields")


async def test_the_same_uuid_gives_the_same_answer_and_takes_nothing(shop: Shop) -> None:
    product = await shop.product(current_stock=5, price="18.50")
    uuid = uuid4()
    await shop.allocate((await shop.product(), 1))
    first = await shop.allocate((product, 5), uuid=uuid)
    await shop.ask("PATCH", f"products/{product['id']}/", json={"price": "99.00", "name": "Caro"})
    await shop.promotion(product)
    again = await shop.allocate((product, 5), uuid=uuid)
    assert (again.status_code, again.json()) == (200, first.json())
    assert await shop.stock(product) == 0


async def test_a_repeat_starts_the_lease_anew(shop: Shop, clock: FakeClock) -> None:
    product, uuid, other = await shop.product(), uuid4(), uuid4()
    for each in (uuid, other):
        await shop.allocate((product, 1), uuid=each)
    clock.advance(seconds=50)
    await shop.allocate((product, 1), uuid=uuid)
    for each, seconds in ((uuid, 60), (other, 10)):
        until = await shop.database.fetch_value("select lease_until from allocations where id = %s", [each])
        assert (until - clock()).total_seconds() == seconds


async def test_a_refused_uuid_may_try_again(shop: Shop) -> None:
    product, uuid = await shop.product(current_stock=0), uuid4()
    assert (await shop.allocate((product, 1), uuid=uuid)).status_code == 409
    await shop.ask("PATCH", f"products/{product['id']}/", json={"current_stock": 1})
    assert (await shop.allocate((product, 1), uuid=uuid)).status_code == 200


async def released(shop: Shop, product: Any, quantity: int) -> UUID:
    """An allocation that was made and released."""
    uuid = uuid4()
    await shop.allocate((product, quantity), uuid=uuid)
    response = await shop.release(uuid)
    assert (response.status_code, response.content) == (204, b"")
    return uuid


async def test_a_release_puts_everything_back(shop: Shop) -> None:
    product = await shop.product(current_stock=10)
    uuid = await released(shop, product, 4)
    assert await shop.stock(product) == 10
    back, taken, _ = await shop.history(product)
    assert (taken["change"], back["change"], back["balance"], back["reason"]) == (-4, 4, 10, "RELEASE")
    assert (back["reference"], back["user"]) == (str(uuid), SELLER_ID)


async def test_a_release_publishes_one_event_for_all_products(shop: Shop) -> None:
    products = [await shop.product(current_stock=10) for _ in range(3)]
    uuid = uuid4()
    await shop.allocate(*((product, 2) for product in products), uuid=uuid)
    await shop.release(uuid)
    *_, event = await shop.published(StockChanged)
    assert (event.reason, event.reference) == ("RELEASE", str(uuid))
    assert [(level.change, level.current_stock) for level in event.products] == [(2, 10)] * 3


async def test_a_second_release_does_nothing(shop: Shop) -> None:
    product = await shop.product(current_stock=10)
    uuid = await released(shop, product, 4)
    assert (await shop.release(uuid)).status_code == 204
    assert await shop.stock(product) == 10


async def test_a_released_uuid_can_never_be_allocated(shop: Shop) -> None:
    product = await shop.product(current_stock=10)
    uuid = await released(shop, product, 4)
    assert refusal(await shop.allocate((product, 1), uuid=uuid))[:2] == (409, "allocation_released")
    assert await shop.stock(product) == 10


async def test_a_uuid_released_before_it_was_seen_can_never_be_allocated(shop: Shop) -> None:
    product, uuid = await shop.product(), uuid4()
    assert (await shop.release(uuid)).status_code == 204
    assert refusal(await shop.allocate((product, 1), uuid=uuid))[:2] == (409, "allocation_released")


async def test_the_stock_of_a_deleted_product_goes_back_too(shop: Shop) -> None:
    product, uuid = await shop.product(current_stock=10), uuid4()
    await shop.allocate((product, 4), uuid=uuid)
    await shop.ask("DELETE", f"products/{product['id']}/", role="ADMIN")
    await shop.release(uuid)
    assert await shop.database.fetch_value("select current_stock from products") == 10
    await shop.refuse_unbalanced()
