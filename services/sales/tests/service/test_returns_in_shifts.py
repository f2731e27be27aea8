"""The money of returns belongs to a drawer (contract §8.1, §8.3)."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from libs.testing.answers import answered
from libs.testing.clock import FakeClock
from libs.testing.locks import in_turn
from services.sales.deps import Deps
from services.sales.tests.builders import paid
from services.sales.tests.fakes import FakeRefunds
from services.sales.tests.returns import by, give_back, paid_by, returned
from services.sales.tests.shifts import CLOSE, a_register, close, opened, report
from services.sales.usecases.till_returns.finishing import OPEN_FOR, finish_open_returns

COLA, BREAD = 15, 20
REQUIRED = (400, {"non_field_errors": ["Abre un turno para cobrar."]})


async def test_a_refund_in_cash_leaves_the_drawer_and_the_others_stand_in_the_report(
    till: AsyncClient, shift: int
) -> None:
    order_id = await paid_by(till, by(CASH="100.00", CARD="132.00"), (COLA, 2))
    await returned(till, order_id, (COLA, 1))
    shown = await report(till, shift)
    assert shown["refunds"] == {
        "count": 1,
        "amount": "116.00",
        "taxes": [{"tax_rate": "0.16", "base": "100.00", "tax": "16.00"}],
    }
    assert {each["payment_method"]: each["refunded"] for each in shown["tenders"]} == {
        "CASH": "50.00",
        "CARD": "66.00",
    }
    assert (shown["cash"]["refunded"], shown["cash"]["expected"]) == ("50.00", "550.00")
    assert shown["sales"]["count"] == 1


async def test_a_refund_goes_out_of_the_named_drawer(
    till: AsyncClient, admin: AsyncClient, shift: int
) -> None:
    other = await a_register(admin, "Caja 2")
    other_shift = await opened(admin, other)
    order_id = (await paid(till, "CASH", (COLA, 2)))["id"]
    await returned(till, order_id, (COLA, 1), register=other)
    assert (await report(admin, other_shift))["cash"]["expected"] == "384.00"
    assert (await report(till, shift))["refunds"]["count"] == 0


async def test_an_unknown_register_or_one_without_a_shift_gives_nothing_back(
    till: AsyncClient, register: int
) -> None:
    order_id = (await paid(till, "CASH", (COLA, 2)))["id"]
    assert answered(await give_back(till, order_id, (COLA, 1), register=99)) == (
        400,
        {"register": ['Invalid pk "99" - object does not exist.']},
    )
    assert answered(await give_back(till, order_id, (COLA, 1), register=register)) == (
        400,
        {"register": ["La caja no tiene un turno abierto."]},
    )
    assert (await till.get("/api/returns/")).json() == []


async def test_a_return_and_a_close_at_once_have_one_outcome(till: AsyncClient, shift: int) -> None:
    order_id = (await paid(till, "CASH", (BREAD, 5)))["id"]
    *answers, _ = await asyncio.gather(
        *(give_back(till, order_id, (BREAD, 1)) for _ in range(5)), close(till, shift, "550.00")
    )
    assert {answer.status_code for answer in answers} == {201}
    shown = await report(till, shift)
    in_shift = shown["refunds"]["count"]
    assert shown["cash"]["refunded"] == f"{10 * in_shift}.00"
    assert shown["late"] == []


async def test_a_return_that_is_finished_after_the_close_stands_under_late(
    till: AsyncClient, shift: int, refunds: FakeRefunds, deps: Deps, clock: FakeClock
) -> None:
    tenders = by(POINTS="116.00", CASH="116.00")
    order_id = await paid_by(till, tenders, (COLA, 2), customer=1)
    refunds.loses_answers = True
    await give_back(till, order_id, (COLA, 1))
    assert (await close(till, shift, "616.00")).status_code == 200
    clock.advance(seconds=(OPEN_FOR + timedelta(seconds=1)).total_seconds())
    await finish_open_returns(desk=deps.returns)
    shown = await report(till, shift)
    assert shown["refunds"]["count"] == 0
    assert sorted((each["kind"], each["payment_method"], each["amount"]) for each in shown["late"]) == [
        ("REFUND", "CASH", "58.00"),
        ("REFUND", "POINTS", "58.00"),
    ]
    assert shown["adjusted"]["expected"] == "558.00"


async def test_a_return_that_is_finished_during_the_close_stands_under_late(
    till: AsyncClient, shift: int, refunds: FakeRefunds, deps: Deps, clock: FakeClock
) -> None:
    order_id = await paid_by(till, by(POINTS="116.00", CASH="116.00"), (COLA, 2), customer=1)
    refunds.loses_answers = True
    await give_back(till, order_id, (COLA, 1))
    clock.advance(seconds=(OPEN_FOR + timedelta(seconds=1)).total_seconds())
    await in_turn(deps.database, CLOSE, finish_open_returns(desk=deps.returns), given=[shift])
    shown = await report(till, shift)
    assert (shown["refunds"]["count"], len(shown["late"])) == (0, 2)


class TestARequiredShift:
    """`REQUIRE_OPEN_SHIFT=true`."""

    @pytest.fixture
    def common_settings(self, common_settings: dict[str, Any]) -> dict[str, Any]:
        """The settings of a shop that requires shifts."""
        return {**common_settings, "require_open_shift": True}

    async def test_nothing_is_given_back_or_paid_out_without_one(
        self, till: AsyncClient, admin: AsyncClient, shift: int
    ) -> None:
        order_id = (await paid(till, "CASH", (BREAD, 2)))["id"]
        exchange = (await returned(till, order_id, (BREAD, 1), refunds=by(EXCHANGE="10.00")))["id"]
        await close(till, shift, "520.00")
        assert answered(await give_back(till, order_id, (BREAD, 1))) == REQUIRED
        assert answered(await admin.post(f"/api/returns/{exchange}/payout/", json={})) == REQUIRED
        assert (await till.get(f"/api/returns/{exchange}/")).json()["exchange_left"] == "10.00"
