"""POST /api/customers/{id}/points/: points are given, taken and corrected by hand (contract §5, POS 14)."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from httpx import AsyncClient, Response

from libs.common.contracts.customers import PointsChanged
from libs.testing.idempotency import lose_answers
from libs.testing.outbox import events_in_outbox, models_in_outbox
from libs.testing.pos import NOT_FOUND
from services.customers.deps import Deps
from services.customers.tests.builders import (
    NO_SUCH_ID,
    a_customer,
    balances,
    customer_path,
    has,
    points_ledger,
)

TILL_ID = 7
REQUIRED = ["This field is required."]
AT_LEAST_ONE = ["Ensure this value is greater than or equal to 1."]
NOT_ZERO = ["Ensure this value is not equal to 0."]


@pytest.fixture(autouse=True)
async def maria(client: AsyncClient, deps: Deps) -> None:
    """A customer with 150 points."""
    await a_customer(client)
    await has(deps, current_points=150)


async def move(
    client: AsyncClient,
    amount: Any,
    transaction_type: str = "ADJUSTMENT",
    *,
    customer_id: int = 1,
    key: str | None = None,
    **details: Any,
) -> Response:
    body = {"amount": amount, "transaction_type": transaction_type, "description": "Test", **details}
    headers = {"Idempotency-Key": key} if key else {}
    return await client.post(customer_path(customer_id) + "points/", json=body, headers=headers)


@pytest.mark.parametrize(
    ("transaction_type", "amount", "booked"),
    [
        ("EARN", 50, 50),
        ("EARN", "50", 50),
        ("REDEEM", -50, -50),
        ("REDEEM", 50, -50),
        ("REDEEM", 150, -150),
        ("ADJUSTMENT", 7, 7),
        ("ADJUSTMENT", -150, -150),
    ],
)
async def test_points_move_with_a_line_in_the_history(
    client: AsyncClient, deps: Deps, transaction_type: str, amount: Any, booked: int
) -> None:
    response = await move(client, amount, transaction_type, description=" Discount applied ")
    assert (response.status_code, response.json()) == (
        201,
        {"status": "success", "new_balance": 150 + booked},
    )
    assert await balances(deps) == (150 + booked, "0.00")
    line = (await points_ledger(client, 1))[0]
    assert {**line, "id": 0} == {
        "id": 0,
        "amount": booked,
        "transaction_type": transaction_type,
        "description": "Discount applied",
        "user": TILL_ID,
        "created_at": "2026-03-02T18:00:00Z",
    }


async def test_the_history_is_read_from_the_oldest_line_on(client: AsyncClient) -> None:
    for amount in (1, 2, 3):
        await move(client, amount)
    lines = (await client.get(customer_path(1) + "history/?ordering=created_at")).json()
    assert [line["amount"] for line in lines][-3:] == [1, 2, 3]


@pytest.mark.parametrize(
    ("transaction_type", "amount"), [("REDEEM", 151), ("REDEEM", -151), ("ADJUSTMENT", -151)]
)
async def test_a_balance_never_falls_below_zero(
    client: AsyncClient, deps: Deps, transaction_type: str, amount: int
) -> None:
    response = await move(client, amount, transaction_type)
    assert (response.status_code, response.json()) == (
        400,
        {"error": ["Puntos insuficientes. Disponible: 150"]},
    )
    assert response.headers["X-Error-Code"] == "insufficient_points"
    assert await balances(deps) == (150, "0.00")
    assert await models_in_outbox(deps.database, PointsChanged) == []


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ({}, {"amount": REQUIRED, "transaction_type": REQUIRED, "description": REQUIRED}),
        ({"amount": 0, "transaction_type": "EARN", "description": "x"}, {"amount": NOT_ZERO}),
        ({"amount": 0, "transaction_type": "REDEEM", "description": "x"}, {"amount": NOT_ZERO}),
        ({"amount": 0, "transaction_type": "ADJUSTMENT", "description": "x"}, {"amount": NOT_ZERO}),
        ({"amount": -5, "transaction_type": "EARN", "description": "x"}, {"amount": AT_LEAST_ONE}),
        (
            {"amount": -5, "transaction_type": "EARN"},
            {"amount": AT_LEAST_ONE, "description": REQUIRED},
        ),
        (
            {"amount": 1.5, "transaction_type": "EARN", "description": "x"},
            {"amount": ["A valid integer is required."]},
        ),
        (
            {"amount": 1_000_000_001, "transaction_type": "EARN", "description": "x"},
            {"amount": ["Ensure this value is less than or equal to 1000000000."]},
        ),
        (
            {"amount": -1_000_000_001, "transaction_type": "REDEEM", "description": "x"},
            {"amount": ["Ensure this value is greater than or equal to -1000000000."]},
        ),
        (
            {"amount": 5, "transaction_type": "GIFT", "description": " "},
            {"transaction_type": ['"GIFT" is not a valid choice.'], "description": REQUIRED},
        ),
        (
            {"amount": 5, "transaction_type": "EARN", "description": "x" * 256},
            {"description": ["Ensure this field has no more than 255 characters."]},
        ),
    ],
)
async def test_bad_fields_are_named(
    client: AsyncClient, deps: Deps, body: dict[str, Any], problems: dict[str, Any]
) -> None:
    response = await client.post(customer_path(1) + "points/", json=body)
    assert (response.status_code, response.json()) == (400, problems)
    assert await balances(deps) == (150, "0.00")


async def test_an_unknown_or_deleted_customer_is_not_found(client: AsyncClient, deps: Deps) -> None:
    await client.delete(customer_path(1))
    for customer_id in (1, NO_SUCH_ID):
        for amount in (5, -5):
            response = await move(client, amount, "EARN", customer_id=customer_id)
            assert (response.status_code, response.json()) == (404, NOT_FOUND)
    assert await balances(deps) == (150, "0.00")


async def test_the_same_key_moves_points_once(client: AsyncClient, deps: Deps) -> None:
    first = await move(client, -50, "REDEEM", key="gift-1")
    again = await move(client, -50, "REDEEM", key="gift-1")
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert await balances(deps) == (100, "0.00")
    assert (await move(client, -51, "REDEEM", key="gift-1")).status_code == 422


@pytest.mark.parametrize("amount", [-100, 20])
async def test_a_repeat_after_a_crash_answers_the_balance_of_then(
    client: AsyncClient, deps: Deps, amount: int
) -> None:
    """Whether the balance would allow the movement again, or not."""
    first = await move(client, amount, key="gift-1")
    await lose_answers(deps.database)
    await move(client, 7)
    again = await move(client, amount, key="gift-1")
    assert (again.status_code, again.json()) == (201, first.json())
    assert await balances(deps) == (157 + amount, "0.00")


async def test_two_requests_with_one_key_at_once_move_points_once(client: AsyncClient, deps: Deps) -> None:
    answers = await asyncio.gather(*(move(client, -50, "REDEEM", key="gift-1") for _ in range(2)))
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert await balances(deps) == (100, "0.00")


async def test_redeeming_at_once_never_falls_below_zero(client: AsyncClient, deps: Deps) -> None:
    answers = await asyncio.gather(*(move(client, 7, "REDEEM") for _ in range(32)))
    assert Counter(answer.status_code for answer in answers) == {201: 21, 400: 11}
    assert await balances(deps) == (3, "0.00")
    told = await models_in_outbox(deps.database, PointsChanged)
    assert [event.current_points for event in told] == list(range(143, 2, -7))


async def test_a_movement_is_published(client: AsyncClient, deps: Deps) -> None:
    await move(client, 50, "REDEEM")
    (event,) = await events_in_outbox(deps.database, "customers.points_changed.v1")
    assert event.subject == "customer/1"
    assert event.data == {
        "customer_id": 1,
        "change": -50,
        "current_points": 100,
        "transaction_type": "REDEEM",
        "ledger_id": 2,
        "reference": None,
        "user_id": TILL_ID,
        "changed_at": "2026-03-02T18:00:00Z",
    }


async def test_a_form_read_before_points_moved_is_refused(client: AsyncClient) -> None:
    etag = (await client.get(customer_path(1))).headers["ETag"]
    await move(client, 5)
    response = await client.patch(customer_path(1), json={"first_name": "Ana"}, headers={"If-Match": etag})
    assert response.status_code == 412
