"""POST /api/layaways/{id}/payments/: the last payment makes the order PAID, on that day (contract §8.7)."""

import asyncio
from decimal import Decimal

import pytest
from httpx import AsyncClient

from libs.testing.clock import FakeClock
from libs.testing.idempotency import lose_answers
from libs.testing.outbox import events_in_outbox
from services.sales.deps import Deps
from services.sales.tests.layaways import cancel_layaway, find, laid_away, parts, pay_part
from services.sales.tests.returns import returned

KEY = {"Idempotency-Key": "part-1"}
UNKNOWN = ['Invalid pk "9" - object does not exist.']
NOT_OPEN = {"non_field_errors": ["El apartado ya no está abierto."]}


async def paid_by_rows(deps: Deps, layaway: int) -> tuple[Decimal, Decimal]:
    """What a layaway says that was paid, and the sum of its payments."""
    (found,) = await deps.database.fetch_dicts(
        "select paid, (select sum(amount) from layaway_payments where layaway_id = layaways.id) as sum "
        "from layaways where id = %s",
        [layaway],
    )
    return found["paid"], found["sum"]


async def test_a_payment_lowers_the_balance(till: AsyncClient, deps: Deps) -> None:
    layaway = (await laid_away(till))["id"]
    answer = await pay_part(till, layaway, ("CASH", "20.00"), cash_received="50.00")
    shown = answer.json()
    assert (answer.status_code, shown["status"], shown["paid"], shown["balance"]) == (
        201,
        "OPEN",
        "70.00",
        "46.00",
    )
    assert [part["amount"] for part in shown["payments"]] == ["50.00", "20.00"]
    assert (shown["cash_received"], shown["change"]) == ("50.00", "30.00")
    assert await events_in_outbox(deps.database, "sales.order_paid.v1") == []


async def test_the_last_payment_makes_the_order_paid_on_its_day(
    till: AsyncClient, deps: Deps, clock: FakeClock
) -> None:
    layaway = await laid_away(till, ("CASH", "30.00"), ("CARD", "10.00"))
    clock.advance(days=10)
    await pay_part(till, layaway["id"], ("CARD", "6.00"), ("TRANSFER", "50.00"))
    clock.advance(days=10)
    shown = (await pay_part(till, layaway["id"], ("CASH", "20.00"))).json()
    assert (shown["status"], shown["balance"], shown["paid_at"]) == ("PAID", "0.00", "2026-03-22T18:00:00Z")
    order = (await till.get(f"/api/orders/{layaway['order']}/")).json()
    plain = {"reference": None, "card_kind": None}
    assert (order["status"], order["paid_at"], order["payment_method"]) == (
        "PAID",
        "2026-03-22T18:00:00Z",
        "MIXED",
    )
    assert order["payments"] == [
        {"payment_method": "CASH", "amount": "50.00", **plain},
        {"payment_method": "CARD", "amount": "16.00", **plain},
        {"payment_method": "TRANSFER", "amount": "50.00", **plain},
    ]
    ((_, _, event),) = await events_in_outbox(deps.database, "sales.order_paid.v1")
    assert (event["paid_at"], event["customer_id"], event["final_amount"]) == (
        "2026-03-22T18:00:00Z",
        1,
        "116.00",
    )
    assert event["payments"] == [
        {"payment_method": "CASH", "amount": "50.00"},
        {"payment_method": "CARD", "amount": "16.00"},
        {"payment_method": "TRANSFER", "amount": "50.00"},
    ]


@pytest.mark.parametrize(
    ("payments", "more", "refused"),
    [
        (parts(("CASH", "66.01")), {}, {"payments": ["El saldo es $66.00."]}),
        (parts(("CASH", "60.00"), ("CARD", "60.00")), {}, {"payments": ["El saldo es $66.00."]}),
        (parts(("CASH", "0.00")), {}, {"payments": ["Cada pago debe ser mayor que $0.00."]}),
        (parts(("CASH", "60.00")), {"cash_received": "20.00"}, {"cash_received": ["Faltan $40.00."]}),
        (
            parts(("CASH", "60.00")),
            {"register": 9},
            {"register": UNKNOWN},
        ),
        ([], {}, {"payments": ["This list may not be empty."]}),
        (None, {}, {"payments": ["This field is required."]}),
        (
            parts(("CREDIT", "60.00")),
            {"register": 9},
            {
                "payments": [{"payment_method": ['"CREDIT" is not a valid choice.']}],
                "register": UNKNOWN,
            },
        ),
    ],
)
async def test_what_is_refused_changes_nothing(
    till: AsyncClient, deps: Deps, payments: object, more: dict[str, object], refused: dict[str, object]
) -> None:
    layaway = await laid_away(till)
    answer = await till.post(f"/api/layaways/{layaway['id']}/payments/", json={"payments": payments, **more})
    assert (answer.status_code, answer.json()) == (400, refused)
    assert await find(till, layaway["id"]) == layaway


