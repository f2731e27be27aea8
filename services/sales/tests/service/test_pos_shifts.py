"""Shifts at the POS door: opened, read, and cash moved in them."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from libs.testing.clock import FakeClock
from libs.testing.idempotency import lose_answers
from libs.testing.locks import in_turn
from libs.testing.outbox import events_in_outbox
from libs.testing.pos import NOT_FOUND
from services.sales.deps import Deps
from services.sales.tests.builders import paid
from services.sales.tests.shifts import CLOSE, CLOSED, a_register, close, move, open_shift, opened, report

OPEN_ALREADY = {"register": ["La caja ya tiene un turno abierto."]}
OWN_OPEN = {"non_field_errors": ["Ya tienes un turno abierto."]}


async def events(deps: Deps, event_type: str) -> list[dict[str, Any]]:
    """The events of this type in the outbox, with their subjects."""
    written = await events_in_outbox(deps.database, event_type)
    return [{"subject": event.subject, **event.data} for event in written]


async def test_a_shift_is_opened_with_the_cash_in_the_drawer(
    till: AsyncClient, admin: AsyncClient, register: int, deps: Deps
) -> None:
    register = await a_register(admin, "Caja 2")
    answer = await open_shift(till, register, "500.00", note="Mañana")
    assert answer.status_code == 201
    shift = answer.json()
    opened_at = shift.pop("opened_at")
    assert shift == {
        "id": 1,
        "register": register,
        "register_name": "Caja 2",
        "opened_by": 7,
        "users": [],
        "opening_cash": "500.00",
        "expected_opening": None,
        "opening_difference": None,
        "status": "OPEN",
        "closed_at": None,
        "closed_by": None,
        "counted_cash": None,
        "expected_cash": "500.00",
        "difference": None,
        "left_in_drawer": None,
        "withdrawn": None,
        "z_number": None,
        "approved_by": None,
        "note": "Mañana",
    }
    assert await events(deps, "sales.shift_opened.v1") == [
        {
            "subject": "shift/1",
            "shift_id": 1,
            "register_id": register,
            "register_name": "Caja 2",
            "opened_by": 7,
            "opening_cash": "500.00",
            "expected_opening": None,
            "opened_at": opened_at,
        }
    ]


async def test_a_register_has_one_open_shift(till: AsyncClient, other: AsyncClient, register: int) -> None:
    await opened(till, register)
    answer = await open_shift(other, register)
    assert (answer.status_code, answer.json()) == (400, OPEN_ALREADY)


async def test_a_person_opens_one_shift_at_a_time(
    admin: AsyncClient, till: AsyncClient, other: AsyncClient, register: int
) -> None:
    await opened(till, register)
    second = await a_register(admin, "Caja 2")
    answer = await open_shift(till, second)
    assert (answer.status_code, answer.json()) == (400, OWN_OPEN)
    await opened(other, second)
    answer = await open_shift(till, second)
    assert (answer.status_code, answer.json()) == (400, {**OPEN_ALREADY, **OWN_OPEN})


async def test_shifts_that_are_closed_or_of_others_are_no_hindrance(
    admin: AsyncClient, till: AsyncClient, other: AsyncClient, register: int
) -> None:
    second = await a_register(admin, "Caja 2")
    for client, place in ((other, second), (till, register)):
        await close(client, await opened(client, place), "500.00")
    shift = await opened(till, register)
    answer = await open_shift(till, second)
    assert (answer.status_code, answer.json()) == (400, OWN_OPEN)
    await close(till, shift, "500.00")
    await opened(other, second)
    answer = await open_shift(till, second)
    assert (answer.status_code, answer.json()) == (400, OPEN_ALREADY)


async def test_an_inactive_or_unknown_register_has_none(
    admin: AsyncClient, till: AsyncClient, register: int
) -> None:
    await a_register(admin, "Caja 2")
    await admin.patch(f"/api/registers/{register}/", json={"is_active": False})
    answer = await open_shift(till, register)
    assert (answer.status_code, answer.json()) == (400, {"register": ["La caja está inactiva."]})
    answer = await open_shift(till, 9)
    assert (answer.status_code, answer.json()) == (
        400,
        {"register": ['Invalid pk "9" - object does not exist.']},
    )


async def test_malformed_and_refused_fields_are_told_together(till: AsyncClient, register: int) -> None:
    await opened(till, register)
    answer = await open_shift(till, register, "-1")
    assert (answer.status_code, answer.json()) == (
        400,
        {"opening_cash": ["Ensure this value is greater than or equal to 0."], **OPEN_ALREADY},
    )


async def test_of_two_opened_at_once_one_is(till: AsyncClient, other: AsyncClient, register: int) -> None:
    answers = await asyncio.gather(*(open_shift(client, register) for client in (till, other, till, other)))
    assert sorted(answer.status_code for answer in answers) == [201, 400, 400, 400]


async def test_a_repeat_opens_none_at_once_and_after_a_lost_answer(
    till: AsyncClient, register: int, deps: Deps
) -> None:
    body, key = {"register": register, "opening_cash": "1.00"}, {"Idempotency-Key": "one"}
    first, second = await asyncio.gather(*(till.post("/api/shifts/", json=body, headers=key) for _ in "12"))
    assert first.json() == second.json()
    await lose_answers(deps.database)
    assert (await till.post("/api/shifts/", json=body, headers=key)).json() == first.json()
    assert len((await till.get("/api/shifts/")).json()) == 1


async def test_an_employee_sees_the_shifts_that_they_opened_or_sold_in(
    admin: AsyncClient, till: AsyncClient, other: AsyncClient, register: int
) -> None:
    shift = await opened(till, register)
    await paid(till)
    for path in ("", "report/", "movements/"):
        answer = await other.get(f"/api/shifts/{shift}/{path}")
        assert (answer.status_code, answer.json()) == (404, NOT_FOUND)
    assert (await other.get("/api/shifts/")).json() == []
    assert (await other.get("/api/shifts/current/", params={"register": register})).status_code == 404
    await paid(other)
    for client in (till, other, admin):
        assert (await client.get(f"/api/shifts/{shift}/")).json()["users"] == [7, 8]
        assert [each["id"] for each in (await client.get("/api/shifts/")).json()] == [shift]
        answer = await client.get("/api/shifts/current/", params={"register": register})
        assert answer.json()["id"] == shift


async def test_the_current_shift_of_a_register_is_its_open_one(
    admin: AsyncClient, till: AsyncClient, other: AsyncClient, register: int
) -> None:
    second = await a_register(admin, "Caja 2")
    await close(till, await opened(till, register), "500.00")
    shifts = {register: await opened(till, register), second: await opened(other, second)}
    for client in (till, other):
        await paid(client)
    for place, shift in shifts.items():
        current = (await admin.get("/api/shifts/current/", params={"register": place})).json()
        assert current == (await admin.get(f"/api/shifts/{shift}/")).json()
    assert (await other.get("/api/shifts/current/")).json() == current


async def test_the_current_shift_is_the_one_that_the_caller_opened(
    till: AsyncClient, admin: AsyncClient, register: int
) -> None:
    assert (await till.get("/api/shifts/current/")).status_code == 404
    shift = await opened(till, register)
    assert (await till.get("/api/shifts/current/")).json()["id"] == shift
    assert (await till.get("/api/shifts/current/", params={"register": ""})).json()["id"] == shift
    assert (await admin.get("/api/shifts/current/")).status_code == 404
    await close(till, shift, "500.00")
    assert (await till.get("/api/shifts/current/")).status_code == 404


async def test_shifts_are_filtered(
    admin: AsyncClient, till: AsyncClient, other: AsyncClient, register: int
) -> None:
    first = await opened(till, register)
    await close(till, first, "500.00")
    second = await opened(till, register)
    third = await opened(other, await a_register(admin, "Caja 2"))

    async def found(**wanted: Any) -> list[int]:
        return [each["id"] for each in (await admin.get("/api/shifts/", params=wanted)).json()]

    assert await found() == [third, second, first]
    assert await found(status="OPEN") == [third, second]
    assert await found(status="CLOSED") == [first]
    assert await found(register=register) == [second, first]
    assert await found(user=8) == [third]
    assert await found(date_to="2001-01-01") == []
    assert await found(date_from="2001-01-01", ordering="id", limit=1) == [first]
    assert (await admin.get("/api/shifts/", params={"status": "X"})).status_code == 400


async def test_shifts_are_of_the_store_s_day_on_which_they_were_opened(
    admin: AsyncClient, till: AsyncClient, register: int, clock: FakeClock
) -> None:
    midnight = clock().replace(hour=6)  # in Mexico City
    shifts = []
    for opened_at in (midnight - timedelta(microseconds=1), midnight, midnight + timedelta(hours=24)):
        clock.set(opened_at)
        shifts.append(await opened(till, register))
        await close(till, shifts[-1], "500.00")

    async def found(**wanted: Any) -> list[int]:
        return [each["id"] for each in (await admin.get("/api/shifts/", params=wanted)).json()]

    assert await found(date_from="2026-03-02", date_to="2026-03-02") == [shifts[1]]
    assert await found(date_to="2026-03-01") == [shifts[0]]
    assert await found(date_from="2026-03-03") == [shifts[2]]


async def test_cash_comes_and_goes(till: AsyncClient, register: int, deps: Deps) -> None:
    shift = await opened(till, register, "100.00")
    for kind, amount in (("PAID_IN", "50.00"), ("PAID_OUT", "20.00"), ("DROP", "9.50"), ("NO_SALE", None)):
        answer = await move(till, shift, kind, amount)
        assert answer.status_code == 201
        movement = answer.json()
        assert (movement["kind"], movement["amount"]) == (kind, amount or "0.00")
        assert (movement["reason"], movement["user"]) == ("Cambio", 7)
    cash = (await report(till, shift))["cash"]
    assert (cash["paid_in"], cash["paid_out"]) == ("50.00", "20.00")
    assert (cash["dropped"], cash["expected"]) == ("9.50", "120.50")
    listed = (await till.get(f"/api/shifts/{shift}/movements/")).json()
    assert [each["kind"] for each in listed] == ["NO_SALE", "DROP", "PAID_OUT", "PAID_IN"]
    oldest_first = (await till.get(f"/api/shifts/{shift}/movements/?ordering=created_at")).json()
    assert oldest_first == listed[::-1]
    told = await events(deps, "sales.cash_moved.v1")
    assert [(each["subject"], each["kind"], each["amount"]) for each in told] == [
        ("shift/1", "PAID_IN", "50.00"),
        ("shift/1", "PAID_OUT", "20.00"),
        ("shift/1", "DROP", "9.50"),
        ("shift/1", "NO_SALE", "0.00"),
    ]


async def test_no_more_is_taken_out_than_is_there(till: AsyncClient, register: int) -> None:
    shift = await opened(till, register, "120.50")
    for kind in ("PAID_OUT", "DROP"):
        answer = await move(till, shift, kind, "120.51")
        assert (answer.status_code, answer.json()) == (400, {"amount": ["Solo hay $120.50 en caja."]})
    answers = await asyncio.gather(*(move(till, shift, "DROP", "100.00") for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 400, 400, 400]
    assert (await report(till, shift))["cash"]["expected"] == "20.50"


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({"kind": "PAID_IN", "reason": "x"}, {"amount": ["This field is required."]}),
        (
            {"kind": "PAID_OUT", "amount": " "},
            {"amount": ["This field is required."], "reason": ["This field is required."]},
        ),
        (
            {"kind": "DROP"},
            {"amount": ["This field is required."], "reason": ["This field is required."]},
        ),
        (
            {"kind": "DROP", "amount": "0.00", "reason": "x"},
            {"amount": ["Ensure this value is greater than 0."]},
        ),
        (
            {"kind": "NO_SALE", "amount": "1.00", "reason": "x"},
            {"amount": ["Ensure this value is equal to 0."]},
        ),
        (
            {"kind": "DROP", "amount": "-1"},
            {"reason": ["This field is required."], "amount": ["Ensure this value is greater than 0."]},
        ),
        ({"kind": "GIFT", "reason": "x"}, {"kind": ['"GIFT" is not a valid choice.']}),
    ],
)
async def test_a_movement_is_refused(
    till: AsyncClient, register: int, body: dict[str, str], refused: dict[str, list[str]]
) -> None:
    shift = await opened(till, register)
    answer = await till.post(f"/api/shifts/{shift}/movements/", json=body)
    assert (answer.status_code, answer.json()) == (400, refused)


async def test_a_repeated_movement_is_one_at_once_and_after_a_lost_answer(
    till: AsyncClient, register: int, deps: Deps
) -> None:
    shift = await opened(till, register)
    body, key = {"kind": "DROP", "amount": "1.00", "reason": "x"}, {"Idempotency-Key": "one"}
    path = f"/api/shifts/{shift}/movements/"
    first, second = await asyncio.gather(*(till.post(path, json=body, headers=key) for _ in "12"))
    assert first.json() == second.json()
    await lose_answers(deps.database)
    assert (await till.post(path, json=body, headers=key)).json() == first.json()
    assert (await report(till, shift))["cash"]["expected"] == "499.00"


async def test_only_staff_of_a_shift_and_admins_move_its_cash(
    admin: AsyncClient, till: AsyncClient, other: AsyncClient, register: int
) -> None:
    shift = await opened(till, register)
    for kind in ("PAID_IN", "NO_SALE"):
        answer = await move(other, shift, kind, "1.00")
        assert (answer.status_code, answer.json()) == (404, NOT_FOUND)
    await paid(other)
    for client in (admin, other):
        assert (await move(client, shift, "PAID_IN", "1.00")).status_code == 201
    await move(till, shift, "NO_SALE")
    assert (await admin.get(f"/api/shifts/{shift}/")).json()["users"] == [8, 9]


async def test_no_cash_moves_in_a_closed_shift(till: AsyncClient, register: int) -> None:
    shift = await opened(till, register)
    await close(till, shift, "500.00")
    for kind, amount in (("PAID_IN", "1.00"), ("NO_SALE", None)):
        answer = await move(till, shift, kind, amount)
        assert (answer.status_code, answer.json()) == (400, CLOSED)


async def test_cash_that_is_paid_into_an_overdrawn_drawer_during_the_close_is_refused_as_too_late(
    till: AsyncClient, admin: AsyncClient, register: int, deps: Deps
) -> None:
    shift = await opened(till, register, "0.00")
    order = await paid(till, "CARD", (20, 1))
    body = {
        "items": [{"product_id": 20, "quantity": 1}],
        "reason": "x",
        "refunds": [{"payment_method": "CASH", "amount": "10.00"}],
    }
    assert (await admin.post(f"/api/orders/{order['id']}/returns/", json=body)).status_code == 201
    paying_in = move(till, shift, "PAID_IN", "5.00")
    (answer,) = await in_turn(deps.database, CLOSE, paying_in, given=[shift])
    assert (answer.status_code, answer.json()) == (400, CLOSED)
