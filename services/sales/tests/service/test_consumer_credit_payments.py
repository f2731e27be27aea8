"""customers.credit_payment_received.v1: a payment towards a debt is booked into its shift, once."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from httpx import AsyncClient

from libs.common.contracts.customers import CreditPaymentMethod, CreditPaymentReceived
from libs.common.messaging.inbox import take_in
from libs.testing.locks import in_turn
from libs.testing.received import received
from services.sales.consumers import subscriptions
from services.sales.deps import Deps
from services.sales.domain.shifts import ShiftNotFound
from services.sales.tests.shifts import CLOSE, a_register, close, opened, report

PAID_AT = datetime(2026, 11, 27, 18, tzinfo=UTC)


def payment(
    shift: int | None, amount: str = "200.00", method: CreditPaymentMethod = "CASH"
) -> CreditPaymentReceived:
    """A payment that user 8 took into the shift."""
    return CreditPaymentReceived(
        customer_id=1,
        ledger_id=45,
        amount=Decimal(amount),
        payment_method=method,
        shift_id=shift,
        register_id=None if shift is None else 1,
        user_id=8,
        paid_at=PAID_AT,
    )


async def hear(deps: Deps, *payments: CreditPaymentReceived) -> None:
    """Let sales consume the payments in one batch."""
    await take_in(deps.database, subscriptions(), [received(each) for each in payments])


async def kept(deps: Deps, shift: int) -> list[tuple[str, Decimal]]:
    """What the shift keeps of credit payments, by payment method."""
    rows = await deps.database.fetch_dicts(
        "select payment_method, credit_payments from shift_tenders where shift_id = %s order by 1", [shift]
    )
    return [(row["payment_method"], row["credit_payments"]) for row in rows]


async def test_its_cash_is_in_the_drawer_and_is_no_sale(
    till: AsyncClient, admin: AsyncClient, deps: Deps
) -> None:
    shift = await opened(till, await a_register(admin), "500.00")
    await hear(deps, payment(shift), payment(shift, "30.50"))
    shown = await report(till, shift)
    assert (shown["cash"]["credit_payments"], shown["cash"]["expected"]) == ("230.50", "730.50")
    assert (shown["cash"]["taken"], shown["sales"]["count"]) == ("0.00", 0)
    assert shown["shift"]["users"] == [8]
    assert await kept(deps, shift) == [("CASH", Decimal("230.50"))]


async def test_what_is_no_cash_leaves_the_drawer_alone(
    till: AsyncClient, admin: AsyncClient, deps: Deps
) -> None:
    shift = await opened(till, await a_register(admin), "500.00")
    await hear(deps, payment(shift, "80.00", "CARD"), payment(shift, "20.00", "TRANSFER"))
    assert (await report(till, shift))["cash"]["expected"] == "500.00"
    assert await kept(deps, shift) == [("CARD", Decimal("80.00")), ("TRANSFER", Decimal("20.00"))]


async def test_an_event_that_comes_twice_is_booked_once(
    till: AsyncClient, admin: AsyncClient, deps: Deps
) -> None:
    shift = await opened(till, await a_register(admin), "500.00")
    event = received(payment(shift))
    for _ in range(2):
        await take_in(deps.database, subscriptions(), [event, event])
    assert (await report(till, shift))["cash"]["expected"] == "700.00"


async def test_payments_of_several_shifts_come_in_one_batch(
    till: AsyncClient, admin: AsyncClient, deps: Deps
) -> None:
    first = await opened(till, await a_register(admin, "1"), "0.00")
    second = await opened(admin, await a_register(admin, "2"), "0.00")
    await hear(deps, payment(second, "1.00"), payment(first, "2.00"), payment(None), payment(second, "4.00"))
    assert [(await report(admin, each))["cash"]["expected"] for each in (first, second)] == ["2.00", "5.00"]


async def test_after_the_close_it_is_late_and_the_figures_stay(
    till: AsyncClient, admin: AsyncClient, deps: Deps
) -> None:
    shift = await opened(till, await a_register(admin), "500.00")
    before: dict[str, Any] = (await close(till, shift, "500.00")).json()
    await hear(deps, payment(shift), payment(shift, "80.00", "CARD"))
    after = await report(till, shift)
    assert [(each["kind"], each["amount"], each["payment_method"]) for each in after["late"]] == [
        ("CREDIT_PAYMENT", "200.00", "CASH"),
        ("CREDIT_PAYMENT", "80.00", "CARD"),
    ]
    assert after["adjusted"] == {"expected": "700.00", "difference": "-200.00"}
    assert after | {"late": [], "adjusted": None} == before
    assert await kept(deps, shift) == []


async def test_a_payment_that_waits_for_the_close_is_late(
    till: AsyncClient, admin: AsyncClient, deps: Deps
) -> None:
    shift = await opened(till, await a_register(admin), "500.00")
    await in_turn(deps.database, CLOSE, hear(deps, payment(shift)), given=[shift])
    assert [each["amount"] for each in (await report(till, shift))["late"]] == ["200.00"]
    assert await kept(deps, shift) == []


async def test_a_payment_of_a_shift_that_never_was_is_not_lost(
    till: AsyncClient, admin: AsyncClient, deps: Deps
) -> None:
    shift = await opened(till, await a_register(admin), "500.00")
    with pytest.raises(ShiftNotFound):
        await hear(deps, payment(shift), payment(shift + 1))
    assert (await report(till, shift))["cash"]["expected"] == "500.00"
