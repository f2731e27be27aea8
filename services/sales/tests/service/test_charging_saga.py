"""The saga of paying with a balance: charged once and paid, or not charged and open, whatever breaks."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from httpx import AsyncClient, Response

from libs.common.contracts.sales import Channel
from libs.common.db.database import Database, OutcomeUnknown
from libs.common.errors import Unavailable
from libs.testing.clock import FakeClock
from libs.testing.idempotency import lose_answers
from libs.testing.outbox import events_in_outbox
from libs.testing.pos import UNAVAILABLE
from libs.testing.waiting import eventually
from services.sales.api.pos.payment_shapes import PAYING_METHODS
from services.sales.deps import Deps
from services.sales.domain.payments import Charge, InsufficientPoints, OnlyPendingOrdersArePaid, PaymentMethod
from services.sales.domain.tenders import Payment
from services.sales.tests.builders import cancel, outcomes_of, pay, placed, status_of
from services.sales.tests.fakes import FakeCharges
from services.sales.usecases.orders.expiring import cancel_unpaid_orders
from services.sales.usecases.payments import paying
from services.sales.usecases.payments.at_once import PayOrder
from services.sales.usecases.payments.attempts import PayableOrder, find_payable
from services.sales.usecases.payments.desk import PaymentDesk
from services.sales.usecases.payments.finishing import BATCH_MAX, OPEN_FOR, finish_open_attempts
from services.sales.usecases.payments.paying import pay_order
from services.sales.usecases.shifts.choosing import Till

KEY = {"Idempotency-Key": "payment-1"}
ONLY_PENDING = {"non_field_errors": ["Solo se pueden pagar órdenes PENDIENTES."]}
NOT_CANCELLED = {
    "non_field_errors": ["No se puede cancelar esta orden. Solo se permiten cancelar órdenes PENDIENTES."]
}
Job = Callable[[], Awaitable[None]]
LeaveOpen = Callable[..., Awaitable[Response]]

# The connection ends during the commit of a statement on orders, so that its outcome is unknown.
DIE_AT_COMMIT = """
create function die() returns trigger language plpgsql as $$
    begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$;
create constraint trigger dies after update on orders deferrable initially deferred
    for each row when (new.status = '{status}') execute function die()