async def test_one_that_is_paid_or_cancelled_takes_no_payment(till: AsyncClient, admin: AsyncClient) -> None:
    paid = (await laid_away(till, ("CASH", "116.00")))["id"]
    cancelled = (await laid_away(till))["id"]
    await cancel_layaway(admin, cancelled)
    for layaway in (paid, cancelled):
        answer = await pay_part(till, layaway, ("CASH", "1.00"))
        assert (answer.status_code, answer.json()) == (400, NOT_OPEN)


async def test_one_that_is_not_there_takes_no_payment(till: AsyncClient) -> None:
    assert (await pay_part(till, 9, ("CASH", "1.00"))).status_code == 404


async def test_the_goods_can_come_back_once_they_are_paid(till: AsyncClient) -> None:
    layaway = await laid_away(till, ("CASH", "200.00"), pieces=2)
    paid = (await pay_part(till, layaway["id"], ("CASH", "32.00"))).json()
    await returned(till, layaway["order"], (15, 1))
    (listed,) = (await till.get("/api/layaways/")).json()
    shown = [each["items"][0]["returnable_quantity"] for each in (layaway, paid, listed)]
    assert shown == [0, 2, 1]


async def test_a_repeat_with_the_same_key_pays_once(till: AsyncClient, deps: Deps) -> None:
    layaway = (await laid_away(till))["id"]
    first = await pay_part(till, layaway, ("CASH", "20.00"), headers=KEY)
    assert (await pay_part(till, layaway, ("CASH", "20.00"), headers=KEY)).json() == first.json()
    await lose_answers(deps.database)
    again = await pay_part(till, layaway, ("CASH", "20.00"), headers=KEY)
    assert (again.status_code, again.json()) == (201, first.json())
    assert await paid_by_rows(deps, layaway) == (Decimal("70.00"), Decimal("70.00"))


async def test_the_last_payment_repeated_after_its_answer_was_lost_pays_once(
    till: AsyncClient, deps: Deps
) -> None:
    layaway = (await laid_away(till))["id"]
    first = await pay_part(till, layaway, ("CASH", "66.00"), headers=KEY)
    await lose_answers(deps.database)
    again = await pay_part(till, layaway, ("CASH", "66.00"), headers=KEY)
    assert (again.status_code, again.json()) == (201, first.json())
    assert len(await events_in_outbox(deps.database, "sales.order_paid.v1")) == 1


async def test_payments_at_once_never_exceed_the_balance(till: AsyncClient, deps: Deps) -> None:
    layaway = (await laid_away(till))["id"]
    answers = await asyncio.gather(*(pay_part(till, layaway, ("CASH", "22.00")) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201, 201, 201, 400, 400, 400]
    assert {answer.json()["non_field_errors"][0] for answer in answers if answer.status_code == 400} == {
        "El apartado ya no está abierto."
    }
    assert await paid_by_rows(deps, layaway) == (Decimal("116.00"), Decimal("116.00"))
    assert len(await events_in_outbox(deps.database, "sales.order_paid.v1")) == 1


async def test_two_payments_of_more_than_half_the_balance_do_not_both_stand(
    till: AsyncClient, deps: Deps
) -> None:
    layaway = (await laid_away(till))["id"]
    answers = await asyncio.gather(*(pay_part(till, layaway, ("CARD", "40.00")) for _ in range(2)))
    (refused,) = [answer for answer in answers if answer.status_code == 400]
    assert refused.json() == {"payments": ["El saldo es $26.00."]}
    assert await paid_by_rows(deps, layaway) == (Decimal("90.00"), Decimal("90.00"))
