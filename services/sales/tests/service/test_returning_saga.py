"""The saga of a return with points or credit: given back once and done, or neither, whatever breaks."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from httpx import AsyncClient

from libs.common.contracts.sales import OrderReturned
from libs.testing.answers import Answer, answered
from libs.testing.clock import FakeClock
from libs.testing.idempotency import lose_answers
from libs.testing.outbox import models_in_outbox
from libs.testing.pos import UNAVAILABLE
from libs.testing.tokens import Tokens
from services.sales.deps import Deps
from services.sales.tests.builders import paid, pay, placed
from services.sales.tests.fakes import FakeCharges, FakeRefunds, FakeStock
from services.sales.tests.returns import by, give_back, order_of, previewed, returned
from services.sales.usecases.till_returns.finishing import OPEN_FOR, finish_open_returns

KEY = {"Idempotency-Key": "return-1"}
COLA, BREAD = 15, 20
PAID_OFF: Answer = (400, {"refunds": ["El crédito ya fue liquidado: elige otro medio."]})
Job = Callable[[], Awaitable[None]]


@pytest.fixture
def run_job(deps: Deps, clock: FakeClock) -> Job:
    """Runs the job when the returns that are open now are due."""

    async def later() -> None:
        clock.advance(seconds=(OPEN_FOR + timedelta(seconds=1)).total_seconds())
        await finish_open_returns(desk=deps.returns)

    return later


@pytest.fixture
async def by_points(till: AsyncClient) -> int:
    """An order of 3 pieces of Coca Cola and 1 of bread: 358.00, paid with as many points."""
    order: int = (await paid(till, "POINTS", (COLA, 3), (BREAD, 1), customer=1))["id"]
    return order


@pytest.fixture
async def on_credit(till: AsyncClient) -> int:
    """An order of 4 pieces of bread, on credit: the customer owes 990.00 now."""
    order: int = (await paid(till, "CREDIT", (BREAD, 4), customer=1))["id"]
    return order


async def statuses(deps: Deps) -> list[str]:
    return [
        row["status"]
        for row in await deps.database.fetch_dicts("select status from till_returns order by id")
    ]


async def test_points_come_back_as_points(till: AsyncClient, by_points: int, charges: FakeCharges) -> None:
    assert charges.points[1] == 1_000 - 358
    made = await returned(till, by_points, (COLA, 2))
    assert (made["points_returned"], made["refunds"]) == (232, by(POINTS="232.00"))
    assert charges.points[1] == 1_000 - 358 + 232
    await returned(till, by_points, (COLA, 1), (BREAD, 1))
    assert charges.points[1] == 1_000
    assert (await order_of(till, by_points))["refund_status"] == "FULL"


async def test_points_of_cents_come_back_whole_and_the_rest_at_last(
    till: AsyncClient, stock: FakeStock, charges: FakeCharges
) -> None:
    stock.products[BREAD].price = Decimal("10.50")
    order_id = (await paid(till, "POINTS", (BREAD, 3), customer=1))["id"]
    assert charges.points[1] == 1_000 - 32
    assert [(await returned(till, order_id, (BREAD, 1)))["points_returned"] for _ in range(3)] == [10, 10, 12]
    assert charges.points[1] == 1_000


async def test_the_points_of_the_attempt_that_paid_come_back(till: AsyncClient, charges: FakeCharges) -> None:
    order_id = (await placed(till, (COLA, 1), customer=1))["id"]
    for points, status in ((0, 400), (1_000, 200)):
        charges.points[1] = points
        assert (await pay(till, order_id, "POINTS")).status_code == status
    await returned(till, order_id, (COLA, 1))
    assert charges.points[1] == 1_000


async def test_credit_lowers_the_debt(till: AsyncClient, on_credit: int, charges: FakeCharges) -> None:
    assert charges.credit_used[1] == Decimal("990.00")
    made = await returned(till, on_credit, (BREAD, 3))
    assert (made["points_returned"], made["refunds"]) == (0, by(CREDIT="30.00"))
    assert charges.credit_used[1] == Decimal("960.00")


async def test_credit_that_was_paid_off_since_is_given_back_otherwise(
    till: AsyncClient, admin: AsyncClient, on_credit: int, charges: FakeCharges, deps: Deps
) -> None:
    charges.credit_used[1] = Decimal("5.00")
    assert answered(await previewed(till, on_credit, (BREAD, 1))) == PAID_OFF
    assert answered(await give_back(till, on_credit, (BREAD, 1))) == PAID_OFF
    assert await statuses(deps) == ["UNDONE"]
    order = await order_of(till, on_credit)
    assert (order["refund_status"], order["items"][0]["returnable_quantity"]) == ("NONE", 4)
    cash = by(CASH="40.00")  # all of it: what was undone has given nothing back
    assert (await previewed(till, on_credit, (BREAD, 4), refunds=cash)).status_code == 200
    assert (await returned(admin, on_credit, (BREAD, 4), refunds=cash))["refunds"] == cash
    assert await models_in_outbox(deps.database, OrderReturned)


async def test_a_refund_without_an_answer_is_resumed_by_a_repeat(
    till: AsyncClient, by_points: int, charges: FakeCharges, refunds: FakeRefunds, deps: Deps
) -> None:
    refunds.loses_answers = True
    assert answered(await give_back(till, by_points, headers=KEY)) == (503, UNAVAILABLE)
    assert await statuses(deps) == ["REFUNDING"]
    refunds.loses_answers = False
    assert (await give_back(till, by_points, headers=KEY)).status_code == 201
    assert await statuses(deps) == ["DONE"]
    assert charges.points[1] == 1_000 - 358 + 116
    assert len(await models_in_outbox(deps.database, OrderReturned)) == 1


async def test_a_refund_that_was_booked_is_finished_by_the_job(
    till: AsyncClient,
    by_points: int,
    charges: FakeCharges,
    refunds: FakeRefunds,
    deps: Deps,
    run_job: Job,
) -> None:
    refunds.loses_answers = True
    await give_back(till, by_points, headers=KEY)
    await run_job()
    assert await statuses(deps) == ["DONE"]
    assert (await order_of(till, by_points))["refunded_amount"] == "116.00"
    assert len(await models_in_outbox(deps.database, OrderReturned)) == 1
    refunds.loses_answers = False
    await lose_answers(deps.database)
    assert (await give_back(till, by_points, headers=KEY)).status_code == 201
    assert charges.points[1] == 1_000 - 358 + 116


async def test_a_refund_that_was_not_booked_never_will_be_after_the_job(
    till: AsyncClient,
    by_points: int,
    charges: FakeCharges,
    refunds: FakeRefunds,
    deps: Deps,
    run_job: Job,
) -> None:
    refunds.down = True
    assert answered(await give_back(till, by_points, headers=KEY)) == (503, UNAVAILABLE)
    await run_job()
    assert await statuses(deps) == ["REFUNDING"]  # customers cannot tell yet
    refunds.down = False
    await run_job()
    assert await statuses(deps) == ["UNDONE"]
    assert (await give_back(till, by_points, headers=KEY)).status_code == 201
    assert await statuses(deps) == ["UNDONE", "DONE"]
    assert charges.points[1] == 1_000 - 358 + 116


async def test_a_return_that_the_job_undoes_gives_its_approval_up(
    till: AsyncClient, by_points: int, refunds: FakeRefunds, tokens: Tokens, deps: Deps, run_job: Job
) -> None:
    headers = {**KEY, **tokens.approval("cash_refund", by_points, approver_id=2)}
    shares = by(POINTS="100.00", CASH="16.00")
    refunds.down = True
    unanswered = await give_back(till, by_points, (COLA, 1), refunds=shares, headers=headers)
    assert answered(unanswered) == (503, UNAVAILABLE)
    refunds.down = False
    await run_job()
    assert await statuses(deps) == ["UNDONE"]
    again = await give_back(till, by_points, (COLA, 1), refunds=shares, headers=headers)
    assert (again.status_code, again.json()["approved_by"]) == (201, 2)
    assert await deps.database.fetch_value("select count(*) from used_approvals") == 1


async def test_a_return_that_is_undone_gives_up_no_approval_of_another(
    till: AsyncClient, by_points: int, refunds: FakeRefunds, tokens: Tokens, deps: Deps, run_job: Job
) -> None:
    shares = by(POINTS="100.00", CASH="16.00")
    first = tokens.approval("cash_refund", by_points, approver_id=2)
    await returned(till, by_points, (COLA, 1), refunds=shares, headers=first)
    refunds.down = True
    second = tokens.approval("cash_refund", by_points, approver_id=2)
    assert (await give_back(till, by_points, refunds=shares, headers=second)).status_code == 503
    refunds.down = False
    await run_job()
    assert await statuses(deps) == ["DONE", "UNDONE"]
    reused = await give_back(till, by_points, refunds=shares, headers=first)
    assert (reused.status_code, reused.json()["code"]) == (403, "approval_invalid")
    assert (await give_back(till, by_points, refunds=shares, headers=second)).status_code == 201


async def test_the_job_leaves_returns_alone_whose_requests_are_at_work(
    till: AsyncClient, by_points: int, refunds: FakeRefunds, deps: Deps
) -> None:
    refunds.loses_answers = True
    await give_back(till, by_points)
    await finish_open_returns(desk=deps.returns)
    assert await statuses(deps) == ["REFUNDING"]


async def test_returns_that_end_leave_an_open_one_open(
    till: AsyncClient,
    by_points: int,
    on_credit: int,
    charges: FakeCharges,
    refunds: FakeRefunds,
    deps: Deps,
) -> None:
    refunds.down = True
    assert answered(await give_back(till, by_points)) == (503, UNAVAILABLE)
    refunds.down = False
    await returned(till, on_credit, (BREAD, 1))
    charges.credit_used[1] = Decimal("5.00")
    assert answered(await give_back(till, on_credit, (BREAD, 1))) == PAID_OFF
    assert await statuses(deps) == ["REFUNDING", "DONE", "UNDONE"]


async def test_an_open_return_has_its_pieces_and_is_not_shown(
    till: AsyncClient, by_points: int, refunds: FakeRefunds
) -> None:
    refunds.down = True
    await give_back(till, by_points, (COLA, 2))
    refused = await give_back(till, by_points, (COLA, 2))
    assert answered(refused) == (
        400,
        {"items": ["'Coca Cola': quedan 1 por devolver, se piden 2."]},
    )
    assert (await till.get("/api/returns/")).json() == []
    assert answered(await till.get("/api/returns/1/")) == (404, {"detail": "Not found."})


async def test_parallel_returns_give_back_no_more_points_than_were_taken(
    till: AsyncClient, by_points: int, charges: FakeCharges
) -> None:
    answers = await asyncio.gather(
        *(give_back(till, by_points, (COLA, 1)) for _ in range(5)),
        *(give_back(till, by_points, (BREAD, 1)) for _ in range(3)),
    )
    assert sum(answer.status_code == 201 for answer in answers) == 4
    assert charges.points[1] == 1_000
    assert (await order_of(till, by_points))["refunded_amount"] == "358.00"
