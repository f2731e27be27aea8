"""Registers at the POS door: the drawers for cash."""

import asyncio

import pytest
from httpx import AsyncClient

from libs.common.contracts.sales import ShiftOpened
from libs.testing.idempotency import lose_answers
from libs.testing.locks import until_waiting
from libs.testing.outbox import models_in_outbox
from services.sales.deps import Deps
from services.sales.tests.shifts import a_register, open_shift, opened

NAME_TAKEN = {"name": ["register with this name already exists."]}
SERIES_TAKEN = {"series": ["register with this series already exists."]}
OPEN = """
    insert into shifts (register_id, status, opened_by, opened_at, opening_cash, expected_cash)
    values (%s, 'OPEN', 7, now(), 0, 0)
"""
IN_USE = {"is_active": ["La caja tiene un turno abierto."]}


async def test_an_admin_creates_a_register_with_a_series_of_its_own(admin: AsyncClient) -> None:
    answer = await admin.post("/api/registers/", json={"name": "Caja 1", "series": "a1"})
    assert (answer.status_code, answer.json()) == (
        201,
        {"id": 1, "name": "Caja 1", "series": "A1", "is_active": True, "open_shift": None},
    )


async def test_without_a_series_it_gets_one_by_its_id(admin: AsyncClient) -> None:
    for name, series in (("Caja 1", "C1"), ("Caja 2", "C2")):
        assert (await admin.post("/api/registers/", json={"name": name})).json()["series"] == series


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({"name": "CAJA 1"}, NAME_TAKEN),
        ({"name": "Caja 2", "series": "aB3"}, SERIES_TAKEN),
        ({"name": "Caja 2", "series": "c7"}, SERIES_TAKEN),
        ({}, {"name": ["This field is required."]}),
        (
            {"name": "Caja 2", "series": "A-1"},
            {"series": ["This value does not match the required pattern."]},
        ),
        (
            {"name": "Caja 2", "series": "A123456"},
            {"series": ["This value does not match the required pattern."]},
        ),
        ({"name": "caja 1", "series": "ab3"}, NAME_TAKEN | SERIES_TAKEN),
        ({"name": "caja 1", "series": "C7"}, NAME_TAKEN | SERIES_TAKEN),
        (
            {"name": "caja 1", "series": "A-1"},
            NAME_TAKEN | {"series": ["This value does not match the required pattern."]},
        ),
        ({"series": "ab3"}, SERIES_TAKEN | {"name": ["This field is required."]}),
    ],
)
async def test_a_register_is_refused(
    admin: AsyncClient, body: dict[str, str], refused: dict[str, list[str]]
) -> None:
    await a_register(admin, "Caja 1", series="AB3")
    answer = await admin.post("/api/registers/", json=body)
    assert (answer.status_code, answer.json()) == (400, refused)


async def test_of_two_registers_with_one_name_at_once_one_is_created(admin: AsyncClient) -> None:
    answers = await asyncio.gather(
        *(admin.post("/api/registers/", json={"name": name}) for name in ("Caja", "caja"))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 400]


async def test_a_repeat_creates_none_at_once_and_after_a_lost_answer(admin: AsyncClient, deps: Deps) -> None:
    body, key = {"name": "Caja"}, {"Idempotency-Key": "one"}
    first, second = await asyncio.gather(
        *(admin.post("/api/registers/", json=body, headers=key) for _ in range(2))
    )
    assert first.json() == second.json()
    await lose_answers(deps.database)
    assert (await admin.post("/api/registers/", json=body, headers=key)).json() == first.json()
    assert len((await admin.get("/api/registers/")).json()) == 1


async def test_staff_list_registers_with_their_open_shifts(admin: AsyncClient, till: AsyncClient) -> None:
    first, second = await a_register(admin, "Caja 1"), await a_register(admin, "Caja 2")
    shift = await opened(till, second)
    shown = (await till.get("/api/registers/")).json()
    assert {each["id"]: each["open_shift"] for each in shown} == {first: None, second: shift}
    assert (await till.get("/api/registers/?ordering=-id")).json() == shown[::-1]


async def test_a_register_is_renamed_and_deactivated(admin: AsyncClient) -> None:
    register = await a_register(admin)
    answer = await admin.patch(f"/api/registers/{register}/", json={"name": "Entrada"})
    assert answer.json() == {
        "id": register,
        "name": "Entrada",
        "series": "C1",
        "is_active": True,
        "open_shift": None,
    }
    answer = await admin.patch(f"/api/registers/{register}/", json={"is_active": False})
    assert (answer.json()["name"], answer.json()["is_active"]) == ("Entrada", False)


