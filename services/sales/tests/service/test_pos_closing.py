"""Closing a shift: counted cash, attempts, and the Z report that never changes."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from libs.testing.clock import FakeClock
from libs.testing.idempotency import lose_answers
from libs.testing.outbox import events_in_outbox
from libs.testing.plans import generic_plan
from libs.testing.pos import FORBIDDEN
from libs.testing.tokens import Tokens
from services.sales.deps import Deps
from services.sales.tests.builders import paid, placed
from services.sales.tests.returns import by, returned
from services.sales.tests.shifts import CLOSED, a_register, close, open_shift, opened, report
from services.sales.tests.synced import a_sale, result
from services.sales.usecases.shifts.reporting import OPEN_ORDERS

APPROVAL = {
    "detail": "Se requiere autorización de un supervisor.",
    "code": "approval_required",
    "action": "shift_difference",
}
UNSENT = {"non_field_errors": ["La caja tiene 3 ventas sin enviar."]}


async def test_a_close_answers_the_z_report(
    till: AsyncClient, shift: int, deps: Deps, clock: FakeClock
) -> None:
    await paid(till, "CASH", (15, 1))
    await paid(till, "CARD", (20, 2))
    await placed(till)
    clock.advance(hours=2)
    answer = await close(
        till,
        shift,
        "610.00",
        denominations={"500.00": 1, "50": 2, "0.50": 20},
        counted={"CARD": "25.00"},
        left_in_drawer="400.00",
        note="Fin",
    )
    assert answer.status_code == 200
    shown = answer.json()
    closed = shown["shift"]
    assert closed["status"] == "CLOSED"
    assert (closed["opened_at"], closed["closed_at"]) == ("2026-03-02T18:00:00Z", "2026-03-02T20:00:00Z")
    assert (closed["closed_by"], closed["approved_by"]) == (7, None)
    assert (closed["z_number"], closed["note"]) == (1, "Fin")
    assert (closed["counted_cash"], closed["expected_cash"], closed["difference"]) == (
        "610.00",
        "616.00",
        "-6.00",
    )
    assert (closed["left_in_drawer"], closed["withdrawn"]) == ("400.00", "210.00")
    assert shown["tenders"] == [
        {
            "payment_method": "CARD",
            "count": 1,
            "amount": "20.00",
            "refunded": "0.00",
            "counted": "25.00",
            "difference": "5.00",
        },
        {
            "payment_method": "CASH",
            "count": 1,
            "amount": "116.00",
            "refunded": "0.00",
            "counted": "610.00",
            "difference": "-6.00",
        },
    ]
    assert (shown["cash"]["counted"], shown["cash"]["difference"]) == ("610.00", "-6.00")
    assert shown["open_orders"] == 1
    assert await report(till, shift) == shown
    ((_, subject, data),) = await events_in_outbox(deps.database, "sales.shift_closed.v1")
    assert subject == f"shift/{shift}"
    assert (data["shift_id"], data["z_number"], data["withdrawn"]) == (shift, 1, "210.00")
    assert data["report"]["sales"] == shown["sales"]
    assert data["report"]["cash"] == shown["cash"]
    assert data["report"]["tenders"] == shown["tenders"]


async def test_the_event_of_a_close_has_the_attempts_the_gaps_and_the_open_exchanges(
    till: AsyncClient, register: int, shift: int, deps: Deps, clock: FakeClock
) -> None:
    order = await paid(till, "CARD", (20, 5))
    exchange = (await returned(till, order["id"], (20, 4), refunds=by(EXCHANGE="40.00")))["id"]
    await result(till, register, a_sale(3, sold_at=clock()))
    await close(till, shift, "1.00")
    shown = (await close(till, shift, "616.00")).json()
    ((_, _, data),) = await events_in_outbox(deps.database, "sales.shift_closed.v1")
    told = data["report"]
    assert told["gaps"] == shown["gaps"] == [[1, 2]]
    assert told["close_attempts"] == shown["close_attempts"] != []
    assert told["exchanges"] == [{"return_id": exchange, "left": "40.00"}]


async def test_the_next_shift_expects_what_was_left(till: AsyncClient, shift: int) -> None:
    await close(till, shift, "500.00", left_in_drawer="300.00")
    answer = (await open_shift(till, 1, "290.00")).json()
    assert (answer["expected_opening"], answer["opening_difference"]) == ("300.00", "-10.00")
    answer = (await close(till, answer["id"], "290.00")).json()["shift"]
    assert (answer["z_number"], answer["left_in_drawer"], answer["withdrawn"]) == (2, "290.00", "0.00")


async def test_open_orders_stay_as_they_were_at_the_close(till: AsyncClient, shift: int) -> None:
    order = await placed(till)
    await close(till, shift, "500.00")
    await till.post(f"/api/orders/{order['id']}/cancel/", json={})
    assert (await report(till, shift))["open_orders"] == 1


async def test_open_orders_are_counted_by_the_index_of_orders_that_are_not_paid(
    till: AsyncClient, deps: Deps
) -> None:
    assert "ix_orders_pos_not_paid" in await generic_plan(deps.database, f"select {OPEN_ORDERS}")


async def test_open_exchanges_stay_as_they_were_at_the_close(
    till: AsyncClient, admin: AsyncClient, shift: int
) -> None:
    order = await paid(till, "CARD", (20, 5))
    exchange = (await returned(till, order["id"], (20, 4), refunds=by(EXCHANGE="40.00")))["id"]
    shown = (await close(till, shift, "500.00")).json()
    assert shown["exchanges"] == {"open": [{"return": exchange, "left": "40.00"}]}
    paid_out = await admin.post(f"/api/returns/{exchange}/payout/", json={})
    assert paid_out.json()["exchange_left"] == "0.00"
    assert await report(till, shift) == shown


async def test_what_a_payment_gives_back_after_the_close_is_no_open_exchange_of_the_report(
    till: AsyncClient, admin: AsyncClient, shift: int, deps: Deps
) -> None:
    order = await paid(till, "CARD", (20, 5))
    exchange = (await returned(till, order["id"], (20, 4), refunds=by(EXCHANGE="40.00")))["id"]
    await admin.post(f"/api/returns/{exchange}/payout/", json={})
    shown = (await close(till, shift, "460.00")).json()
    assert shown["exchanges"] == {"open": []}
    await deps.database.execute("update till_returns set exchange_left = 40")
    assert await report(till, shift) == shown


async def test_a_shift_is_closed_once(till: AsyncClient, admin: AsyncClient, shift: int) -> None:
    answers = await asyncio.gather(*(close(client, shift, "500.00") for client in (till, admin, till)))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400]
    assert all(answer.json() == CLOSED for answer in answers if answer.status_code == 400)


async def test_z_numbers_have_no_gap_per_register(till: AsyncClient, admin: AsyncClient) -> None:
    for name in ("Caja 1", "Caja 2"):
        register = await a_register(admin, name)
        numbers = []
        for _ in range(3):
            shift = await opened(till, register, "1.00")
            answers = await asyncio.gather(*(close(till, shift, "1.00") for _ in range(2)))
            numbers += [each.json()["shift"]["z_number"] for each in answers if each.status_code == 200]
        assert numbers == [1, 2, 3]


async def test_a_repeated_close_answers_the_same_at_once_and_after_a_lost_answer(
    till: AsyncClient, shift: int, deps: Deps
) -> None:
    body, key = {"counted_cash": "500.00"}, {"Idempotency-Key": "one"}
    first, second = await asyncio.gather(
        *(till.post(f"/api/shifts/{shift}/close/", json=body, headers=key) for _ in range(2))
    )
    assert first.json() == second.json()
    await lose_answers(deps.database)
    again = await till.post(f"/api/shifts/{shift}/close/", json=body, headers=key)
    assert (again.status_code, again.json()) == (200, first.json())


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        (
            {"denominations": {"500.00": 1, "2": 1}},
            {"denominations": ["Suman $502.00, no $500.00."]},
        ),
        (
            {"left_in_drawer": "500.01"},
            {"left_in_drawer": ["Ensure this value is less than or equal to 500.00."]},
        ),
        (
            {"denominations": {}, "left_in_drawer": "501.00"},
            {
                "denominations": ["Suman $0.00, no $500.00."],
                "left_in_drawer": ["Ensure this value is less than or equal to 500.00."],
            },
        ),
        ({"unsent": 3}, UNSENT),
        ({"unsent": 3, "force": True}, UNSENT),
        ({"counted": {"CASH": "1.00"}}, {"counted": ['"CASH" is not a valid choice.']}),
        ({"counted": {"CARD": "x"}}, {"counted": ["A valid number is required."]}),
        ({"counted": []}, {"counted": ['Expected a dictionary of items but got type "list".']}),
        ({"denominations": {"5": 1.5}}, {"denominations": ["A valid integer is required."]}),
        ({"denominations": {"0": 1}}, {"denominations": ["Ensure this value is greater than 0."]}),
        ({"counted_cash": None}, {"counted_cash": ["This field is required."]}),
    ],
)
async def test_a_close_is_refused(
    till: AsyncClient, shift: int, more: dict[str, Any], refused: dict[str, list[str]]
) -> None:
    answer = await till.post(f"/api/shifts/{shift}/close/", json={"counted_cash": "500.00", **more})
    assert (answer.status_code, answer.json()) == (400, refused)
    assert (await till.get(f"/api/shifts/{shift}/")).json()["status"] == "OPEN"


async def test_an_admin_closes_with_unsent_sales_by_force(
    admin: AsyncClient, till: AsyncClient, shift: int
) -> None:
    answer = await close(admin, shift, "500.00", unsent=3)
    assert (answer.status_code, answer.json()) == (400, UNSENT)
    answer = await close(admin, shift, "500.00", unsent=3, force=True)
    assert answer.status_code == 200
    (attempt,) = answer.json()["close_attempts"]
    assert attempt.pop("at")
    assert attempt == {"user": 9, "counted_cash": "500.00", "difference": "0.00", "unsent": 3}


@pytest.mark.parametrize("cash", ["479.99", "520.01"])
async def test_a_difference_beyond_the_tolerance_needs_an_approval(
    admin: AsyncClient, till: AsyncClient, shift: int, cash: str
) -> None:
    answer = await close(till, shift, cash)
    assert (answer.status_code, answer.json()) == (403, APPROVAL)
    assert answer.headers["X-Error-Code"] == "approval_required"
    (attempt,) = (await report(till, shift))["close_attempts"]
    assert (attempt["user"], attempt["counted_cash"], attempt["unsent"]) == (7, cash, 0)
    assert attempt["difference"] in {"-20.01", "20.01"}
    answer = await close(admin, shift, cash)
    assert (answer.status_code, len(answer.json()["close_attempts"])) == (200, 1)


async def test_an_approval_closes_a_shift_with_a_difference_and_is_used_up(
    till: AsyncClient, tokens: Tokens, shift: int
) -> None:
    approval = tokens.approval("shift_difference", shift, limit="50.00")
    path = f"/api/shifts/{shift}/close/"
    beyond = await till.post(path, json={"counted_cash": "449.99"}, headers=approval)
    assert (beyond.status_code, beyond.json()["code"]) == (403, "approval_invalid")
    body, key = {"counted_cash": "450.00"}, {"Idempotency-Key": "one"}
    answers = [await till.post(path, json=body, headers={**approval, **key}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    closed = answers[0].json()["shift"]
    assert (closed["difference"], closed["closed_by"], closed["approved_by"]) == ("-50.00", 7, 2)
    assert [attempt["difference"] for attempt in answers[1].json()["close_attempts"]] == ["-50.01"]
    other = await opened(till, (await till.get(f"/api/shifts/{shift}/")).json()["register"])
    again = await till.post(f"/api/shifts/{other}/close/", json={"counted_cash": "450.00"}, headers=approval)
    assert (again.status_code, again.json()["code"]) == (403, "approval_invalid")


@pytest.mark.parametrize("are_joined", [True, False])
async def test_two_approvals_close_a_shift_with_a_difference_and_unsent_sales(
    till: AsyncClient, tokens: Tokens, shift: int, *, are_joined: bool
) -> None:
    path, body = f"/api/shifts/{shift}/close/", {"counted_cash": "450.00", "unsent": 3}
    unsent = tokens.approval("close_with_unsent", shift)
    assert (await till.post(path, json=body)).json() == UNSENT
    one = await till.post(path, json=body, headers=unsent)
    assert (one.status_code, one.json()["action"]) == (403, "shift_difference")
    difference = tokens.approval("shift_difference", shift, limit="50.00")
    given = [each["X-Approval"] for each in (unsent, difference)]
    both = [("X-Approval", each) for each in ([", ".join(given)] if are_joined else given)]
    answer = await till.post(path, json=body, headers=both)
    assert (answer.status_code, answer.json()["shift"]["status"]) == (200, "CLOSED")


@pytest.mark.parametrize("wrong", [{"expires_in": timedelta(0)}, {"subject": 999}, {"caller_id": 8}])
async def test_unsent_sales_are_not_left_with_an_approval_of_something_else_or_a_late_one(
    till: AsyncClient, tokens: Tokens, shift: int, wrong: dict[str, Any]
) -> None:
    approval = tokens.approval(**{"action": "close_with_unsent", "subject": shift, **wrong})
    path, body = f"/api/shifts/{shift}/close/", {"counted_cash": "500.00", "unsent": 3}
    answer = await till.post(path, json=body, headers=approval)
    assert (answer.status_code, answer.json()["code"]) == (403, "approval_invalid")
    (attempt,) = (await report(till, shift))["close_attempts"]
    assert attempt["unsent"] == 3


@pytest.mark.parametrize("cash", ["480.00", "520.00"])
async def test_a_difference_within_the_tolerance_needs_none(till: AsyncClient, shift: int, cash: str) -> None:
    assert (await close(till, shift, cash)).status_code == 200


async def test_an_employee_closes_their_own_shift_only(
    till: AsyncClient, other: AsyncClient, shift: int
) -> None:
    answer = await close(other, shift, "500.00")
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not found."})
    await paid(other)
    answer = await close(other, shift, "616.00")
    assert (answer.status_code, answer.json()) == (403, FORBIDDEN)
    assert (await close(other, 99, "0.00")).status_code == 404
    assert (await close(other, 99, "0.00", left_in_drawer="1.00")).status_code == 404


class TestABlindClose:
    """`BLIND_CLOSE=true`."""

    @pytest.fixture
    def common_settings(self, common_settings: dict[str, Any]) -> dict[str, Any]:
        """The settings of a shop that counts blindly."""
        return {**common_settings, "blind_close": True}

    async def test_an_employee_does_not_see_what_is_expected_before_the_close(
        self, till: AsyncClient, admin: AsyncClient, shift: int
    ) -> None:
        await close(till, shift, "400.00")
        shown, known = await report(till, shift), await report(admin, shift)
        for seen, expected, difference in ((shown, None, None), (known, "500.00", "-100.00")):
            assert seen["shift"]["expected_cash"] == seen["cash"]["expected"] == expected
            assert seen["close_attempts"][0]["difference"] == difference
        for path in (f"{shift}/", "current/"):
            assert (await till.get(f"/api/shifts/{path}")).json()["expected_cash"] is None
        assert (await till.get("/api/shifts/")).json()[0]["expected_cash"] is None
        closed = (await close(till, shift, "490.00")).json()
        assert (closed["shift"]["expected_cash"], closed["cash"]["difference"]) == ("500.00", "-10.00")
