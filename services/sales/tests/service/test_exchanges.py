"""A return that is exchanged pays new orders, up to what is left of it (contract §8.3)."""

import asyncio
from typing import Any

import pytest
from httpx import AsyncClient, Response

from libs.common.clock import iso_utc
from libs.testing.answers import answered
from libs.testing.clock import FakeClock
from libs.testing.idempotency import lose_answers
from libs.testing.locks import in_turn, until_waiting
from libs.testing.waiting import eventually
from services.sales.deps import Deps
from services.sales.tests.builders import paid, placed, status_of
from services.sales.tests.fakes import FakeCharges
from services.sales.tests.returns import by, returned
from services.sales.tests.shifts import a_register, opened

COLA, BREAD = 15, 20
KEY = {"Idempotency-Key": "payment-1"}
NOTHING_LEFT = (400, {"non_field_errors": ["No queda nada por pagar de la devolución."]})

# PostgreSQL then finds this return behind the others.
WRITE_AGAIN = "update till_returns set exchange_left = exchange_left where id = %s"


def short(*lefts: str) -> tuple[int, dict[str, list[str]]]:
    return 400, {"payments": [f"Quedan ${left} de la devolución." for left in lefts]}


@pytest.fixture
async def exchange(till: AsyncClient) -> int:
    """A return of 40.00 that is exchanged."""
    order_id = (await paid(till, "CARD", (BREAD, 5)))["id"]
    made = await returned(till, order_id, (BREAD, 4), refunds=by(EXCHANGE="40.00"))
    assert made["refunds"] == by(EXCHANGE="40.00")
    return int(made["id"])


async def pay(
    till: AsyncClient, order_id: int, exchange: int | str, amount: str, *others: dict[str, str], **more: Any
) -> Response:
    part = {"payment_method": "EXCHANGE", "amount": amount, "reference": str(exchange)}
    return await till.post(f"/api/orders/{order_id}/pay/", json={"payments": [part, *others]}, **more)


async def left_of(deps: Deps, exchange: int) -> str:
    return str(
        await deps.database.fetch_value("select exchange_left from till_returns where id = %s", [exchange])
    )


async def test_an_exchange_pays_new_orders_up_to_what_is_left(
    till: AsyncClient, exchange: int, deps: Deps
) -> None:
    first = (await placed(till, (BREAD, 3)))["id"]
    assert (await pay(till, first, exchange, "30.00")).status_code == 200
    second = (await placed(till, (BREAD, 2)))["id"]
    assert answered(await pay(till, second, exchange, "20.00")) == short("10.00")
    assert await status_of(deps.database, second) == "PENDING"
    answer = await pay(till, second, exchange, "10.00", *by(CASH="10.00"))
    assert (answer.status_code, answer.json()["payment_method"]) == (200, "MIXED")
    assert await left_of(deps, exchange) == "0.00"


async def test_of_no_exchange_nothing_is_left(till: AsyncClient, exchange: int) -> None:
    order = await paid(till, "CASH", (BREAD, 1))
    plain = (await returned(till, order["id"], (BREAD, 1)))["id"]
    new = (await placed(till, (BREAD, 1)))["id"]
    for reference in (plain, 999):
        assert answered(await pay(till, new, reference, "10.00")) == short("0.00")
    answer = await pay(till, new, "x", "10.00")
    assert answered(answer) == (400, {"payments": ["EXCHANGE lleva el id de la devolución en reference."]})
    single = await till.post(f"/api/orders/{new}/pay/", json={"payment_method": "EXCHANGE"})
    assert answered(single) == (400, {"payment_method": ['"EXCHANGE" is not a valid choice.']})


async def test_payments_at_once_take_no_more_than_is_left(
    till: AsyncClient, exchange: int, deps: Deps
) -> None:
    orders = [(await placed(till, (BREAD, 3)))["id"] for _ in range(4)]
    answers = await asyncio.gather(*(pay(till, order, exchange, "30.00") for order in orders))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]
    assert await left_of(deps, exchange) == "10.00"


async def test_an_order_that_is_paid_already_takes_nothing(
    till: AsyncClient, exchange: int, deps: Deps
) -> None:
    order = (await paid(till, "CASH", (BREAD, 3)))["id"]
    assert (await pay(till, order, exchange, "30.00")).status_code == 400
    assert await left_of(deps, exchange) == "40.00"


async def test_a_repeat_takes_nothing_again(till: AsyncClient, exchange: int, deps: Deps) -> None:
    order = (await placed(till, (BREAD, 3)))["id"]
    first = await pay(till, order, exchange, "30.00", headers=KEY)
    await lose_answers(deps.database)
    again = await pay(till, order, exchange, "30.00", headers=KEY)
    assert (again.status_code, again.json()) == (200, first.json())
    assert await left_of(deps, exchange) == "10.00"


