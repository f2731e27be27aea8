"""The first OWNER is created once, and only from the settings (contract §2)."""

import asyncio
from typing import Any

import pytest
from pydantic import ValidationError

from libs.common.errors import Unavailable
from libs.testing.asgi import asgi_client
from libs.testing.clock import FakeClock
from libs.testing.waiting import eventually
from services.auth.deps import Deps, build_deps
from services.auth.main import create_app
from services.auth.settings import AuthSettings
from services.auth.tests.builders import a_person, pos_login

OWNER = {
    "bootstrap_owner_email": "owner@example.com",
    "bootstrap_owner_username": "owner",
    "bootstrap_owner_password": "correct horse",
}
OWNERS = "select array_agg(username) from users join user_roles on user_id = users.id where role = 'owner'"


def told(settings: AuthSettings, **owner: str | None) -> AuthSettings:
    return AuthSettings(**{**settings.model_dump(), **OWNER, **owner})


@pytest.fixture
def deps(settings: AuthSettings, clock: FakeClock) -> Deps:
    return build_deps(told(settings), clock=clock)


async def test_is_there_when_the_process_is_ready(
    settings: AuthSettings, on_broker: dict[str, Any], clock: FakeClock
) -> None:
    connected = told(settings).model_copy(update=on_broker)
    async with asgi_client(create_app(build_deps(connected, clock=clock))) as client:

        async def ready() -> bool:
            return (await client.get("/readyz")).status_code == 200

        await eventually(ready)
        assert await pos_login(client, "owner")


async def test_replicas_that_start_together_make_one(settings: AuthSettings, clock: FakeClock) -> None:
    replicas = [build_deps(told(settings), clock=clock) for _ in range(4)]
    for replica in replicas:
        await replica.open()

    await asyncio.gather(*(replica.first_owner.ensure() for replica in replicas))

    assert await replicas[0].database.fetch_value(OWNERS) == ["owner"]
    for replica in replicas:
        await replica.close()


async def test_is_not_made_where_there_is_an_owner(deps: Deps) -> None:
    await deps.open()
    await a_person(deps, "maria", "owner")
    await deps.first_owner.ensure()
    assert await deps.database.fetch_value(OWNERS) == ["maria"]
    await deps.close()


async def test_is_not_made_over_somebody_with_the_same_username(deps: Deps) -> None:
    await deps.open()
    await a_person(deps, "Owner", "user")
    await deps.first_owner.ensure()
    await deps.first_owner.settled()
    assert await deps.database.fetch_value(OWNERS) is None
    await deps.close()


async def test_a_process_that_is_told_of_no_owner_makes_none(
    settings: AuthSettings, clock: FakeClock
) -> None:
    deps = build_deps(settings, clock=clock)
    await deps.open()
    await deps.first_owner.ensure()
    await deps.first_owner.settled()
    assert await deps.database.fetch_value("select count(*) from users") == 0
    await deps.close()


async def test_a_process_is_not_ready_before_it_has_looked(deps: Deps) -> None:
    with pytest.raises(Unavailable):
        await deps.first_owner.settled()


async def test_a_database_that_is_not_there_yet_is_waited_for(
    settings: AuthSettings, clock: FakeClock
) -> None:
    away = told(settings).model_copy(update={"database_url": "postgresql://nobody:x@127.0.0.1:1/none"})
    async with asgi_client(create_app(build_deps(away, clock=clock))) as client:
        assert (await client.get("/livez")).status_code == 200
        assert (await client.get("/readyz")).status_code == 503
        response = await client.post("/auth/login", json={"username": "a", "password": "b"})
    assert response.status_code == 503


@pytest.mark.parametrize("missing", OWNER)
def test_half_an_owner_is_refused(settings: AuthSettings, missing: str) -> None:
    with pytest.raises(ValidationError, match="go together"):
        told(settings, **{missing: None})
