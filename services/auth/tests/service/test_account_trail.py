"""Every change of an account is published and recorded in the audit trail, in the same transaction."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from httpx import AsyncClient

from libs.common.errors import DomainError
from libs.testing.outbox import events_in_outbox
from services.auth.deps import Deps
from services.auth.domain.origins import Origin
from services.auth.tests.builders import ME, PASSWORD, REGISTER, a_person, bearer, user_path
from services.auth.usecases.accounts.changing import ChangeAccount, change_account
from services.auth.usecases.accounts.creating import CreateAccount, create_account
from services.auth.usecases.accounts.deleting import delete_account
from services.auth.usecases.accounts.passwords import reset_password
from services.auth.usecases.accounts.roles import assign_role, remove_role

BOSS = Origin(actor_id=1, ip_address="10.0.0.7", user_agent="Till 7")
NEW = "battery staple"

TRAIL = """
select kind, actor_id, ip_address, user_agent, details from audit_events
where user_id = %(id)s order by id
"""


@pytest.fixture
async def opened(deps: Deps) -> AsyncIterator[Deps]:
    """auth without its relay: events stay in the outbox. User 1 is an owner, user 2 an employee."""
    await deps.open()
    await a_person(deps, "boss", "owner")
    await a_person(deps, "juan", "employee")
    await deps.database.execute("delete from outbox")
    await deps.database.execute("delete from audit_events")
    yield deps
    await deps.close()


async def change(deps: Deps, origin: Origin = BOSS, **changes: Any) -> None:
    """Change user 2."""
    await change_account(
        ChangeAccount(user_id=2, session_id="1", **changes),
        origin=origin,
        database=deps.database,
        passwords=deps.passwords,
        attempts=deps.attempts,
        clock=deps.clock,
    )


async def noted(deps: Deps, user_id: int = 2) -> list[tuple[str, dict[str, Any]]]:
    """The kinds and details of the user's audit events, all by BOSS."""
    rows = await deps.database.fetch_dicts(TRAIL, {"id": user_id})
    origins = {(row["actor_id"], row["ip_address"], row["user_agent"]) for row in rows}
    assert origins <= {(BOSS.actor_id, BOSS.ip_address, BOSS.user_agent)}
    return [(row["kind"], row["details"]) for row in rows]


JUAN = {
    "user_id": 2,
    "username": "juan",
    "email": "juan@example.com",
    "roles": ["employee"],
    "is_active": True,
    "changed_at": "2026-03-02T18:00:00Z",
}


def changed(**values: object) -> tuple[str, str, dict[str, Any]]:
    return ("auth.user_changed.v1", "user/2", {**JUAN, **values})


async def test_a_new_account(opened: Deps) -> None:
    new = CreateAccount(username="ana", email="ana@example.com", password=PASSWORD, roles=["admin"])
    await create_account(
        new,
        by=["owner"],
        origin=BOSS,
        database=opened.database,
        passwords=opened.passwords,
        clock=opened.clock,
    )
    assert await noted(opened, 3) == [("user_created", {"roles": ["admin"]})]
    assert [event[:2] for event in await events_in_outbox(opened.database)] == [
        ("auth.user_created.v1", "user/3")
    ]


async def test_a_profile(opened: Deps) -> None:
    await change(opened, email="j@example.com", last_name="L", first_name="Laura")
    assert await noted(opened) == [("profile_changed", {"fields": ["email", "last_name"]})]
    assert await events_in_outbox(opened.database) == [changed(email="j@example.com")]


async def test_profile_and_role_at_once_are_told_once(opened: Deps) -> None:
    await change(opened, username="juana", role="ADMIN")
    assert await noted(opened) == [
        ("profile_changed", {"fields": ["username"]}),
        ("role_changed", {"before": ["employee"], "after": ["admin"]}),
    ]
    assert await events_in_outbox(opened.database) == [changed(username="juana", roles=["admin"])]


async def test_what_stays_as_it_is_is_no_news(opened: Deps) -> None:
    await change(opened, username="juan", role="EMPLOYEE")
    assert (await noted(opened), await events_in_outbox(opened.database)) == ([], [])


async def test_a_role_given_and_taken(opened: Deps) -> None:
    for change_role in (assign_role, remove_role):
        await change_role(2, "user", origin=BOSS, database=opened.database, clock=opened.clock)
    assert await noted(opened) == [
        ("role_changed", {"before": ["employee"], "after": ["user", "employee"]}),
        ("role_changed", {"before": ["user", "employee"], "after": ["employee"]}),
    ]
    assert await events_in_outbox(opened.database) == [changed(roles=["user", "employee"]), changed()]


async def test_a_password_is_noted_but_not_told(opened: Deps) -> None:
    await change(opened, password=NEW)
    await reset_password(
        2, NEW, origin=BOSS, database=opened.database, passwords=opened.passwords, clock=opened.clock
    )
    assert await noted(opened) == [("password_changed", {})] * 2
    assert await events_in_outbox(opened.database) == []


async def test_a_deleted_account(opened: Deps) -> None:
    await delete_account(2, origin=BOSS, database=opened.database, clock=opened.clock)
    assert await noted(opened) == [("user_deleted", {})]
    assert await events_in_outbox(opened.database) == [changed(is_active=False)]


@pytest.mark.parametrize(
    ("changes", "origin"),
    [
        ({"first_name": "Evil", "username": "boss"}, BOSS),
        ({"first_name": "Evil", "role": "OWNER"}, Origin(2, "", "")),
        ({"first_name": "Evil", "password": NEW, "current_password": "wrong"}, Origin(2, "", "")),
    ],
)
async def test_what_was_refused_leaves_nothing_behind(
    opened: Deps, changes: dict[str, str], origin: Origin
) -> None:
    with pytest.raises(DomainError):
        await change(opened, origin, **changes)
    kinds = {row["kind"] for row in await opened.database.fetch_dicts(TRAIL, {"id": 2})}
    assert kinds <= {"login_failed"}
    assert await events_in_outbox(opened.database) == []
    assert await opened.database.fetch_value("select first_name from users where id = 2") == "Laura"


async def test_who_registers_is_nobody_yet_but_comes_from_somewhere(client: AsyncClient, deps: Deps) -> None:
    body = {"username": "johndoe", "email": "john@example.com", "password": PASSWORD}
    device = {"User-Agent": "Firefox", "X-Forwarded-For": "192.168.1.50"}
    await client.post(REGISTER, json=body, headers=device)
    assert await deps.database.fetch_dicts(TRAIL, {"id": 1}) == [
        {
            "kind": "user_created",
            "actor_id": None,
            "ip_address": "192.168.1.50",
            "user_agent": "Firefox",
            "details": {"roles": ["user"]},
        }
    ]


async def test_doors_say_who_did_it(client: AsyncClient, deps: Deps) -> None:
    admin = await bearer(deps, client, "admin")
    person = await a_person(deps)
    await client.patch(user_path(person.id), json={"last_name": "Lopez"}, headers=admin)
    await client.patch(ME, json={"last_name": "Lopez"}, headers=admin)
    actors = "select user_id, actor_id from audit_events where kind = 'profile_changed' order by id"
    assert await deps.database.fetch_dicts(actors) == [
        {"user_id": person.id, "actor_id": 1},
        {"user_id": 1, "actor_id": 1},
    ]