async def test_a_refused_balance_gives_the_exchange_back(
    till: AsyncClient, exchange: int, deps: Deps
) -> None:
    order = (await placed(till, (COLA, 2), customer=1))["id"]
    refused = await pay(till, order, exchange, "40.00", *by(CREDIT="192.00"))
    assert refused.headers["X-Error-Code"] == "credit_limit_exceeded"
    assert await left_of(deps, exchange) == "40.00"
    assert (await pay(till, order, exchange, "40.00", *by(POINTS="192.00"))).status_code == 200
    assert await left_of(deps, exchange) == "0.00"


async def test_an_undone_payment_locks_its_exchanges_by_id(
    till: AsyncClient, exchange: int, charges: FakeCharges, deps: Deps
) -> None:
    bought = (await paid(till, "CARD", (BREAD, 5)))["id"]
    second = (await returned(till, bought, (BREAD, 4), refunds=by(EXCHANGE="40.00")))["id"]
    order = (await placed(till, (COLA, 2), customer=1))["id"]
    charges.may_answer.clear()
    async with asyncio.TaskGroup() as tasks:
        part = {"payment_method": "EXCHANGE", "amount": "40.00", "reference": str(exchange)}
        tasks.create_task(pay(till, order, second, "40.00", part, *by(CREDIT="152.00")))
        await eventually(lambda: charges.asked)
        await deps.database.execute(WRITE_AGAIN, [exchange])
        async with deps.database.transaction() as holding:
            await holding.execute("select from till_returns where id = %s for update", [exchange])
            charges.may_answer.set()
            await until_waiting(deps.database)
            await holding.execute("select from till_returns where id = %s for update nowait", [second])
    assert [await left_of(deps, each) for each in (exchange, second)] == ["40.00", "40.00"]


async def test_a_return_of_an_exchanged_order_is_an_exchange_again(
    till: AsyncClient, exchange: int, deps: Deps
) -> None:
    order = (await placed(till, (BREAD, 4)))["id"]
    await pay(till, order, exchange, "40.00")
    made = await returned(till, order, (BREAD, 1))
    assert made["refunds"] == by(EXCHANGE="10.00")
    assert await left_of(deps, made["id"]) == "10.00"


async def pay_out(client: AsyncClient, exchange: int, key: str = "", **body: Any) -> Response:
    headers = {"Idempotency-Key": key} if key else {}
    return await client.post(f"/api/returns/{exchange}/payout/", json=body, headers=headers)


async def test_what_is_left_is_paid_out_of_the_drawer(
    till: AsyncClient, admin: AsyncClient, exchange: int, clock: FakeClock
) -> None:
    order = (await placed(till, (BREAD, 3)))["id"]
    assert (await pay(till, order, exchange, "30.00")).status_code == 200
    register = await a_register(admin)
    shift = await opened(till, register)
    other_shift = await opened(admin, await a_register(admin, "Caja 2"))
    answer = await pay_out(admin, exchange, register=register)
    assert (answer.status_code, answer.json()["exchange_left"]) == (200, "0.00")
    assert answer.json()["payout"] == {"amount": "10.00", "user": 9, "at": iso_utc(clock())}
    assert (await till.get(f"/api/returns/{exchange}/")).json() == answer.json()
    report = (await admin.get(f"/api/shifts/{shift}/report/")).json()
    assert (report["cash"]["refunded"], report["cash"]["expected"]) == ("10.00", "490.00")
    refunded = {tender["payment_method"]: tender["refunded"] for tender in report["tenders"]}
    assert refunded == {"CASH": "10.00", "EXCHANGE": "-10.00"}
    assert report["shift"]["users"] == [9]
    assert (await admin.get(f"/api/shifts/{other_shift}/")).json()["expected_cash"] == "500.00"


async def test_of_a_return_whose_money_is_still_under_way_nothing_is_left(
    till: AsyncClient, admin: AsyncClient, exchange: int, deps: Deps
) -> None:
    await deps.database.execute("update till_returns set status = 'REFUNDING', done_at = null")
    order = (await placed(till, (BREAD, 1)))["id"]
    assert answered(await pay(till, order, exchange, "10.00")) == short("0.00")
    assert (await pay_out(admin, exchange)).status_code == 404