async def test_one_with_an_open_shift_stays_active(admin: AsyncClient, till: AsyncClient) -> None:
    register = await a_register(admin)
    await opened(till, register)
    answer = await admin.patch(f"/api/registers/{register}/", json={"is_active": False})
    assert (answer.status_code, answer.json()) == (400, IN_USE)


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({"name": "caja 1", "is_active": False}, NAME_TAKEN | IN_USE),
        ({"name": "caja 1", "is_active": "x"}, NAME_TAKEN | {"is_active": ["Not a valid boolean."]}),
        ({"name": None, "is_active": False}, IN_USE | {"name": ["This field is required."]}),
    ],
)
async def test_all_that_hinders_a_change_is_told_together(
    admin: AsyncClient, till: AsyncClient, body: dict[str, object], refused: dict[str, list[str]]
) -> None:
    await a_register(admin, "Caja 1")
    register = await a_register(admin, "Caja 2")
    await opened(till, register)
    answer = await admin.patch(f"/api/registers/{register}/", json=body)
    assert (answer.status_code, answer.json()) == (400, refused)


async def test_of_two_registers_renamed_alike_at_once_one_is(admin: AsyncClient) -> None:
    registers = [await a_register(admin, f"Caja {number}") for number in (1, 2)]
    answers = await asyncio.gather(
        *(admin.patch(f"/api/registers/{register}/", json={"name": "Entrada"}) for register in registers)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 400]
    assert NAME_TAKEN in [answer.json() for answer in answers]


async def test_a_register_is_not_renamed_as_another(admin: AsyncClient) -> None:
    await a_register(admin, "Caja 1")
    register = await a_register(admin, "Caja 2")
    answer = await admin.patch(f"/api/registers/{register}/", json={"name": "caja 1"})
    assert (answer.status_code, answer.json()) == (400, NAME_TAKEN)
    assert (await admin.patch("/api/registers/9/", json={"name": "Caja 3"})).status_code == 404


async def test_a_deactivation_waits_for_a_shift_that_is_being_opened(admin: AsyncClient, deps: Deps) -> None:
    register = await a_register(admin)
    async with asyncio.TaskGroup() as tasks, deps.database.transaction() as opening:
        await opening.execute("select from registers where id = %s for no key update", [register])
        await opening.execute(OPEN, [register])
        deactivating = tasks.create_task(
            admin.patch(f"/api/registers/{register}/", json={"is_active": False})
        )
        await until_waiting(deps.database)
    answer = deactivating.result()
    assert (answer.status_code, answer.json()) == (400, IN_USE)


async def test_a_shift_waits_for_a_register_that_is_being_deactivated(
    admin: AsyncClient, till: AsyncClient, deps: Deps
) -> None:
    register = await a_register(admin)
    async with asyncio.TaskGroup() as tasks, deps.database.transaction() as deactivating:
        await deactivating.execute("select from registers for update")
        await deactivating.execute("update registers set is_active = false")
        body = {"register": register, "opening_cash": "0.00"}
        opening = tasks.create_task(till.post("/api/shifts/", json=body))
        await until_waiting(deps.database)
    answer = opening.result()
    assert (answer.status_code, answer.json()) == (400, {"register": ["La caja está inactiva."]})


async def test_a_shift_that_waits_for_its_register_to_be_renamed_has_the_new_name(
    admin: AsyncClient, till: AsyncClient, deps: Deps
) -> None:
    register = await a_register(admin)
    async with asyncio.TaskGroup() as tasks, deps.database.transaction() as renaming:
        await renaming.execute("select from registers for update")
        await renaming.execute("update registers set name = 'Entrada'")
        opening = tasks.create_task(open_shift(till, register))
        await until_waiting(deps.database)
    assert opening.result().json()["register_name"] == "Entrada"
    (told,) = await models_in_outbox(deps.database, ShiftOpened)
    assert told.register_name == "Entrada"


async def test_a_shift_and_a_deactivation_at_once_have_one_outcome(
    admin: AsyncClient, till: AsyncClient
) -> None:
    for number in range(10):
        register = await a_register(admin, f"Caja {number}")
        shift, change = await asyncio.gather(
            till.post("/api/shifts/", json={"register": register, "opening_cash": "0.00"}),
            admin.patch(f"/api/registers/{register}/", json={"is_active": False}),
        )
        assert (shift.status_code, change.status_code) in {(201, 400), (400, 200)}
        if shift.status_code == 201:
            body = {"counted_cash": "0.00"}
            assert (await till.post(f"/api/shifts/{shift.json()['id']}/close/", json=body)).status_code == 200
