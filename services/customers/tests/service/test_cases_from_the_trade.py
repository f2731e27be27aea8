"""Points and credit as they went wrong in other shops' systems, with the right values here.

Sales charges the customer when an order is paid, and customers hears of the payment afterwards.
"""

import asyncio
from collections import Counter
from typing import Any

import pytest
from httpx import AsyncClient

from libs.testing.answers import refusal
from libs.testing.tokens import Tokens
from services.customers.deps import Deps
from services.customers.tests.builders import (
    a_paid_order,
    balances,
    customer_path,
    has,
    pay,
    points_ledger,
    reading,
)
from services.customers.tests.charging import Sales

pytestmark = pytest.mark.usefixtures("maria")


async def move(client: AsyncClient, transaction_type: str, amount: int) -> int:
    body = {"amount": amount, "transaction_type": transaction_type, "description": "x"}
    return (await client.post(customer_path(1) + "points/", json=body)).status_code


async def pay_off(client: AsyncClient, amount: str) -> dict[str, Any]:
    answer: dict[str, Any] = (
        await client.post(customer_path(1) + "pay-credit/", json={"amount": amount})
    ).json()
    return answer


async def test_l01_two_open_orders_each_within_the_balance(
    client: AsyncClient, sales: Sales, deps: Deps
) -> None:
    await has(deps, current_points=100)
    answers = await asyncio.gather(*(sales.charge(points=60) for _ in range(2)))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 1}
    (refused,) = (answer for answer in answers if answer.status_code == 409)
    assert refusal(refused) == (409, "insufficient_points", {"available": 40})
    await pay(deps, a_paid_order(1, final_amount="60.00"))
    assert await balances(deps) == (41, "0.00")
    assert sum(line["amount"] for line in await points_ledger(client, 1)) == 41


async def test_l03_points_earned_elsewhere_are_taken(client: AsyncClient, sales: Sales, deps: Deps) -> None:
    assert await move(client, "EARN", 30) == await move(client, "ADJUSTMENT", 20) == 201
    await pay(deps, a_paid_order(1, final_amount="5000.00"))
    assert (await sales.charge(points=100)).status_code == 200
    await pay(deps, a_paid_order(1, final_amount="100.00"))
    assert await balances(deps) == (1, "0.00")
    assert sum(line["amount"] for line in await points_ledger(client, 1)) == 1
    assert (await sales.charge(points=100)).status_code == 409


async def test_c01_what_is_paid_back_may_be_owed_again(
    client: AsyncClient, sales: Sales, tokens: Tokens
) -> None:
    limit = {"credit_limit": "1500.00"}
    await client.patch(customer_path(1), json=limit, headers=tokens.bearer(role="ADMIN"))
    assert (await sales.charge(credit="1000.00")).status_code == 200
    paid = await pay_off(client, "1000")
    assert (paid["new_credit_used"], paid["available_credit"]) == ("0.00", "1500.00")
    assert (await sales.charge(credit="1500.00")).status_code == 200
    assert refusal(await sales.charge(credit="0.01")) == (
        409,
        "credit_limit_exceeded",
        {"credit_limit": "1500.00", "credit_used": "1500.00"},
    )


async def test_c03_more_is_paid_than_is_owed(client: AsyncClient, sales: Sales, deps: Deps) -> None:
    await has(deps, is_frequent=True)
    await sales.charge(credit="350.50")
    paid = await pay_off(client, "500")
    assert (paid["new_credit_used"], paid["available_credit"]) == ("0.00", "2000.00")
    newest = (await client.get(customer_path(1) + "credit-history/")).json()[0]
    assert (newest["transaction_type"], newest["amount"]) == ("PAYMENT", "350.50")
    assert await balances(deps) == (0, "0.00")
    assert (await reading(client, 1))["credit_used"] == "0.00"
