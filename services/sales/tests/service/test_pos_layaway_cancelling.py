"""POST /api/layaways/{id}/cancel/: the stock comes back, and the deposits less the fee (contract §8.7)."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest
from httpx import AsyncClient

from libs.testing.idempotency import lose_answers
from libs.testing.outbox import events_in_outbox
from services.sales.deps import Deps
from services.sales.domain.layaways import LayawayRules
from services.sales.tests.fakes import FakeStock
from services.sales.tests.layaways import cancel_layaway, find, laid_away, pay_part

KEY = {"Idempotency-Key": "cancellation-1"}
NOT_OPEN = {"non_field_errors": ["El apartado ya no está abierto."]}


@pytest.fixture
def deps(deps: Deps) -> Deps:
    """The shop keeps 10 % of what was paid for a cancelled layaway."""
    rules = LayawayRules(min_percent=Decimal(20), fee_percent=Decimal(10))
    return replace(deps, layaway_rules=rules)


async def test_each_method_gives_back_what_it_paid_less_its_part_of_the_fee(
    till: AsyncClient, admin: AsyncClient
) -> None:
    other = await laid_away(till)
    layaway = await laid_away(till, ("CASH", "20.00"), ("CARD", "10.05"))
    await pay_part(till, layaway["id"], ("CASH", "13.00"))
    answer = await cancel_layaway(admin, layaway["id"])
    shown = answer.json()
    assert answer.status_code == 200
    assert (shown["status"], shown["paid"], shown["fee"]) == ("CANCELLED", "43.05", "4.31")
    assert shown["refunds"] == [
        {"payment_method": "CASH", "amount": "29.70"},
        {"payment_method": "CARD", "amount": "9.04"},
    ]
    assert (shown["cancelled_at"], shown["cancelled_by"], shown["cancel_reason"]) == (
        "2026-03-02T18:00:00Z",
        9,
        "Ya no la quiere",
    )
    assert await find(till, layaway["id"]) == shown
    assert await find(till, other["id"]) == other


async def test_its_stock_is_back_and_its_order_cancelled(
    till: AsyncClient, admin: AsyncClient, stock: FakeStock, deps: Deps
) -> None:
    layaway = await laid_away(till, pieces=2)
    await cancel_layaway(admin, layaway["id"])
    assert stock.products[15].stock == 1_000
    order = (await till.get(f"/api/orders/{layaway['order']}/")).json()
    assert (order["status"], order["cancelled_at"]) == ("CANCELLED", "2026-03-02T18:00:00Z")
    ((_, _, event),) = await events_in_outbox(deps.database, "sales.order_cancelled.v1")
    assert (event["order_id"], event["reason"], event["put_back"]) == (layaway["order"], "user", None)


async def test_while_catalog_is_away_the_event_returns_the_stock(
    till: AsyncClient, admin: AsyncClient, stock: FakeStock, deps: Deps
) -> None:
    layaway = await laid_away(till)
    stock.down = True
    assert (await cancel_layaway(admin, layaway["id"])).status_code == 200
    assert len(await events_in_outbox(deps.database, "sales.order_cancelled.v1")) == 1


async def test_a_reason_is_required(till: AsyncClient, admin: AsyncClient) -> None:
    layaway = (await laid_away(till))["id"]
    answer = await admin.post(f"/api/layaways/{layaway}/cancel/", json={"reason": "", "register": 9})
    assert (answer.status_code, answer.json()) == (
        400,
        {
            "reason": ["This field is required."],
            "register": ['Invalid pk "9" - object does not exist.'],
        },
    )


async def test_one_that_is_paid_or_cancelled_or_not_there_is_not_cancelled(
    till: AsyncClient, admin: AsyncClient
) -> None:
    paid = (await laid_away(till, ("CASH", "116.00")))["id"]
    cancelled = (await laid_away(till))["id"]
    await cancel_layaway(admin, cancelled)
    for layaway in (paid, cancelled):
        answer = await cancel_layaway(admin, layaway)
        assert (answer.status_code, answer.json()) == (400, NOT_OPEN)
    assert (await cancel_layaway(admin, 9)).status_code == 404


async def test_a_repeat_with_the_same_key_cancels_once(
    till: AsyncClient, admin: AsyncClient, deps: Deps, stock: FakeStock
) -> None:
    layaway = (await laid_away(till))["id"]
    first = await cancel_layaway(admin, layaway, headers=KEY)
    assert (await cancel_layaway(admin, layaway, headers=KEY)).json() == first.json()
    await lose_answers(deps.database)
    again = await cancel_layaway(admin, layaway, headers=KEY)
    assert (again.status_code, again.json()) == (200, first.json())
    assert len(await events_in_outbox(deps.database, "sales.order_cancelled.v1")) == 1
    assert stock.products[15].stock == 1_000


async def test_of_two_cancellations_at_once_one_gives_back(
    till: AsyncClient, admin: AsyncClient, stock: FakeStock
) -> None:
    layaway = (await laid_away(till))["id"]
    answers = await asyncio.gather(*(cancel_layaway(admin, layaway) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]
    assert all(answer.json() == NOT_OPEN for answer in answers if answer.status_code == 400)
    assert stock.products[15].stock == 1_000


async def test_a_last_payment_and_a_cancellation_at_once_have_one_outcome(
    till: AsyncClient, admin: AsyncClient, deps: Deps, stock: FakeStock
) -> None:
    for number in range(8):
        layaway = await laid_away(till)
        work = [pay_part(till, layaway["id"], ("CASH", "66.00")), cancel_layaway(admin, layaway["id"])]
        answers = await asyncio.gather(*(work if number % 2 else reversed(work)))
        (refused,) = [answer for answer in answers if answer.status_code == 400]
        assert refused.json() == NOT_OPEN
        shown = await find(till, layaway["id"])
        order = (await till.get(f"/api/orders/{layaway['order']}/")).json()
        assert order["status"] == shown["status"] != "OPEN"
        assert bool(shown["refunds"]) == (shown["status"] == "CANCELLED")
    events = await deps.database.fetch_value(
        "select count(*) from outbox where type in ('sales.order_paid.v1', 'sales.order_cancelled.v1')"
    )
    assert events == 8