async def test_it_is_paid_out_once_whoever_asks(admin: AsyncClient, exchange: int) -> None:
    first, repeat = [await pay_out(admin, exchange, "payout-1") for _ in range(2)]
    assert (first.status_code, repeat.json()) == (200, first.json())
    assert answered(await pay_out(admin, exchange)) == NOTHING_LEFT
    both = await asyncio.gather(*(pay_out(admin, exchange) for _ in range(2)))
    assert [answered(answer) for answer in both] == [NOTHING_LEFT, NOTHING_LEFT]


async def test_what_an_undone_payment_gives_back_is_paid_out_too(
    admin: AsyncClient, exchange: int, deps: Deps
) -> None:
    await pay_out(admin, exchange)
    await deps.database.execute("update till_returns set exchange_left = 5")
    assert (await pay_out(admin, exchange)).json()["payout"]["amount"] == "45.00"


async def test_two_payouts_at_once_pay_out_once(admin: AsyncClient, till: AsyncClient, exchange: int) -> None:
    shift = await opened(till, await a_register(admin))
    answers = await asyncio.gather(*(pay_out(admin, exchange) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]
    assert (await admin.get(f"/api/shifts/{shift}/")).json()["expected_cash"] == "460.00"


async def test_a_payout_takes_nothing_of_other_exchanges(
    till: AsyncClient, admin: AsyncClient, exchange: int, deps: Deps
) -> None:
    order = (await paid(till, "CARD", (BREAD, 5)))["id"]
    other = (await returned(till, order, (BREAD, 1), refunds=by(EXCHANGE="10.00")))["id"]
    shift = await opened(till, await a_register(admin))
    assert (await pay_out(admin, other)).json()["payout"]["amount"] == "10.00"
    assert (await admin.get(f"/api/shifts/{shift}/")).json()["expected_cash"] == "490.00"
    assert await left_of(deps, exchange) == "40.00"


async def test_a_payout_waits_for_the_payment_that_takes_what_is_left(
    admin: AsyncClient, exchange: int, deps: Deps
) -> None:
    (payout,) = await in_turn(
        deps.database, "update till_returns set exchange_left = 0", pay_out(admin, exchange)
    )
    assert answered(payout) == NOTHING_LEFT


async def test_a_register_that_is_unknown_or_has_no_shift_pays_nothing_out(
    admin: AsyncClient, exchange: int, deps: Deps
) -> None:
    unknown = {"register": ['Invalid pk "99" - object does not exist.']}
    assert answered(await pay_out(admin, exchange, register=99)) == (400, unknown)
    no_shift = {"register": ["La caja no tiene un turno abierto."]}
    assert answered(await pay_out(admin, exchange, register=await a_register(admin))) == (400, no_shift)
    assert await left_of(deps, exchange) == "40.00"


async def test_one_of_a_payment_and_a_payout_at_once_takes_what_is_left(
    till: AsyncClient, admin: AsyncClient, exchange: int
) -> None:
    order = (await placed(till, (BREAD, 4)))["id"]
    answers = await asyncio.gather(pay(till, order, exchange, "40.00"), pay_out(admin, exchange))
    assert sorted(answer.status_code for answer in answers) == [200, 400]


async def test_a_payment_and_a_payout_of_one_drawer_wait_for_each_other(
    till: AsyncClient, admin: AsyncClient, exchange: int, deps: Deps
) -> None:
    order = (await placed(till, (BREAD, 4)))["id"]
    shift = await opened(till, await a_register(admin))
    payout, payment = await in_turn(
        deps.database,
        "select from shifts where id = %s for update",
        pay_out(admin, exchange),
        pay(till, order, exchange, "40.00"),
        given=[shift],
    )
    assert payout.status_code == 200
    assert answered(payment) == short("0.00")


async def test_a_payout_is_for_returns_that_were_exchanged(till: AsyncClient, admin: AsyncClient) -> None:
    assert (await pay_out(admin, 999)).status_code == 404
    assert (await pay_out(admin, 999, register=999)).status_code == 404
    order = (await paid(till, "CASH", (BREAD, 1)))["id"]
    made = await returned(till, order, (BREAD, 1))
    assert made["exchange_left"] is None
    assert (await pay_out(admin, made["id"])).status_code == 400


async def test_a_report_shows_the_open_exchanges_of_its_shift(till: AsyncClient, admin: AsyncClient) -> None:
    shift = await opened(till, await a_register(admin))
    order = (await paid(till, "CARD", (BREAD, 5)))["id"]
    made = await returned(till, order, (BREAD, 4), refunds=by(EXCHANGE="40.00"))
    path = f"/api/shifts/{shift}/report/"
    assert (await till.get(path)).json()["exchanges"] == {"open": [{"return": made["id"], "left": "40.00"}]}
    await pay_out(admin, made["id"])
    assert (await till.get(path)).json()["exchanges"] == {"open": []}
