"""PINs and passwords that somebody types at another's till, for tests."""

from typing import Any

import pytest
from httpx import AsyncClient, Response

from services.auth.deps import Deps
from services.auth.domain.roles import Role
from services.auth.tests.builders import ME, PASSWORD, a_person, bearing, pos_login, revoke_all

APPROVALS, MY_PIN = "/api/approvals/", f"{ME}pin/"
PIN = "4831"
THROTTLED = (429, {"detail": "Request was throttled. Expected available in 300 seconds."})
LAST_EVENT = """
select kind, user_id, actor_id, ip_address, details from audit_events order by id desc limit 1
"""


async def set_pin(
    client: AsyncClient, headers: dict[str, str], pin: Any = PIN, password: str = PASSWORD
) -> Response:
    """Somebody sets their PIN."""
    return await client.put(MY_PIN, json={"current_password": password, "pin": pin}, headers=headers)


async def with_pin(deps: Deps, client: AsyncClient, name: str, *roles: Role) -> int:
    """The id of a new person who has set their PIN, and has logged out again."""
    person = await a_person(deps, name, *roles)
    headers = bearing(await pos_login(client, name))
    assert (await set_pin(client, headers)).status_code == 204
    await revoke_all(deps, person.id)
    return person.id


async def last_events(deps: Deps) -> list[dict[str, Any]]:
    """The newest event of the audit trail."""
    return await deps.database.fetch_dicts(LAST_EVENT)


def hashes_tried(monkeypatch: pytest.MonkeyPatch, deps: Deps) -> list[str | None]:
    """The hashes with which secrets are compared from now on."""
    tried: list[str | None] = []
    matches = deps.passwords.matches

    async def noted(secret_hash: str | None, secret: str) -> bool:
        tried.append(secret_hash)
        return await matches(secret_hash, secret)

    monkeypatch.setattr(deps.passwords, "matches", noted)
    return tried
