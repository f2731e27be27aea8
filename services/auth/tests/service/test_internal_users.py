"""The names of users that sales asks for (`GET /internal/users/{id}`)."""

from typing import Any

import pytest
from httpx import AsyncClient

from libs.common.contracts.internal.auth import GET_USER, user_path
from libs.common.contracts.internal.samples import Reply, sample
from libs.testing.plans import generic_plan
from libs.testing.samples import ask
from libs.testing.tokens import Tokens
from services.auth.deps import Deps
from services.auth.tests.builders import a_person
from services.auth.usecases.accounts.naming import SELECT_NAMED_USER

SAMPLE = sample(GET_USER)


@pytest.fixture
def sales(tokens: Tokens) -> dict[str, str]:
    """The token of sales."""
    return tokens.service(caller="sales", audience="auth")


async def test_a_user_has_a_name(client: AsyncClient, deps: Deps, sales: dict[str, str]) -> None:
    await a_person(deps)
    assert await ask(client, GET_USER, sales) == SAMPLE.answer


async def test_a_deleted_user_is_not_active_and_keeps_the_name(
    client: AsyncClient, deps: Deps, sales: dict[str, str]
) -> None:
    person = await a_person(deps)
    await deps.database.execute("update users set is_active = false")
    answer: dict[str, Any] = (await client.get(user_path(person.id), headers=sales)).json()
    assert answer == {
        "user_id": person.id,
        "username": "laura",
        "is_active": False,
        "is_supervisor": False,
    }


@pytest.mark.parametrize("role", ["admin", "owner"])
async def test_an_admin_or_owner_is_a_supervisor(
    client: AsyncClient, deps: Deps, sales: dict[str, str], role: str
) -> None:
    person = await a_person(deps)
    await deps.database.execute(
        "insert into user_roles (user_id, role) values (%(id)s, %(role)s)", {"id": person.id, "role": role}
    )
    answer: dict[str, Any] = (await client.get(user_path(person.id), headers=sales)).json()
    assert answer["is_supervisor"] is True


async def test_an_unknown_user_is_refused(client: AsyncClient, sales: dict[str, str]) -> None:
    assert await ask(client, GET_USER, sales) == SAMPLE.refusals["not_found"]


@pytest.mark.parametrize("user_id", ["0", "-1", "laura", "99999999999999999999"])
async def test_an_impossible_id_is_refused_like_an_unknown_one(
    client: AsyncClient, sales: dict[str, str], user_id: str
) -> None:
    response = await client.get(f"/internal/users/{user_id}", headers=sales)
    assert Reply(response.status_code, response.json()) == SAMPLE.refusals["not_found"]


@pytest.mark.usefixtures("client")
async def test_the_name_is_read_by_primary_key(deps: Deps) -> None:
    plan = await generic_plan(deps.database, SELECT_NAMED_USER)
    assert "Index Scan using pk_users" in plan
