"""Requests of a broken or hostile client are answered with a clear 400 and allocate no stock."""

from decimal import Decimal
from typing import Any

import pytest
from httpx import AsyncClient

from services.sales.deps import Deps
from services.sales.tests.builders import a_promotion, an_order, count_orders, placed
from services.sales.tests.fakes import FakeStock, Product

REQUIRED = ["This field is required."]
A_LINE = {"product_id": 15, "quantity": 1}


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, {"items": REQUIRED}),
        ({"items": None}, {"items": REQUIRED}),
        ({"items": []}, {"items": ["This list may not be empty."]}),
        ({"items": "15"}, {"items": ['Expected a list of items but got type "str".']}),
        ({"items": [{}]}, {"items": [{"product_id": REQUIRED, "quantity": REQUIRED}]}),
        (
            {"items": [A_LINE, {"product_id": "abc", "quantity": 1.5}]},
            {
                "items": [
                    {},
                    {
                        "product_id": ["A valid integer is required."],
                        "quantity": ["A valid integer is required."],
                    },
                ]
            },
        ),
        (
            {"items": [{"product_id": 15, "quantity": 0}, {"product_id": 15, "quantity": -1}]},
            {"items": [{"quantity": ["Ensure this value is greater than or equal to 1."]}] * 2},
        ),
        (
            {"items": [{"product_id": 15, "quantity": 10**30}]},
            {"items": [{"quantity": ["Ensure this value is less than or equal to 1000000."]}]},
        ),
        (
            {"items": [{"product_id": 2**63, "quantity": 1}]},
            {"items": [{"product_id": ["Ensure this value is less than or equal to 9223372036854775807."]}]},
        ),
        (
            {"items": [A_LINE], "customer": 2**63},
            {"customer": [f'Invalid pk "{2**63}" - object does not exist.']},
        ),
        ({"items": [A_LINE], "customer": -1}, {"customer": ['Invalid pk "-1" - object does not exist.']}),
        (
            {"items": [A_LINE], "customer": "Maria"},
            {"customer": ["Incorrect type. Expected pk value, received str."]},
        ),
        (
            {"items": [A_LINE] * 10_000},
            {"items": ["Ensure this field has no more than 500 elements."]},
        ),
    ],
)
async def test_each_bad_field_of_an_order_is_named(
    till: AsyncClient, stock: FakeStock, body: Any, errors: dict[str, Any]
) -> None:
    answer = await till.post("/api/orders/", json=body)
    assert (answer.status_code, answer.json()) == (400, errors)
    assert stock.asked == []


@pytest.mark.parametrize(
    "body",
    [
        b"{not json",
        b"[]",
        b'"text"',
        b'{"items": [{"product_id": NaN, "quantity": 1}]}',
        b'{"items": [{"product_id": "15\\u0000", "quantity": 1}]}',
        b'{"items": [{"product_id": "\\ud800", "quantity": 1}]}',
        b'{"items": [{"product_id": 15, "quantity": 1e400}]}',
        b"\xff\xfe",
    ],
)
async def test_bytes_that_are_no_json_object_are_400(till: AsyncClient, deps: Deps, body: bytes) -> None:
    answer = await till.post("/api/orders/", content=body)
    assert answer.status_code == 400
    assert await count_orders(deps.database) == 0


async def test_the_longest_ticket_is_sold(till: AsyncClient, stock: FakeStock) -> None:
    stock.products = dict.fromkeys(range(1, 501), stock.products[15])
    order = await placed(till, *((product_id, 2) for product_id in range(1, 501)))
    assert (len(order["items"]), order["final_amount"]) == (500, "116000.00")


DEAREST_TICKET = [(15, 1_000_000)] * 500


async def test_the_dearest_ticket_is_refused(till: AsyncClient, stock: FakeStock) -> None:
    stock.products[15] = Product("Oro", price=Decimal("9999999999.99"), stock=10**12)
    answer = await till.post("/api/orders/", json=an_order(*DEAREST_TICKET))
    assert answer.status_code == 400
    assert answer.json() == {"non_field_errors": ["El total de la orden es demasiado grande."]}


async def test_the_dearest_ticket_that_is_given_away_fits(till: AsyncClient, stock: FakeStock) -> None:
    stock.products[15] = Product(
        "Oro", price=Decimal("9999999999.99"), stock=10**12, promotion=a_promotion("100.00")
    )
    order = await placed(till, *DEAREST_TICKET)
    assert (order["final_amount"], order["money_saved_total"]) == ("0.00", "4999999999995000000.00")


async def test_unknown_and_read_only_fields_are_ignored(till: AsyncClient) -> None:
    body = {**an_order(), "id": 77, "status": "PAID", "final_amount": "0.01", "gift": True}
    order = (await till.post("/api/orders/", json=body)).json()
    assert (order["id"], order["status"], order["final_amount"]) == (1, "PENDING", "116.00")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, REQUIRED[0]),
        ({"payment_method": None}, REQUIRED[0]),
        ({"payment_method": "cash"}, '"cash" is not a valid choice.'),
        ({"payment_method": 5}, '"5" is not a valid choice.'),
        ({"payment_method": "CASH\0"}, '"CASH\0" is not a valid choice.'),
    ],
)
async def test_a_bad_field_of_a_payment_is_named(till: AsyncClient, body: Any, message: str) -> None:
    order = await placed(till)
    answer = await till.post(f"/api/orders/{order['id']}/pay/", json=body)
    assert (answer.status_code, answer.json()) == (400, {"payment_method": [message]})


async def test_a_key_that_is_too_long_is_400(till: AsyncClient, deps: Deps) -> None:
    answer = await till.post("/api/orders/", json=an_order(), headers={"Idempotency-Key": "k" * 256})
    assert answer.status_code == 400
    assert await count_orders(deps.database) == 0
