"""Sales paid with points or credit: charged as orders, then sent for their numbers (contract §8.6)."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from libs.testing.clock import FakeClock
from libs.testing.waiting import eventually
from services.sales.tests.fakes import FakeCharges, FakeStock
from services.sales.tests.shifts import a_register, opened
from services.sales.tests.synced import a_sale, order_of, result, send

BY_POINTS = [{"payment_method": "POINTS", "amount": "116.00"}]


@pytest.fixture
def sale(clock: FakeClock) -> dict[str, Any]:
    """A sale to customer 1, paid with points."""
    return a_sale(1, sold_at=clock() - timedelta(minutes=1), customer=1, payments=BY_POINTS)


async def pay(till: AsyncClient, order_id: int, payments: Any = BY_POINTS, **more: Any) -> None:
    """The order is charged."""
    paid = await till.post(f"/api/orders/{order_id}/pay/", json={"payments": payments, **more})
    assert paid.status_code == 200, paid.text


async def placed(till: AsyncClient, sale: dict[str, Any]) -> int:
    """The order of the sale."""
    items = [{"product_id": 15, "quantity": 1}]
    body = {"client_id": sale["client_id"], "customer": 1, "items": items}
    answer = await till.post("/api/orders/", json=body)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


async def test_a_sale_that_was_charged_gets_its_number(
    till: AsyncClient, register: int, sale: dict[str, Any], charges: FakeCharges, stock: FakeStock
) -> None:
    order_id = await placed(till, sale)
    await pay(till, order_id)
    told = await result(till, register, sale)
    assert (told["result"], told["order"], told["flags"]) == ("duplicate", order_id, [])
    order = await order_of(till, told)
    assert (order["status"], order["ticket_number"]) == ("PAID", f"C{register}-000001")
    assert (charges.points[1], stock.products[15].stock) == (1_000 - 116, 999)
    (row,) = (await till.get("/api/sync/registers/")).json()
    assert (row["last_seq"], row["gaps"]) == (1, [])


async def test_a_sale_that_was_not_charged_is_held(
    till: AsyncClient, register: int, sale: dict[str, Any], charges: FakeCharges
) -> None:
    await placed(till, sale)
    told = await result(till, register, sale)
    assert told["result"] == "held"
    assert told["errors"] == {"payments": ["POINTS no se puede cobrar sin conexión."]}
    assert charges.points[1] == 1_000


async def test_a_sale_that_is_being_charged_waits_and_is_not_held(
    till: AsyncClient, register: int, sale: dict[str, Any], charges: FakeCharges
) -> None:
    order_id = await placed(till, sale)
    charges.may_answer.clear()
    payment = asyncio.ensure_future(pay(till, order_id))
    await eventually(lambda: charges.asked)
    assert (await send(till, register, sale)).status_code == 503
    charges.may_answer.set()
    await payment
    told = await result(till, register, sale)
    assert (told["result"], told["order"], told["flags"]) == ("duplicate", order_id, [])


@pytest.mark.parametrize(
    "sent",
    [
        [{"payment_method": "CASH", "amount": "116.00"}],
        [{"payment_method": "POINTS", "amount": "100.00"}, {"payment_method": "CASH", "amount": "16.00"}],
    ],
)
async def test_a_sale_that_tells_of_other_money_than_was_charged_is_looked_at(
    till: AsyncClient, register: int, sale: dict[str, Any], sent: list[dict[str, str]]
) -> None:
    order_id = await placed(till, sale)
    await pay(till, order_id)
    told = await result(till, register, {**sale, "payments": sent})
    assert (told["result"], told["order"], told["flags"]) == ("duplicate", order_id, ["CONTENT_DIFFERS"])


async def test_a_number_is_not_counted_in_a_shift_of_another_register(
    till: AsyncClient, admin: AsyncClient, register: int, sale: dict[str, Any], clock: FakeClock
) -> None:
    other = await a_register(admin, "Caja 2")
    shift = await opened(till, other)
    await pay(till, await placed(till, sale), register=other)
    await result(till, other, a_sale(1, sold_at=clock()))
    assert (await result(till, register, {**sale, "seq": 9}))["result"] == "duplicate"
    report = (await till.get(f"/api/shifts/{shift}/report/")).json()
    assert (report["sales"]["count"], report["gaps"]) == (2, [])


async def test_a_sale_that_is_given_up_cancels_its_order(
    till: AsyncClient, register: int, sale: dict[str, Any], stock: FakeStock
) -> None:
    order_id = await placed(till, sale)
    told = await result(till, register, {**sale, "voided_at": sale["sold_at"], "void_reason": "Sin saldo"})
    assert (told["result"], told["order"]) == ("voided", order_id)
    assert (await order_of(till, told))["status"] == "CANCELLED"
    assert stock.products[15].stock == 1_000
    late = await till.post(f"/api/orders/{order_id}/pay/", json={"payments": BY_POINTS})
    assert late.status_code == 400


async def test_a_charge_that_comes_after_its_sale_was_given_up_sells_nothing(
    till: AsyncClient, register: int, sale: dict[str, Any], charges: FakeCharges
) -> None:
    told = await result(till, register, {**sale, "voided_at": sale["sold_at"]})
    assert told["result"] == "voided"
    items = [{"product_id": 15, "quantity": 1}]
    body = {"client_id": sale["client_id"], "customer": 1, "items": items}
    order = (await till.post("/api/orders/", json=body)).json()
    assert (order["id"], order["status"]) == (told["order"], "CANCELLED")
    late = await till.post(f"/api/orders/{order['id']}/pay/", json={"payments": BY_POINTS})
    assert (late.status_code, charges.points[1]) == (400, 1_000)
