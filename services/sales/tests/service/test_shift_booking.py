"""Payments are booked into the shift whose drawer takes the money."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from httpx import AsyncClient, Response

from libs.testing.idempotency import lose_answers
from libs.testing.locks import until_waiting
from libs.testing.statements import counted_statements
from libs.testing.waiting import eventually
from services.sales.deps import Deps
from services.sales.tests.builders import a_promotion, cancel, pay, placed
from services.sales.tests.fakes import FakeCharges, FakeStock
from services.sales.tests.shifts import (
    CLOSE,
    NO_SHIFT,
    SHIFT_NEEDED,
    a_register,
    close,
    opened,
    paid_in_shift,
    report,
    tenders,
)

A_MOMENT = 0.004
"""The time in which some of the payments that began at once are committed."""


async def pay_at(till: AsyncClient, order: int, register: int | None, method: str = "CASH") -> Response:
    """Pay the order into the drawer of the register."""
    body = {"payment_method": method, "register": register}
    return await till.post(f"/api/orders/{order}/pay/", json=body)


async def shift_of(deps: Deps, order: int) -> int | None:
    """The shift of an order."""
    shift: int | None = await deps.database.fetch_value("select shift_id from orders where id = %s", [order])
    return shift


async def test_a_sale_without_any_open_shift_belongs_to_none(till: AsyncClient, deps: Deps) -> None:
    order = await placed(till)
    with counted_statements() as statements:
        assert (await pay(till, order["id"])).status_code == 200
    assert (len(statements), await shift_of(deps, order["id"])) == (1, None)


async def test_after_the_last_close_sales_belong_to_none_again(
    till: AsyncClient, admin: AsyncClient, deps: Deps
) -> None:
    register = await a_register(admin)
    shift = await opened(till, register, "0.00")
    for _ in range(2):
        order = await placed(till)
        assert (await pay(till, order["id"])).status_code == 200
        assert await shift_of(deps, order["id"]) == shift
    assert (await close(till, shift, "232.00")).status_code == 200
    order = await placed(till)
    with counted_statements() as statements:
        assert (await pay(till, order["id"])).status_code == 200
    assert (len(statements), await shift_of(deps, order["id"])) == (1, None)
    assert tenders(await report(admin, shift)) == {"CASH": (2, "232.00")}


async def test_payments_and_the_first_opening_at_once_have_one_outcome(
    till: AsyncClient, other: AsyncClient, admin: AsyncClient, deps: Deps
) -> None:
    register = await a_register(admin)
    orders = [(await placed(other))["id"] for _ in range(12)]

    async def opening() -> int:
        await asyncio.sleep(A_MOMENT)
        return await opened(till, register, "0.00")

    paying = asyncio.gather(*(pay(other, order) for order in orders))
    shift = await opening()
    answers = await paying
    assert {answer.status_code for answer in answers} == {200}
    count, total = await paid_in_shift(deps.database, shift)
    shown = await report(admin, shift)
    assert (shown["sales"]["count"], shown["late"]) == (count, [])
    assert sum((Decimal(amount) for _, amount in tenders(shown).values()), Decimal(0)) == total


async def test_a_report_has_what_was_sold(till: AsyncClient, admin: AsyncClient, stock: FakeStock) -> None:
    shift = await opened(till, await a_register(admin), "500.00")
    orders = [await placed(till, (15, 2), (20, 1)), await placed(till, (20, 3)), await placed(till, (15, 1))]
    for order, method in zip(orders, ("CASH", "CARD", "CASH"), strict=True):
        with counted_statements() as statements:
            assert (await pay(till, order["id"], method)).status_code == 200
        # With its first payment in a shift, the process finds out that the shop has shifts.
        assert len(statements) == (2 if order is orders[0] else 1)
    shown = await report(till, shift)
    assert shown["shift"]["users"] == [7]
    assert shown["sales"] == {
        "count": 3,
        "gross": "340.00",
        "discounts": "0.00",
        "net": "340.00",
        "tax": "48.00",
    }
    assert shown["refunds"] == {"count": 0, "amount": "0.00", "taxes": []}
    nothing = {"refunded": "0.00", "counted": None, "difference": None}
    assert shown["tenders"] == [
        {"payment_method": "CARD", "count": 1, "amount": "30.00", **nothing},
        {"payment_method": "CASH", "count": 2, "amount": "358.00", **nothing},
    ]
    assert shown["taxes"] == [
        {"tax_rate": "0.00", "base": "40.00", "tax": "0.00"},
        {"tax_rate": "0.16", "base": "300.00", "tax": "48.00"},
    ]
    assert shown["cash"] == {
        "opening": "500.00",
        "taken": "358.00",
        "refunded": "0.00",
        "paid_in": "0.00",
        "paid_out": "0.00",
        "dropped": "0.00",
        "credit_payments": "0.00",
        "expected": "858.00",
        "counted": None,
        "difference": None,
    }
    assert (shown["first_folio"], shown["last_folio"]) == (
        orders[0]["ticket_folio"],
        orders[2]["ticket_folio"],
    )
    assert (shown["open_orders"], shown["late"], shown["adjusted"]) == (0, [], None)


async def test_a_report_has_discounts_before_tax(
    till: AsyncClient, admin: AsyncClient, stock: FakeStock
) -> None:
    stock.products[15].promotion = a_promotion("10")
    shift = await opened(till, await a_register(admin))
    await pay(till, (await placed(till, (15, 2)))["id"])
    sales = (await report(till, shift))["sales"]
    assert (sales["gross"], sales["discounts"], sales["net"]) == ("200.00", "20.00", "180.00")
    assert sales["tax"] == "28.80"


async def test_money_goes_to_the_named_register_or_ones_own_or_the_only_one(
    till: AsyncClient, other: AsyncClient, admin: AsyncClient, deps: Deps
) -> None:
    first_register, second_register = await a_register(admin, "1"), await a_register(admin, "2")
    first = await opened(till, first_register)
    order = (await placed(admin))["id"]
    await pay(admin, order)
    assert await shift_of(deps, order) == first  # the only one that is open
    second = await opened(other, second_register)
    for client, register, shift in (
        (till, None, first),
        (other, None, second),
        (till, second_register, second),
        (admin, first_register, first),
        (admin, None, None),
    ):
        order = (await placed(client))["id"]
        assert (await pay_at(client, order, register)).status_code == 200
        assert await shift_of(deps, order) == shift
    assert (await report(admin, first))["shift"]["users"] == [7, 9]
    assert (await report(admin, second))["shift"]["users"] == [7, 8]


async def test_a_named_register_must_have_an_open_shift(till: AsyncClient, admin: AsyncClient) -> None:
    order = (await placed(till))["id"]
    register = await a_register(admin)
    for named, refused in (
        (9, {"register": ['Invalid pk "9" - object does not exist.']}),
        (register, NO_SHIFT),
    ):
        answer = await pay_at(till, order, named)
        assert (answer.status_code, answer.json()) == (400, refused)
    answer = await till.post(f"/api/orders/{order}/pay/", json={"payment_method": "X", "register": 9})
    assert answer.json() == {
        "payment_method": ['"X" is not a valid choice.'],
        "register": ['Invalid pk "9" - object does not exist.'],
    }
    assert (await till.get(f"/api/orders/{order}/")).json()["status"] == "PENDING"


@pytest.mark.parametrize("method", ["POINTS", "CREDIT"])
async def test_a_balance_is_not_charged_for_a_register_without_a_shift(
    till: AsyncClient, admin: AsyncClient, charges: FakeCharges, method: str
) -> None:
    order = (await placed(till, (20, 1), customer=1))["id"]
    answer = await pay_at(till, order, await a_register(admin), method)
    assert (answer.status_code, answer.json()) == (400, NO_SHIFT)
    assert charges.asked == []


class TestARequiredShift:
    """`REQUIRE_OPEN_SHIFT=true`."""

    @pytest.fixture
    def common_settings(self, common_settings: dict[str, Any]) -> dict[str, Any]:
        """The settings of a shop that requires shifts."""
        return {**common_settings, "require_open_shift": True}

    @pytest.mark.parametrize("method", ["CASH", "CARD", "POINTS"])
    async def test_nothing_is_paid_without_one(
        self, till: AsyncClient, admin: AsyncClient, method: str
    ) -> None:
        order = (await placed(till, (20, 1), customer=1))["id"]
        answer = await pay(till, order, method)
        assert (answer.status_code, answer.json()) == (400, SHIFT_NEEDED)
        await opened(till, await a_register(admin))
        assert (await pay(till, order, method)).status_code == 200

    async def test_an_order_that_is_paid_already_says_so(self, till: AsyncClient, admin: AsyncClient) -> None:
        shift = await opened(till, await a_register(admin))
        order = (await placed(till))["id"]
        await pay(till, order)
        await close(till, shift, "616.00")
        answer = await pay(till, order)
        assert answer.json() == {"non_field_errors": ["Solo se pueden pagar órdenes PENDIENTES."]}


@pytest.mark.parametrize(("method", "amount"), [("POINTS", "10.00"), ("CREDIT", "10.00")])
async def test_a_balance_is_in_the_report_and_not_in_the_cash(
    till: AsyncClient, admin: AsyncClient, method: str, amount: str
) -> None:
    shift = await opened(till, await a_register(admin), "500.00")
    order = (await placed(till, (20, 1), customer=1))["id"]
    assert (await pay(till, order, method)).status_code == 200
    shown = await report(till, shift)
    assert tenders(shown) == {method: (1, amount)}
    assert (shown["sales"]["count"], shown["cash"]["expected"]) == (1, "500.00")
    assert shown["shift"]["users"] == [7]


async def test_a_balance_that_is_charged_after_the_close_is_late(
    till: AsyncClient, admin: AsyncClient, charges: FakeCharges, deps: Deps
) -> None:
    shift = await opened(till, await a_register(admin), "500.00")
    order = (await placed(till, (20, 1), customer=1))["id"]
    charges.may_answer.clear()
    async with asyncio.TaskGroup() as group:
        paying = group.create_task(pay(till, order, "POINTS"))
        await eventually(lambda: charges.asked)
        frozen = (await close(till, shift, "500.00")).json()
        charges.may_answer.set()
    assert paying.result().status_code == 200
    shown = await report(till, shift)
    (late,) = shown["late"]
    assert late.pop("at")
    assert late == {"kind": "SALE", "order": order, "amount": "10.00", "payment_method": "POINTS"}
    assert shown["adjusted"] == {"expected": "500.00", "difference": "0.00"}
    assert shown | {"late": [], "adjusted": None} == frozen
    assert await shift_of(deps, order) == shift


async def test_a_report_has_nothing_of_another_shift(till: AsyncClient, admin: AsyncClient) -> None:
    shift = await opened(till, await a_register(admin, "Caja 1"))
    other = await opened(admin, await a_register(admin, "Caja 2"))
    assert (await pay(till, (await placed(till))["id"])).status_code == 200
    assert (await close(till, shift, "616.00", unsent=3)).status_code == 400
    figures = [await report(admin, each) for each in (shift, other)]
    assert [(len(each["taxes"]), len(each["close_attempts"])) for each in figures] == [(1, 1), (0, 0)]


async def test_a_balance_that_is_charged_during_the_close_is_late(
    till: AsyncClient, admin: AsyncClient, charges: FakeCharges, deps: Deps
) -> None:
    shift = await opened(till, await a_register(admin), "500.00")
    order = (await placed(till, (20, 1), customer=1))["id"]
    charges.may_answer.clear()
    async with asyncio.TaskGroup() as group:
        paying = group.create_task(pay(till, order, "POINTS"))
        await eventually(lambda: charges.asked)
        async with deps.database.transaction() as closing:
            await closing.execute(CLOSE, [shift])
            charges.may_answer.set()
            await until_waiting(deps.database)
    assert paying.result().status_code == 200
    shown = await report(till, shift)
    assert (shown["sales"]["count"], [each["amount"] for each in shown["late"]]) == (0, ["10.00"])


async def test_several_tenders_are_booked_each_with_its_amount(
    till: AsyncClient, admin: AsyncClient, charges: FakeCharges
) -> None:
    shift = await opened(till, await a_register(admin), "500.00")
    order = (await placed(till, (15, 1), customer=1))["id"]
    parts = (("CASH", "16.00"), ("CARD", "30.00"), ("CARD", "20.00"), ("POINTS", "50.00"))
    payments = [{"payment_method": method, "amount": amount} for method, amount in parts]
    body = {"payments": payments, "cash_received": "20.00"}
    assert (await till.post(f"/api/orders/{order}/pay/", json=body)).status_code == 200
    other = (await placed(till, (15, 1)))["id"]
    body = {
        "payments": [
            {"payment_method": "CASH", "amount": "100.00"},
            {"payment_method": "CARD", "amount": "16.00"},
        ]
    }
    assert (await till.post(f"/api/orders/{other}/pay/", json=body)).status_code == 200
    shown = await report(till, shift)
    assert tenders(shown) == {"CASH": (2, "116.00"), "CARD": (3, "66.00"), "POINTS": (1, "50.00")}
    assert (shown["cash"]["expected"], shown["sales"]["count"]) == ("616.00", 2)


async def test_a_repeated_payment_is_booked_once_at_once_and_after_a_lost_answer(
    till: AsyncClient, admin: AsyncClient, deps: Deps
) -> None:
    shift = await opened(till, await a_register(admin))
    order = (await placed(till))["id"]
    for _ in range(2):
        answers = await asyncio.gather(
            *(pay(till, order, headers={"Idempotency-Key": "one"}) for _ in range(3))
        )
        assert {answer.status_code for answer in answers} == {200}
        await lose_answers(deps.database)
    assert tenders(await report(till, shift)) == {"CASH": (1, "116.00")}


async def test_payments_and_a_close_at_once_have_one_outcome(
    till: AsyncClient, other: AsyncClient, admin: AsyncClient, deps: Deps
) -> None:
    register = await a_register(admin)
    for _ in range(8):
        shift = await opened(till, register, "0.00")
        orders = [(await placed(other))["id"] for _ in range(6)]

        async def closing(shift: int = shift) -> Response:
            await asyncio.sleep(A_MOMENT)
            return await close(admin, shift, "0.00")

        closed, *answers = await asyncio.gather(
            closing(),
            *(pay_at(other, order, register, "CARD" if order % 2 else "CASH") for order in orders),
        )
        assert closed.status_code == 200
        count, total = await paid_in_shift(deps.database, shift)
        assert [answer.status_code for answer in answers].count(200) == count
        assert {answer.status_code for answer in answers} <= {200, 400}
        assert all(answer.json() == NO_SHIFT for answer in answers if answer.status_code == 400)
        shown = await report(admin, shift)
        assert shown == closed.json()
        assert (shown["sales"]["count"], shown["late"]) == (count, [])
        booked = [Decimal(amount) for _, amount in tenders(shown).values()]
        assert sum(booked, Decimal(0)) == total
        for order in orders:
            await cancel(till, order)


async def test_orders_that_people_cancel_are_counted_where_their_money_would_go(
    till: AsyncClient, other: AsyncClient, admin: AsyncClient
) -> None:
    first = await opened(till, await a_register(admin, "1"))
    await cancel(other, (await placed(till))["id"])  # the only one that is open
    second = await opened(other, await a_register(admin, "2"))
    for client in (till, other, other, admin):
        order = (await placed(till))["id"]
        with counted_statements() as statements:
            assert (await cancel(client, order)).status_code == 200
        assert len(statements) == 1
    assert (await cancel(till, order)).status_code == 400
    assert [(await report(admin, each))["cancelled"] for each in (first, second)] == [2, 2]
    await close(other, second, "500.00")
    await cancel(other, (await placed(till))["id"])
    assert [(await report(admin, each))["cancelled"] for each in (first, second)] == [3, 2]


async def test_orders_that_are_cancelled_and_paid_at_once_do_not_deadlock(
    till: AsyncClient, admin: AsyncClient
) -> None:
    shift = await opened(till, await a_register(admin))
    orders = [(await placed(till))["id"] for _ in range(8)]
    answers = await asyncio.gather(*(do(till, order) for order in orders for do in (pay, cancel)))
    assert {answer.status_code for answer in answers} == {200, 400}
    shown = await report(till, shift)
    assert shown["sales"]["count"] + shown["cancelled"] == len(orders)
