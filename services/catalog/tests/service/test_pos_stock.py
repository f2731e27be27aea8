"""POST /api/products/{id}/stock/: stock is added and taken by hand (contract §3)."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from libs.common.contracts.catalog import StockChanged
from libs.testing.idempotency import lose_answers
from services.catalog.domain.products import STOCK_COUNT_MAX
from services.catalog.tests.builders import NO_SUCH_ID, TILL_ID, Shop


@pytest.mark.parametrize(("change", "reason"), [(-3, "WASTE"), (-1, "CORRECTION"), (20, "RECEIVED")])
async def test_a_change_is_answered_with_the_product_and_stands_in_the_history(
    shop: Shop, change: int, reason: str
) -> None:
    product = await shop.product(current_stock=10)
    response = await shop.adjust(product, change, reason=reason, note="Broken in the storeroom")
    assert (response.status_code, response.json()) == (200, await shop.reading(product))
    assert response.json()["current_stock"] == 10 + change
    line, _ = await shop.history(product)
    assert {**line, "created_at": ""} == {
        "id": 2,
        "change": change,
        "balance": 10 + change,
        "reason": reason,
        "reference": "product-1",
        "user": TILL_ID,
        "note": "Broken in the storeroom",
        "created_at": "",
    }
    event = (await shop.published(StockChanged))[-1]
    assert (event.reason, event.products[0].change, event.user_id) == (reason, change, TILL_ID)
    await shop.refuse_unbalanced()


async def test_the_history_is_read_from_the_oldest_line_on(shop: Shop) -> None:
    product = await shop.product(current_stock=10)
    await shop.adjust(product, -3)
    await shop.adjust(product, 5)
    lines = await shop.get(f"products/{product['id']}/stock-history/?ordering=created_at")
    assert [line["balance"] for line in lines] == [10, 7, 12]


async def test_the_answer_has_the_new_version(shop: Shop) -> None:
    product = await shop.product()
    response = await shop.adjust(product, -3)
    again = await shop.ask("GET", f"products/{product['id']}/")
    assert response.headers["ETag"] == again.headers["ETag"]


async def test_stock_that_is_held_is_not_taken(shop: Shop) -> None:
    product = await shop.product(current_stock=10)
    await shop.reserve(product, 4)
    response = await shop.adjust(product, -7)
    assert (response.status_code, response.json()) == (
        400,
        {"change": ["Ensure this value is greater than or equal to -6."]},
    )
    assert (await shop.adjust(product, -6)).status_code == 200
    assert await shop.held(product) == (4, 0)


async def test_stock_does_not_exceed_the_largest_count(shop: Shop) -> None:
    product = await shop.product(current_stock=STOCK_COUNT_MAX - 1)
    response = await shop.adjust(product, 2, reason="RECEIVED")
    assert (response.status_code, response.json()) == (
        400,
        {"change": ["Ensure this value is less than or equal to 1."]},
    )


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("change", 0, "Ensure this value is not equal to 0."),
        ("change", None, "This field is required."),
        ("change", "x", "A valid integer is required."),
        ("reason", "SALE", '"SALE" is not a valid choice.'),
        ("reason", None, "This field is required."),
        ("note", "x" * 501, "Ensure this field has no more than 500 characters."),
    ],
)
async def test_a_bad_field_is_named(shop: Shop, field: str, value: Any, message: str) -> None:
    product = await shop.product()
    body = {"change": -1, "reason": "WASTE", field: value}
    response = await shop.ask("POST", f"products/{product['id']}/stock/", json=body)
    assert (response.status_code, response.json()) == (400, {field: [message]})


async def test_an_unknown_product_is_404(shop: Shop) -> None:
    assert (await shop.adjust({"id": NO_SUCH_ID}, 1)).status_code == 404


async def test_a_repeat_with_the_same_key_changes_stock_once(shop: Shop) -> None:
    product = await shop.product(current_stock=10)
    first = await shop.adjust(product, -3, key="waste-1")
    again = await shop.adjust(product, -3, key="waste-1")
    assert (again.content, again.headers["ETag"]) == (first.content, first.headers["ETag"])
    assert await shop.stock(product) == 7
    assert (await shop.adjust(product, -4, key="waste-1")).status_code == 422


async def test_a_repeat_after_a_crash_before_the_answer_changes_nothing(shop: Shop) -> None:
    product = await shop.product(current_stock=10)
    first = await shop.adjust(product, -3, key="waste-1")
    await lose_answers(shop.database)
    assert (await shop.adjust(product, -3, key="waste-1")).json() == first.json()


async def test_changes_and_sales_at_once_all_count(shop: Shop) -> None:
    product = await shop.product(current_stock=30)
    responses = await asyncio.gather(
        *(shop.adjust(product, -1) for _ in range(16)),
        *(shop.allocate((product, 1)) for _ in range(16)),
        *(shop.reserve(product, 1) for _ in range(8)),
    )
    taken = Counter(response.status_code for response in responses[:32])[200]
    assert await shop.stock(product) == 30 - taken
    assert sum(await shop.held(product)) == 30 - taken
    await shop.refuse_unbalanced()
