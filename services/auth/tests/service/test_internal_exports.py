"""GET /internal/exports/users: analytics reads again what `auth.user_changed.v1` has told."""

from typing import Any

import pytest
from httpx import AsyncClient

from libs.common.contracts.internal.auth import EXPORT_USERS, EXPORTED_USERS
from libs.common.contracts.internal.samples import sample
from libs.testing.exports import exported, page_of
from libs.testing.outbox import events_in_outbox
from libs.testing.plans import generic_plan
from libs.testing.samples import ask
from libs.testing.tokens import Tokens
from services.auth.deps import Deps
from services.auth.tests.builders import a_person, bearer, user_path
from services.auth.usecases.accounts.exporting import USERS

READ_AT = "2026-03-02T18:00:00Z"


@pytest.fixture
def analytics(tokens: Tokens) -> dict[str, str]:
    """The token of analytics."""
    return tokens.service(caller="analytics", audience="auth")


def without_time(user: dict[str, Any]) -> dict[str, Any]:
    """The user without the time of the change, which of an export is when it was read."""
    return {member: value for member, value in user.items() if member != "changed_at"}


async def test_the_export_says_what_the_last_events_said(
    client: AsyncClient, deps: Deps, analytics: dict[str, str]
) -> None:
    owner = await bearer(deps, client, "owner")
    promoted = await a_person(deps, "laura", "user", "employee")
    deleted = await a_person(deps, "juan")
    await client.patch(user_path(promoted.id), json={"role": "ADMIN"}, headers=owner)
    await client.delete(user_path(deleted.id), headers=owner)
    events = await events_in_outbox(deps.database, "auth.user_changed.v1")
    newest = {event.data["user_id"]: without_time(event.data) for event in events}
    assert [(user["roles"], user["is_active"]) for user in newest.values()] == [
        (["user", "admin"], True),
        (["employee"], False),
    ]
    users = {
        user["user_id"]: without_time(user) for user in await exported(client, EXPORTED_USERS, analytics)
    }
    assert users.pop(1)["roles"] == ["owner"]  # told by `auth.user_created.v1` only
    assert users == newest


async def test_every_limit_reads_the_same(client: AsyncClient, deps: Deps, analytics: dict[str, str]) -> None:
    ids = [(await a_person(deps, name)).id for name in ("ana", "laura", "juan")]
    for limit in (1, 2, 3, 4):
        users = await exported(client, EXPORTED_USERS, analytics, limit=limit)
        assert [user["user_id"] for user in users] == ids


async def test_a_user_created_meanwhile_is_on_a_later_page(
    client: AsyncClient, deps: Deps, analytics: dict[str, str]
) -> None:
    first, second = await a_person(deps, "ana"), await a_person(deps, "laura")
    items, place = await page_of(client, EXPORTED_USERS, analytics, limit=1)
    assert ([item["user_id"] for item in items], place) == ([first.id], first.id)
    late = await a_person(deps, "juan")
    items, place = await page_of(client, EXPORTED_USERS, analytics, after=first.id)
    assert ([item["user_id"] for item in items], place) == ([second.id, late.id], late.id)
    assert await page_of(client, EXPORTED_USERS, analytics, after=late.id) == ([], None)


async def test_the_export_is_answered_as_sampled(
    client: AsyncClient, deps: Deps, analytics: dict[str, str]
) -> None:
    await a_person(deps, "laura", "employee", "user")
    reply = await ask(client, EXPORT_USERS, analytics)
    reply.body["items"][0]["changed_at"] = READ_AT
    assert reply == sample(EXPORT_USERS).answer


@pytest.mark.usefixtures("client")
async def test_a_page_is_read_by_primary_key(deps: Deps) -> None:
    plan = await generic_plan(deps.database, USERS)
    assert "Index Scan using pk_users" in plan
    assert "pk_user_roles" in plan
