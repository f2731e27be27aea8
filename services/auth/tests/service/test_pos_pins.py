"""A person sets their PIN with their password; it goes when another sets their password (contract §8.5)."""

import asyncio
from typing import Any

import pytest
from httpx import AsyncClient

from libs.testing.answers import answered
from libs.testing.locks import until_waiting
from services.auth.deps import Deps
from services.auth.domain.origins import OPERATOR
from services.auth.tests.builders import (
    ME,
    PASSWORD,
    REQUIRED,
    a_person,
    bearer,
    bearing,
    pos_login,
    user_path,
)
from services.auth.tests.till_secrets import MY_PIN, set_pin
from services.auth.usecases.accounts.passwords import reset_password

INCORRECT = ["Current password is incorrect."]
TOO_EASY = ["El PIN es demasiado fácil."]


async def stored_pin(deps: Deps, user_id: int) -> str | None:
    pin: str | None = await deps.database.fetch_value("select pin_hash from users where id = %s", [user_id])
    return pin


@pytest.fixture
async def laura(deps: Deps, client: AsyncClient) -> tuple[int, dict[str, str]]:
    """The id of a user with a PIN, and the header of their token."""
    person = await a_person(deps)
    headers = bearing(await pos_login(client))
    response = await set_pin(client, headers)
    assert (response.status_code, response.content) == (204, b"")
    return person.id, headers


async def test_a_pin_is_stored_as_a_hash_and_noted_in_the_trail(
    deps: Deps, client: AsyncClient, laura: tuple[int, dict[str, str]]
) -> None:
    user_id, _ = laura
    stored = await stored_pin(deps, user_id)
    assert stored
    assert stored.startswith("$argon2id$")
    kinds = await deps.database.fetch_dicts(
        "select kind, actor_id, details from audit_events where user_id = %s order by id desc limit 1",
        [user_id],
    )
    assert kinds == [{"kind": "pin_changed", "actor_id": user_id, "details": {}}]


async def test_a_pin_is_replaced(deps: Deps, client: AsyncClient, laura: tuple[int, dict[str, str]]) -> None:
    user_id, headers = laura
    before = await stored_pin(deps, user_id)
    assert (await set_pin(client, headers, "7042")).status_code == 204
    assert await stored_pin(deps, user_id) not in {None, before}


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ({"current_password": PASSWORD, "pin": "1234"}, {"pin": TOO_EASY}),
        ({"current_password": "wrong", "pin": "4321"}, {"pin": TOO_EASY}),
        (
            {"current_password": "wrong", "pin": "4831"},
            {"current_password": INCORRECT},
        ),
        ({"pin": "7777"}, {"current_password": REQUIRED, "pin": TOO_EASY}),
        ({}, {"current_password": REQUIRED, "pin": REQUIRED}),
        (
            {"current_password": PASSWORD, "pin": "12"},
            {"pin": ["El PIN debe tener de 4 a 8 dígitos."]},
        ),
    ],
)
async def test_a_refused_pin_leaves_the_one_before(
    deps: Deps,
    client: AsyncClient,
    laura: tuple[int, dict[str, str]],
    body: dict[str, Any],
    answer: dict[str, Any],
) -> None:
    user_id, headers = laura
    before = await stored_pin(deps, user_id)
    assert answered(await client.put(MY_PIN, json=body, headers=headers)) == (400, answer)
    assert await stored_pin(deps, user_id) == before


async def test_of_two_pins_at_once_none_is_refused(
    deps: Deps, client: AsyncClient, laura: tuple[int, dict[str, str]]
) -> None:
    user_id, headers = laura
    async with asyncio.TaskGroup() as group, deps.database.transaction() as tx:
        await tx.execute("select from users where id = %s for update", [user_id])
        asked = [group.create_task(set_pin(client, headers, pin)) for pin in ("7042", "8153")]
        await until_waiting(deps.database, 2)
    assert [each.result().status_code for each in asked] == [204, 204]


async def test_wrong_passwords_are_throttled_as_at_a_login(
    client: AsyncClient, laura: tuple[int, dict[str, str]]
) -> None:
    _, headers = laura
    for _ in range(10):
        assert (await set_pin(client, headers, password="wrong")).status_code == 400
    assert (await set_pin(client, headers)).status_code == 429


async def test_a_password_set_by_somebody_else_deletes_the_pin(
    deps: Deps, client: AsyncClient, laura: tuple[int, dict[str, str]]
) -> None:
    user_id, _ = laura
    owner = await bearer(deps, client, "owner")
    response = await client.patch(user_path(user_id), json={"password": "another horse"}, headers=owner)
    assert response.status_code == 200
    assert await stored_pin(deps, user_id) is None


async def test_an_operator_s_reset_deletes_the_pin(deps: Deps, laura: tuple[int, dict[str, str]]) -> None:
    user_id, _ = laura
    await reset_password(
        user_id,
        "another horse",
        origin=OPERATOR,
        database=deps.database,
        passwords=deps.passwords,
        clock=deps.clock,
    )
    assert await stored_pin(deps, user_id) is None


async def test_an_own_change_of_password_keeps_the_pin(
    deps: Deps, client: AsyncClient, laura: tuple[int, dict[str, str]]
) -> None:
    user_id, headers = laura
    before = await stored_pin(deps, user_id)
    body = {"password": "another horse", "current_password": PASSWORD}
    assert (await client.patch(ME, json=body, headers=headers)).status_code == 200
    assert await stored_pin(deps, user_id) == before
