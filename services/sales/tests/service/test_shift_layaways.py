"""Layaways in the reports of shifts: their money when it comes and goes, the sale at the last payment."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from httpx import AsyncClient

from libs.testing.clock import FakeClock
from libs.testing.idempotency import lose_answers
from services.sales.deps import Deps
from services.sales.tests.builders import paid
from services.sales.tests.layaways import cancel_layaway, find, laid_away, open_layaway, pay_part
from services.sales.tests.shifts import NO_SHIFT, SHIFT_NEEDED, a_register, close, opened, report, tenders


def layaway_of(shown: dict[str, Any]) -> tuple[str, str, str]:
    figures = shown["layaway"]
    return figures["received"], figures["returned"], figures["applied"]


def adds_up(shown: dict[str, Any]) -> bool:
    """Whether all tenders are the sales, and what was received for layaways less what became a sale."""
    taken = sum(Decimal(each["amount"]) for each in shown["tenders"])
    sales = Decimal(shown["sales"]["net"]) + Decimal(shown["sales"]["tax"])
    received, _, applied = map(Decimal, layaway_of(shown))
    return taken == sales + received - applied


async def test_a_deposit_is_in_the_cash_and_tenders_and_no_sale(
    till: AsyncClient, admin: AsyncClient
) -> None:
    shift = await opened(till, await a_register(admin), "500.00")
    layaway = await laid_away(till, ("CASH", "30.00"), ("CARD", "20.00"))
    assert {part["shift"] for part in layaway["payments"]} == {shift}
    shown = await report(till, shift)
    assert layaway_of(shown) == ("50.00", "0.00", "0.00")
    assert tenders(shown) == {"CARD": (1, "20.00"), "CASH": (1, "30.00")}
    assert (shown["sales"]["count"], shown["sales"]["net"]) == (0, "0.00")
    assert (shown["cash"]["expected"], shown["cash"]["taken"]) == ("530.00", "30.00")
    assert (shown["first_folio"], shown["taxes"], shown["open_orders"]) == (None, [], 1)
    assert adds_up(shown)


async def test_the_shift_of_the_last_payment_has_the_whole_sale(
    till: AsyncClient, admin: AsyncClient, other: AsyncClient
) -> None:
    register = await a_register(admin)
    first = await opened(till, register, "500.00")
    layaway = await laid_away(till, ("CASH", "50.00"))
    await close(till, first, "550.00")
    second = await opened(other, register, "550.00")
    await paid(other, "CASH", (20, 1))
    await pay_part(other, layaway["id"], ("CARD", "66.00"), register=register)
    before, after = await report(till, first), await report(other, second)
    assert layaway_of(before) == ("50.00", "0.00", "0.00")
    assert layaway_of(after) == ("66.00", "0.00", "116.00")
    assert (after["sales"]["count"], after["sales"]["net"], after["sales"]["tax"]) == (2, "110.00", "16.00")
    assert tenders(after) == {"CARD": (1, "66.00"), "CASH": (1, "10.00")}
    assert after["cash"]["expected"] == "560.00"
    assert after["last_folio"] == layaway["ticket_folio"]
    assert {"tax_rate": "0.16", "base": "100.00", "tax": "16.00"} in after["taxes"]
    assert adds_up(before)
    assert adds_up(after)


async def test_a_payment_repeated_on_the_next_day_belongs_to_the_shift_and_the_day_of_the_first(
    till: AsyncClient, admin: AsyncClient, deps: Deps, clock: FakeClock
) -> None:
    register, key = await a_register(admin), {"Idempotency-Key": "part-1"}
    first = await opened(till, register, "500.00")
    layaway = (await laid_away(till))["id"]
    paid_up = await pay_part(till, layaway, ("CASH", "66.00"), headers=key, register=register)
    await lose_answers(deps.database)
    await close(till, first, "616.00")
    clock.advance(hours=13)  # in the store the next day has begun
    second = await opened(till, register, "616.00")
    again = await pay_part(till, layaway, ("CASH", "66.00"), headers=key, register=register)
    assert (again.status_code, again.json()) == (201, paid_up.json())
    assert layaway_of(await report(till, first)) == ("116.00", "0.00", "116.00")
    assert layaway_of(await report(till, second)) == ("0.00", "0.00", "0.00")


async def test_a_deposit_of_the_whole_total_is_a_sale_of_its_shift(
    till: AsyncClient, admin: AsyncClient
) -> None:
    shift = await opened(till, await a_register(admin), "500.00")
    await laid_away(till, ("CASH", "116.00"))
    shown = await report(till, shift)
    assert layaway_of(shown) == ("116.00", "0.00", "116.00")
    assert (shown["sales"]["count"], shown["cash"]["expected"]) == (1, "616.00")
    assert adds_up(shown)


async def test_what_is_given_back_leaves_the_shift_that_gives_it(
    till: AsyncClient, admin: AsyncClient
) -> None:
    register = await a_register(admin)
    shift = await opened(till, register, "500.00")
    other_shift = await opened(admin, await a_register(admin, "Caja 2"), "500.00")
    layaway = (await laid_away(till, ("CASH", "30.00"), ("CARD", "20.00")))["id"]
    assert (await cancel_layaway(admin, layaway, register=register)).status_code == 200
    shown = await report(till, shift)
    assert layaway_of(shown) == ("50.00", "50.00", "0.00")
    assert [(each["payment_method"], each["amount"], each["refunded"]) for each in shown["tenders"]] == [
        ("CARD", "20.00", "20.00"),
        ("CASH", "30.00", "30.00"),
    ]
    assert (shown["cash"]["expected"], shown["cash"]["refunded"]) == ("500.00", "30.00")
    assert (shown["refunds"]["count"], shown["sales"]["count"]) == (0, 0)
    assert shown["shift"]["users"] == [7, 9]
    of_other = await report(admin, other_shift)
    assert (layaway_of(of_other), of_other["cash"]["expected"]) == (("0.00", "0.00", "0.00"), "500.00")


async def test_a_cancelled_layaway_is_an_order_that_was_cancelled(
    till: AsyncClient, admin: AsyncClient
) -> None:
    shift = await opened(till, await a_register(admin), "500.00")
    layaway, key = (await laid_away(till))["id"], {"Idempotency-Key": "cancellation-1"}
    assert (await report(till, shift))["cancelled"] == 0
    for _ in range(2):
        assert (await cancel_layaway(admin, layaway, headers=key)).status_code == 200
    assert (await cancel_layaway(admin, layaway)).status_code == 400
    assert (await report(till, shift))["cancelled"] == 1


async def test_a_register_without_an_open_shift_takes_and_gives_nothing(
    till: AsyncClient, admin: AsyncClient
) -> None:
    register = await a_register(admin)
    layaway = await laid_away(till)
    for answer in (
        await open_layaway(till, register=register),
        await pay_part(till, layaway["id"], ("CASH", "10.00"), register=register),
        await cancel_layaway(admin, layaway["id"], register=register),
    ):
        assert (answer.status_code, answer.json()) == (400, NO_SHIFT)
    assert await find(till, layaway["id"]) == layaway


async def test_payments_and_a_close_at_once_have_one_outcome(till: AsyncClient, admin: AsyncClient) -> None:
    register = await a_register(admin)
    shift = await opened(till, register, "500.00")
    layaway = (await laid_away(till))["id"]
    paying = [pay_part(till, layaway, ("CASH", "10.00"), register=register) for _ in range(4)]
    *answers, _ = await asyncio.gather(*paying, close(admin, shift, "550.00"))
    taken = [answer for answer in answers if answer.status_code == 201]
    assert all(answer.json() == NO_SHIFT for answer in answers if answer not in taken)
    shown = await report(till, shift)
    assert layaway_of(shown)[0] == f"{50 + 10 * len(taken)}.00"
    assert shown["cash"]["expected"] == f"{550 + 10 * len(taken)}.00"


class TestWhereAShiftIsRequired:
    @pytest.fixture
    def deps(self, deps: Deps) -> Deps:
        """A shop that takes no money without a shift."""
        return replace(deps, settings=deps.settings.model_copy(update={"require_open_shift": True}))

    async def test_nothing_is_taken_or_given_without_one(self, till: AsyncClient, admin: AsyncClient) -> None:
        answer = await open_layaway(till)
        assert (answer.status_code, answer.json()) == (400, SHIFT_NEEDED)
        shift = await opened(till, await a_register(admin))
        layaway = (await laid_away(till))["id"]
        await close(till, shift, "550.00")
        for answer in (await pay_part(till, layaway, ("CASH", "9.00")), await cancel_layaway(admin, layaway)):
            assert (answer.status_code, answer.json()) == (400, SHIFT_NEEDED)
