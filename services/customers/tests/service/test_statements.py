"""The number of statements of each request, whatever it is about."""

from typing import Any

import pytest
from httpx import AsyncClient

from libs.testing.statements import counted_statements
from services.customers.deps import Deps
from services.customers.tests.builders import a_customer, a_paid_order, customer_path, has, pay
from services.customers.tests.charging import Sales

CLAIM_AND_STORE = 2
KEY = {"Idempotency-Key": "work-1"}
POINTS = {"amount": 5, "transaction_type": "EARN", "description": "Gift"}


@pytest.fixture(autouse=True)
async def maria(client: AsyncClient, deps: Deps) -> None:
    """A customer with points and debt."""
    await a_customer(client)
    await has(deps, current_points=100, credit_used="50.00", credit_limit=1000)


async def test_a_charge_is_one_statement(sales: Sales) -> None:
    with counted_statements() as statements:
        assert (await sales.charge(points=10, credit="20.00")).status_code == 200
    assert len(statements) == 1


@pytest.mark.parametrize(("path", "body"), [("points/", POINTS), ("pay-credit/", {"amount": 5})])
@pytest.mark.parametrize(("headers", "more"), [({}, 0), (KEY, CLAIM_AND_STORE)])
async def test_points_by_hand_and_a_payment_are_one_statement(
    client: AsyncClient, path: str, body: dict[str, Any], headers: dict[str, str], more: int
) -> None:
    with counted_statements() as statements:
        assert (await client.post(customer_path(1) + path, json=body, headers=headers)).is_success
    assert len(statements) == 1 + more


@pytest.mark.parametrize("path", ["history/", "credit-history/"])
async def test_a_ledger_of_any_length_is_read_by_two_statements(
    client: AsyncClient, deps: Deps, path: str
) -> None:
    await pay(deps, *(a_paid_order(1) for _ in range(20)))
    with counted_statements() as statements:
        assert (await client.get(customer_path(1) + path)).status_code == 200
    assert len(statements) == 2


@pytest.mark.parametrize("orders", [1, 20])
async def test_paid_orders_of_a_batch_are_rewarded_together(
    client: AsyncClient, deps: Deps, orders: int
) -> None:
    await a_customer(client, phone_number="55", email=None)
    batch = [a_paid_order(1 + number % 2) for number in range(orders)]
    with counted_statements() as statements:
        await pay(deps, *batch)
    rewarding = [statement for statement in statements if "inbox" not in statement]
    assert len(rewarding) <= 4
