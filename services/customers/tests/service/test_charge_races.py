"""Charges, fences and other changes of balances at the same time."""

import asyncio
from collections import Counter
from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient

from libs.testing.answers import refusal
from libs.testing.locks import until_waiting
from services.customers.deps import Deps
from services.customers.tests.builders import a_customer, balances, customer_path, has
from services.customers.tests.charging import ORDER, Sales

AT_ONCE = 32
CHARGE_IN_FLIGHT = """
insert into charges (id, customer_id, order_uuid, ticket_folio, points, user_id, made_at)
values (%(id)s, 1, %(order_uuid)s, 'F47AC10B', 1, 3, now())
"""


pytestmark = pytest.mark.usefixtures("maria")


async def statuses(*requests: Any) -> Counter[int]:
    return Counter(response.status_code for response in await asyncio.gather(*requests))


async def test_charges_of_points_at_once_never_go_below_zero(sales: Sales, deps: Deps) -> None:
    await has(deps, current_points=100)
    assert await statuses(*(sales.charge(points=7) for _ in range(AT_ONCE))) == {200: 14, 409: 18}
    assert await balances(deps) == (2, "0.00")


async def test_charges_and_points_taken_by_hand_at_once_never_go_below_zero(
    client: AsyncClient, sales: Sales, deps: Deps
) -> None:
    await has(deps, current_points=100)
    body = {"amount": 7, "transaction_type": "REDEEM", "description": "Discount applied"}
    by_hand = (client.post(customer_path(1) + "points/", json=body) for _ in range(AT_ONCE // 2))
    charges = (sales.charge(points=7) for _ in range(AT_ONCE // 2))
    taken = await statuses(*by_hand, *charges)
    assert taken[200] + taken[201] == 14
    assert await balances(deps) == (2, "0.00")


async def test_charges_of_credit_at_once_never_pass_the_limit(sales: Sales, deps: Deps) -> None:
    await has(deps, credit_limit=1000)
    assert await statuses(*(sales.charge(credit="150.00") for _ in range(AT_ONCE))) == {200: 6, 409: 26}
    assert await balances(deps) == (0, "900.00")


async def test_the_same_charge_at_once_is_taken_once(sales: Sales, deps: Deps) -> None:
    await has(deps, current_points=100)
    charge_id = uuid4()
    requests = (sales.charge(points=60, charge_id=charge_id) for _ in range(8))
    assert await statuses(*requests) == {200: 8}
    assert await balances(deps) == (40, "0.00")


async def test_a_fence_and_its_charge_at_once_have_one_outcome(sales: Sales, deps: Deps) -> None:
    await has(deps, current_points=100)
    for _ in range(10):
        charge_id = uuid4()
        charged, fenced = await asyncio.gather(
            sales.charge(points=1, charge_id=charge_id), sales.fence(charge_id)
        )
        assert (charged.status_code, fenced.status_code) in {(200, 200), (409, 404)}
    await balances(deps)


@pytest.mark.parametrize(("ends_in", "status"), [("commit", 200), ("rollback", 404)])
async def test_a_fence_waits_for_a_charge_in_flight(
    sales: Sales, deps: Deps, ends_in: str, status: int
) -> None:
    charge_id = uuid4()

    async def charge_while_it_waits() -> None:
        undone = ends_in == "rollback"
        async with deps.database.connection() as sql, sql.connection.transaction(force_rollback=undone):
            await sql.execute(CHARGE_IN_FLIGHT, {"id": charge_id, "order_uuid": ORDER})
            written.set()
            await until_waiting(deps.database)

    written = asyncio.Event()

    async def fence() -> int:
        await written.wait()
        return (await sales.fence(charge_id)).status_code

    _, fenced = await asyncio.gather(charge_while_it_waits(), fence())
    assert fenced == status


async def test_a_fence_that_waits_for_too_long_cannot_tell(sales: Sales, deps: Deps) -> None:
    charge_id = uuid4()
    async with deps.database.connection() as sql, sql.connection.transaction(force_rollback=True):
        await sql.execute(CHARGE_IN_FLIGHT, {"id": charge_id, "order_uuid": ORDER})
        assert refusal(await sales.fence(charge_id))[:2] == (503, "unavailable")


async def test_deleting_a_customer_and_a_charge_of_credit_at_once_have_one_outcome(
    client: AsyncClient, sales: Sales, deps: Deps
) -> None:
    """A customer with debt is never deleted, and a deleted customer never charged."""
    for number in range(10):
        customer = await a_customer(client, phone_number=f"55{number}", email=None)
        await deps.database.execute("update customers set credit_limit = 100")
        deleted, charged = await asyncio.gather(
            client.delete(customer_path(customer["id"])), sales.charge(customer["id"], credit="1.00")
        )
        assert (deleted.status_code, charged.status_code) in {(204, 404), (400, 200)}


async def test_deleting_a_customer_and_a_charge_of_points_at_once_add_up(
    client: AsyncClient, sales: Sales, deps: Deps
) -> None:
    """A customer with points may be deleted; then nothing is charged any more."""
    for number in range(10):
        customer = await a_customer(client, phone_number=f"55{number}", email=None)
        body = {"amount": 10, "transaction_type": "EARN", "description": "Gift"}
        await client.post(customer_path(customer["id"]) + "points/", json=body)
        deleted, charged = await asyncio.gather(
            client.delete(customer_path(customer["id"])), sales.charge(customer["id"], points=7)
        )
        assert deleted.status_code == 204
        assert charged.status_code in {200, 404}
        left = 3 if charged.status_code == 200 else 10
        assert await balances(deps, customer["id"]) == (left, "0.00")


async def test_refunds_at_once_never_exceed_the_charge(sales: Sales, deps: Deps) -> None:
    await has(deps, current_points=100)
    charge_id = uuid4()
    await sales.charge(points=100, charge_id=charge_id)
    requests = (sales.refund(charge_id, points=30) for _ in range(8))
    assert await statuses(*requests) == {200: 3, 409: 5}
    assert await balances(deps) == (90, "0.00")


async def test_one_refund_sent_at_once_several_times_is_booked_once(sales: Sales, deps: Deps) -> None:
    await has(deps, current_points=100)
    charge_id, refund_id = uuid4(), uuid4()
    await sales.charge(points=100, charge_id=charge_id)
    requests = (sales.refund(charge_id, points=30, refund_id=refund_id) for _ in range(8))
    assert await statuses(*requests) == {200: 8}
    assert await balances(deps) == (30, "0.00")


async def test_a_fence_and_its_refund_at_once_have_one_outcome(sales: Sales, deps: Deps) -> None:
    await has(deps, current_points=100)
    charge_id = uuid4()
    await sales.charge(points=100, charge_id=charge_id)
    given_back = 0
    for _ in range(10):
        refund_id = uuid4()
        refunded, fenced = await asyncio.gather(
            sales.refund(charge_id, points=1, refund_id=refund_id), sales.fence_refund(charge_id, refund_id)
        )
        assert (refunded.status_code, fenced.status_code) in {(200, 200), (409, 404)}
        given_back += refunded.status_code == 200
    assert await balances(deps) == (given_back, "0.00")