"""
LIVE_ON = "drop trigger dies on orders; drop function die()"


@pytest.fixture
def payments(deps: Deps) -> PaymentDesk:
    """The desk of the app, for use cases."""
    return deps.payments


@pytest.fixture
def run_job(deps: Deps, clock: FakeClock) -> Job:
    """Runs the job when the attempts that are open now are due."""

    async def later() -> None:
        clock.advance(seconds=(OPEN_FOR + timedelta(seconds=1)).total_seconds())
        await finish_open_attempts(desk=deps.payments)

    return later


@pytest.fixture
async def order(till: AsyncClient) -> int:
    """An order of customer 1 over 116.00."""
    return int((await placed(till, customer=1))["id"])


@pytest.fixture
async def under_way(till: AsyncClient, deps: Deps, charges: FakeCharges, order: int) -> AsyncIterator[int]:
    """An order whose payment waits for customers; it is answered at the end."""
    charges.may_answer.clear()
    payment = asyncio.ensure_future(pay(till, order, "POINTS"))
    await eventually(lambda: charges.asked)
    yield order
    charges.may_answer.set()
    await payment


@contextmanager
def without_answers(charges: FakeCharges, *, charging: bool = False) -> Iterator[None]:
    """Customers gives no answer until the block ends; it charges nothing, or nevertheless."""
    charges.down, charges.loses_answers = not charging, charging
    yield
    charges.down = charges.loses_answers = False


@pytest.fixture
def leave_open(till: AsyncClient, charges: FakeCharges, order: int) -> LeaveOpen:
    """Pays the order with `KEY` and gets no answer from customers, so that the attempt stays open."""

    async def pay_without_answer(*, charging: bool = False) -> Response:
        with without_answers(charges, charging=charging):
            answer = await pay(till, order, "POINTS", KEY)
        assert answer.status_code == 503
        return answer

    return pay_without_answer


class OvertakenCharges(FakeCharges):
    """Refuses, while an earlier call with the same id is taken."""

    async def take(self, charge_id: UUID, charge: Charge) -> None:
        await super().take(charge_id, charge)
        raise InsufficientPoints(available=0, total=charge.by_points)


def a_payment(order_id: int, operation: UUID | None = None) -> PayOrder:
    return PayOrder(
        operation or uuid4(), "POS", order_id, Payment(PaymentMethod.POINTS), Till(7, None, needs_shift=False)
    )


async def assert_paid_once(deps: Deps, charges: FakeCharges, order_id: int) -> None:
    assert await status_of(deps.database, order_id) == "PAID"
    assert len(charges.taken) == 1
    assert charges.points[1] == 1_000 - 116
    assert len(await events_in_outbox(deps.database, "sales.order_paid.v1")) == 1
    assert (await outcomes_of(deps.database, order_id))[-1] == "charged"


async def assert_open_and_not_charged(deps: Deps, charges: FakeCharges, order_id: int) -> None:
    assert await status_of(deps.database, order_id) == "PENDING"
    assert (charges.taken, charges.points[1]) == ({}, 1_000)
    assert await events_in_outbox(deps.database, "sales.order_paid.v1") == []


# While an attempt is open.


async def test_a_second_payer_is_told_at_once(till: AsyncClient, under_way: int) -> None:
    for method in PAYING_METHODS:
        answer = await pay(till, under_way, method)
        assert (answer.status_code, answer.json()) == (400, ONLY_PENDING)


async def test_a_canceller_is_told_at_once(till: AsyncClient, under_way: int) -> None:
    answer = await cancel(till, under_way)
    assert (answer.status_code, answer.json()) == (400, NOT_CANCELLED)


async def test_tills_see_the_order_as_pending(till: AsyncClient, under_way: int) -> None:
    other = await placed(till)
    detail = (await till.get(f"/api/orders/{under_way}/")).json()
    assert (detail["status"], detail["payment_method"], detail["paid_at"]) == ("PENDING", None, None)
    everything = await till.get("/api/orders/")
    assert [seen["status"] for seen in everything.json()] == ["PENDING", "PENDING"]
    pending = await till.get("/api/orders/?status=PENDING")
    assert [seen["id"] for seen in pending.json()] == [other["id"], under_way]
    assert pending.headers["X-Total-Count"] == "2"
    assert (await till.get("/api/orders/?status=PAYING")).status_code == 400


async def test_the_job_that_cancels_unpaid_orders_leaves_the_order_alone(
    deps: Deps, clock: FakeClock, under_way: int
) -> None:
    clock.advance(hours=25)
    assert await cancel_unpaid_orders(database=deps.database, clock=clock, pending_hours=24) == 0
    assert await status_of(deps.database, under_way) == "PAYING"


async def test_a_request_that_works_is_left_alone_by_the_job(
    payments: PaymentDesk, charges: FakeCharges, under_way: int
) -> None:
    await finish_open_attempts(desk=payments)
    assert charges.fenced == set()


# No answer from customers.


async def test_a_wrong_payment_stays_refused_when_the_attempt_is_undone_while_it_is_looked_at(
    *,
    till: AsyncClient,
    deps: Deps,
    charges: FakeCharges,
    order: int,
    leave_open: LeaveOpen,
    run_job: Job,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await leave_open()

    async def find_before_it_is_undone(
        order_id: int, channel: Channel, *, database: Database
    ) -> PayableOrder:
        found = await find_payable(order_id, channel, database=database)
        await run_job()
        return found

    monkeypatch.setattr(paying, "find_payable", find_before_it_is_undone)
    too_little = {"payments": [{"payment_method": "CASH", "amount": "1.00"}]}
    answer = await till.post(f"/api/orders/{order}/pay/", json=too_little)
    assert (answer.status_code, answer.json()) == (400, ONLY_PENDING)
    await assert_open_and_not_charged(deps, charges, order)


async def test_without_an_answer_the_till_gets_503_and_the_order_is_being_paid(
    deps: Deps, order: int, leave_open: LeaveOpen
) -> None:
    answer = await leave_open()
    assert (answer.status_code, answer.json()) == (503, UNAVAILABLE)
    assert "Retry-After" in answer.headers
    assert await status_of(deps.database, order) == "PAYING"
    assert await outcomes_of(deps.database, order) == [None]


@pytest.mark.parametrize("was_charged", [True, False])
async def test_a_repeat_resumes_the_attempt_and_charges_once(
    till: AsyncClient,
    deps: Deps,
    charges: FakeCharges,
    order: int,
    leave_open: LeaveOpen,
    *,
    was_charged: bool,
) -> None:
    await leave_open(charging=was_charged)
    answer = await pay(till, order, "POINTS", KEY)
    assert (answer.status_code, answer.json()["status"]) == (200, "PAID")
    assert len(charges.asked) == 2
    assert len(set(charges.asked)) == 1
    await assert_paid_once(deps, charges, order)


async def test_a_repeat_with_another_key_does_not_resume_it(
    till: AsyncClient, order: int, leave_open: LeaveOpen
) -> None:
    await leave_open(charging=True)
    answer = await pay(till, order, "POINTS", {"Idempotency-Key": "payment-2"})
    assert (answer.status_code, answer.json()) == (400, ONLY_PENDING)


@pytest.mark.parametrize("was_charged", [True, False])
async def test_the_job_ends_the_attempt_without_a_repeat(
    deps: Deps, charges: FakeCharges, order: int, leave_open: LeaveOpen, run_job: Job, *, was_charged: bool
) -> None:
    await leave_open(charging=was_charged)
    await run_job()
    if was_charged:
        await assert_paid_once(deps, charges, order)
    else:
        await assert_open_and_not_charged(deps, charges, order)
        assert await outcomes_of(deps.database, order) == ["not_charged"]


async def test_the_job_writes_the_tenders_of_the_attempt_that_it_ends(
    till: AsyncClient, deps: Deps, charges: FakeCharges, order: int, run_job: Job
) -> None:
    tenders = [
        {"payment_method": "POINTS", "amount": "16.00"},
        {"payment_method": "CASH", "amount": "100.00"},
    ]
    with without_answers(charges, charging=True):
        body = {"payments": tenders, "cash_received": "150.00"}
        answer = await till.post(f"/api/orders/{order}/pay/", json=body, headers=KEY)
    assert answer.status_code == 503
    seen = (await till.get(f"/api/orders/{order}/")).json()
    assert (seen["status"], seen["payments"], seen["cash_received"]) == ("PENDING", [], None)
    await run_job()
    seen = (await till.get(f"/api/orders/{order}/")).json()
    shown = [{**tender, "reference": None, "card_kind": None} for tender in tenders]
    assert (seen["payment_method"], seen["payments"], seen["change"]) == ("MIXED", shown, "50.00")
    (event,) = await events_in_outbox(deps.database, "sales.order_paid.v1")
    assert event.data["payments"] == tenders
    again = await till.post(f"/api/orders/{order}/pay/", json=body, headers=KEY)
    assert (again.status_code, again.json()["payments"], charges.points[1]) == (200, shown, 984)


async def test_while_customers_is_away_the_job_leaves_the_attempt_open_and_tries_again(
    deps: Deps,
    payments: PaymentDesk,
    charges: FakeCharges,
    order: int,
    leave_open: LeaveOpen,
    run_job: Job,
) -> None:
    await leave_open()
    with without_answers(charges):
        await run_job()
    assert await status_of(deps.database, order) == "PAYING"
    await finish_open_attempts(desk=payments)
    await assert_open_and_not_charged(deps, charges, order)


async def test_an_order_that_was_given_back_is_paid_by_another_charge(
    till: AsyncClient,
    deps: Deps,
    charges: FakeCharges,
    order: int,
    leave_open: LeaveOpen,
    run_job: Job,
) -> None:
    await leave_open()
    await run_job()
    assert (await pay(till, order, "POINTS", KEY)).status_code == 200
    assert len(set(charges.asked)) == 2
    assert await outcomes_of(deps.database, order) == ["not_charged", "charged"]
    await assert_paid_once(deps, charges, order)


async def test_a_repeat_after_the_job_has_finished_gets_the_payment(
    till: AsyncClient,
    deps: Deps,
    charges: FakeCharges,
    order: int,
    leave_open: LeaveOpen,
    run_job: Job,
) -> None:
    await leave_open(charging=True)
    await run_job()
    answer = await pay(till, order, "POINTS", KEY)
    assert (answer.status_code, answer.json()["status"]) == (200, "PAID")
    await assert_paid_once(deps, charges, order)


async def test_an_order_that_was_given_back_after_a_day_is_cancelled_then(
    deps: Deps, payments: PaymentDesk, clock: FakeClock, leave_open: LeaveOpen
) -> None:
    await leave_open()
    clock.advance(hours=25)
    await finish_open_attempts(desk=payments)
    assert await cancel_unpaid_orders(database=deps.database, clock=clock, pending_hours=24) == 1


async def test_many_open_attempts_are_ended_in_one_run(
    till: AsyncClient, deps: Deps, charges: FakeCharges, run_job: Job
) -> None:
    orders = [int((await placed(till, customer=1))["id"]) for _ in range(BATCH_MAX + 3)]
    with without_answers(charges):
        await asyncio.gather(*(pay(till, order_id, "POINTS") for order_id in orders))
    await run_job()
    assert {await status_of(deps.database, order_id) for order_id in orders} == {"PENDING"}


# A crash at each step.


async def test_a_crash_after_the_start_leaves_the_order_open(
    till: AsyncClient,
    deps: Deps,
    payments: PaymentDesk,
    charges: FakeCharges,
    order: int,
    run_job: Job,
) -> None:
    charges.may_answer.clear()
    payment = asyncio.ensure_future(pay_order(a_payment(order), desk=payments))
    await eventually(lambda: charges.asked)
    payment.cancel()
    await asyncio.gather(payment, return_exceptions=True)
    charges.may_answer.set()
    await run_job()
    await assert_open_and_not_charged(deps, charges, order)


@pytest.mark.parametrize("status", ["PAYING", "PAID"])
async def test_when_the_outcome_of_a_commit_is_unknown_the_job_finds_out(
    deps: Deps,
    charges: FakeCharges,
    order: int,
    run_job: Job,
    database_url: str,
    status: str,
) -> None:
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as owner:
        await owner.execute(DIE_AT_COMMIT.format(status=status).encode())
        with pytest.raises(OutcomeUnknown):
            await pay_order(a_payment(order), desk=deps.payments)
        await owner.execute(LIVE_ON)
    await run_job()
    if status == "PAID":
        await assert_paid_once(deps, charges, order)
    else:
        await assert_open_and_not_charged(deps, charges, order)


async def test_a_crash_while_a_refused_payment_is_undone_leaves_the_order_open(
    deps: Deps, charges: FakeCharges, order: int, run_job: Job, database_url: str
) -> None:
    charges.points[1] = 0
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as owner:
        await owner.execute(DIE_AT_COMMIT.format(status="PENDING").encode())
        with pytest.raises(OutcomeUnknown):
            await pay_order(a_payment(order), desk=deps.payments)
        await owner.execute(LIVE_ON)
    assert await status_of(deps.database, order) == "PAYING"
    await run_job()
    assert await status_of(deps.database, order) == "PENDING"
    assert charges.taken == {}


async def test_a_crash_after_the_payment_and_before_the_answer_charges_nothing_more(
    till: AsyncClient, deps: Deps, charges: FakeCharges, order: int
) -> None:
    first = await pay(till, order, "POINTS", KEY)
    await lose_answers(deps.database)
    again = await pay(till, order, "POINTS", KEY)
    assert (again.status_code, again.json()) == (200, first.json())
    assert len(charges.asked) == 1
    await assert_paid_once(deps, charges, order)


async def test_a_refusal_that_cannot_be_settled_is_no_answer(
    till: AsyncClient,
    deps: Deps,
    charges: FakeCharges,
    order: int,
    run_job: Job,
) -> None:
    charges.points[1] = 0
    charges.down_for_fences = True
    assert (await pay(till, order, "POINTS")).status_code == 503
    assert await status_of(deps.database, order) == "PAYING"
    charges.down_for_fences = False
    await run_job()
    assert await status_of(deps.database, order) == "PENDING"
    assert charges.taken == {}


# The job, a request and its repeat at the same time.


async def test_a_charge_that_arrives_after_the_job_gave_the_order_back_takes_nothing(
    till: AsyncClient,
    deps: Deps,
    charges: FakeCharges,
    order: int,
    run_job: Job,
) -> None:
    charges.may_answer.clear()
    slow = asyncio.ensure_future(pay(till, order, "POINTS"))
    await eventually(lambda: charges.asked)
    await run_job()
    charges.may_answer.set()
    assert (await slow).status_code == 503
    await assert_open_and_not_charged(deps, charges, order)
    assert (await pay(till, order, "CASH")).status_code == 200


async def test_a_refusal_is_overtaken_by_an_earlier_call_that_was_taken(
    till: AsyncClient, deps: Deps, charges: FakeCharges, order: int
) -> None:
    overtaken = OvertakenCharges()
    overtaken.points, overtaken.credit_limit, overtaken.credit_used = (
        charges.points,
        charges.credit_limit,
        charges.credit_used,
    )
    paid = await pay_order(a_payment(order), desk=replace(deps.payments, charges=overtaken))
    assert paid.status == "PAID"
    await assert_paid_once(deps, overtaken, order)


async def test_two_requests_that_resume_an_attempt_at_once_charge_once(
    till: AsyncClient, deps: Deps, payments: PaymentDesk, charges: FakeCharges, order: int
) -> None:
    operation = uuid4()
    with without_answers(charges), pytest.raises(Unavailable):
        await pay_order(a_payment(order, operation), desk=payments)
    charges.may_answer.clear()
    both = asyncio.gather(*(pay_order(a_payment(order, operation), desk=payments) for _ in range(2)))
    await eventually(lambda: len(charges.asked) == 3)
    charges.may_answer.set()
    assert [paid.status for paid in await both] == ["PAID", "PAID"]
    await assert_paid_once(deps, charges, order)


async def test_two_runs_of_the_job_and_a_repeat_end_an_attempt_once(
    till: AsyncClient,
    deps: Deps,
    payments: PaymentDesk,
    charges: FakeCharges,
    clock: FakeClock,
    order: int,
) -> None:
    operation = uuid4()
    with without_answers(charges, charging=True), pytest.raises(Unavailable):
        await pay_order(a_payment(order, operation), desk=payments)
    clock.advance(minutes=1)
    *_, repeated = await asyncio.gather(
        finish_open_attempts(desk=payments),
        finish_open_attempts(desk=payments),
        pay_order(a_payment(order, operation), desk=payments),
    )
    assert repeated.status == "PAID"
    await assert_paid_once(deps, charges, order)


async def test_another_payment_of_an_order_that_is_paid_is_refused(payments: PaymentDesk, order: int) -> None:
    await pay_order(a_payment(order), desk=payments)
    with pytest.raises(OnlyPendingOrdersArePaid):
        await pay_order(a_payment(order), desk=payments)


async def test_of_requests_at_once_with_one_key_one_pays_and_all_are_answered_the_same(
    till: AsyncClient, deps: Deps, charges: FakeCharges, order: int
) -> None:
    answers = await asyncio.gather(*(pay(till, order, "POINTS", KEY) for _ in range(8)))
    assert {(answer.status_code, answer.content) for answer in answers} == {(200, answers[0].content)}
    assert len(charges.asked) == 1
    await assert_paid_once(deps, charges, order)
