"""An EMPLOYEE takes a till over with a PIN, beside the session that is open there."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient, Response

from libs.testing.answers import answered
from libs.testing.clock import FakeClock
from libs.testing.locks import in_turn
from libs.testing.pos import BAD_TOKEN
from services.auth.deps import Deps
from services.auth.domain.roles import Role
from services.auth.tests.builders import (
    ME,
    PASSWORD,
    POS_REFRESH,
    SESSIONS,
    a_person,
    bearer,
    bearing,
    claims_of,
    is_open,
    pos_login,
    revoke_all,
    user_path,
)
from services.auth.tests.till_secrets import (
    APPROVALS,
    PIN,
    THROTTLED,
    hashes_tried,
    last_events,
    set_pin,
    with_pin,
)

PIN_LOGIN = "/api/auth/pin/"
WRONG = (403, {"detail": "Usuario o PIN incorrecto."})
NOT_ENOUGH = (403, {"detail": "Tu usuario no entra con PIN. Usa tu contraseña."})


@dataclass
class Till:
    """A till that Laura is logged in to, and Pedro, who has a PIN."""

    client: AsyncClient
    deps: Deps
    laura_id: int
    laura: dict[str, str]
    pedro_id: int

    async def is_taken_over(self, user: str = "pedro", pin: str = PIN) -> Response:
        """Somebody types their name and PIN."""
        headers = {**bearing(self.laura), "X-Forwarded-For": "198.51.100.7"}
        return await self.client.post(PIN_LOGIN, json={"user": user, "pin": pin}, headers=headers)

    async def refresh(self) -> None:
        """Laura's till gets a new access token."""
        answer = await self.client.post(POS_REFRESH, json={"refresh": self.laura["refresh"]})
        self.laura |= answer.json()


@pytest.fixture
async def till(deps: Deps, client: AsyncClient) -> Till:
    pedro_id = await with_pin(deps, client, "pedro")
    laura = await a_person(deps)
    return Till(client, deps, laura.id, await pos_login(client), pedro_id)


@pytest.mark.parametrize("name", ["pedro", "PEDRO", "pedro@example.com", "Pedro@EXAMPLE.com"])
async def test_an_employee_takes_the_till_over_by_name_and_pin(till: Till, name: str) -> None:
    response = await till.is_taken_over(name)
    assert response.status_code == 200
    claims = claims_of(response.json()["access"])
    assert (claims["user_id"], claims["role"], claims["token_type"]) == (till.pedro_id, "EMPLOYEE", "access")
    listed = await till.client.get(SESSIONS, headers=bearing(response.json()))
    assert [session["current"] for session in listed.json()] == [True]


async def test_who_was_there_stays_logged_in_until_the_till_logs_them_out(till: Till) -> None:
    pedro = (await till.is_taken_over()).json()
    assert await is_open(till.client, pedro)
    assert await is_open(till.client, till.laura)


async def test_no_chain_of_pins_outlives_the_password_that_began_it(till: Till, clock: FakeClock) -> None:
    clock.advance(days=6)
    await till.refresh()
    pedro = (await till.is_taken_over()).json()
    assert claims_of(pedro["refresh"])["exp"] == claims_of(till.laura["refresh"])["exp"]
    clock.advance(hours=23)
    assert await is_open(till.client, pedro)
    clock.advance(hours=2)
    assert not await is_open(till.client, pedro)


@pytest.mark.parametrize(
    "typed", [("pedro", "0000"), ("pedro", PASSWORD), ("nobody", PIN), ("x\u00e9@@", PIN)]
)
async def test_a_wrong_name_or_pin_is_refused(till: Till, typed: tuple[str, str]) -> None:
    assert answered(await till.is_taken_over(*typed)) == WRONG


async def test_who_has_no_pin_does_not_get_in_with_the_password(till: Till) -> None:
    await a_person(till.deps, "ana")
    assert answered(await till.is_taken_over("ana", PASSWORD)) == WRONG


@pytest.mark.parametrize("role", ["admin", "owner", "user"])
async def test_a_pin_is_not_enough_for_others_who_learn_it_with_the_right_pin_only(
    till: Till, role: Role
) -> None:
    await with_pin(till.deps, till.client, "jefa", role)
    assert answered(await till.is_taken_over("jefa")) == NOT_ENOUGH
    assert answered(await till.is_taken_over("jefa", "0000")) == WRONG


async def test_a_session_of_a_pin_ends_when_its_person_becomes_an_admin(till: Till) -> None:
    by_pin, by_password = (await till.is_taken_over()).json(), await pos_login(till.client, "pedro")
    owner = await bearer(till.deps, till.client, "owner")
    change = await till.client.patch(user_path(till.pedro_id), json={"role": "ADMIN"}, headers=owner)
    assert change.status_code == 200
    assert not await is_open(till.client, by_pin)
    assert await is_open(till.client, by_password)


async def test_a_till_whose_session_has_ended_is_not_taken_over(till: Till) -> None:
    await revoke_all(till.deps, till.laura_id)
    assert answered(await till.is_taken_over()) == (401, BAD_TOKEN)
    assert await till.deps.database.fetch_value("select count(*) from sessions where by_pin") == 0


async def test_a_till_that_is_shut_out_meanwhile_is_not_taken_over(till: Till) -> None:
    shut_out = "update sessions set revoked_at = now() where user_id = %s"
    (taken,) = await in_turn(till.deps.database, shut_out, till.is_taken_over(), given=[till.laura_id])
    assert answered(taken) == (401, BAD_TOKEN)
    assert await till.deps.database.fetch_value("select count(*) from sessions where by_pin") == 0


async def test_a_till_is_taken_over_although_its_new_cashier_changes_their_password(till: Till) -> None:
    pedro = bearing(await pos_login(till.client, "pedro"))
    body = {"password": "another horse", "current_password": PASSWORD}
    changed, taken = await in_turn(
        till.deps.database,
        "select from users where id = %s for update",
        till.client.patch(ME, json=body, headers=pedro),
        till.is_taken_over(),
        given=[till.pedro_id],
    )
    assert (changed.status_code, taken.status_code) == (200, 200)


@pytest.mark.parametrize("ended", ["revoked_at", "expires_at"])
async def test_another_session_of_the_same_person_does_not_stand_in_for_one_that_has_ended(
    till: Till, ended: str
) -> None:
    await pos_login(till.client)
    await till.deps.database.execute(
        f"update sessions set {ended} = %(now)s where id::text = %(id)s".encode(),
        {"now": till.deps.clock(), "id": claims_of(till.laura["access"])["sid"]},
    )
    assert answered(await till.is_taken_over()) == (401, BAD_TOKEN)


async def test_a_change_of_cashier_stands_in_the_audit_trail(till: Till) -> None:
    pedro = (await till.is_taken_over()).json()
    event = {"user_id": till.pedro_id, "actor_id": till.laura_id, "ip_address": "198.51.100.7"}
    sids = {
        name: int(claims_of(of["access"])["sid"]) for name, of in (("pedro", pedro), ("laura", till.laura))
    }
    details = {"by": "pin", "session_id": sids["pedro"], "before": sids["laura"]}
    assert await last_events(till.deps) == [{"kind": "login", **event, "details": details}]
    await till.is_taken_over(pin="0000")
    failed = {"kind": "login_failed", **event, "details": {"by": "pin"}}
    assert await last_events(till.deps) == [failed]


async def test_wrong_pins_count_together_with_those_for_approvals(till: Till, clock: FakeClock) -> None:
    ask: dict[str, Any] = {"action": "cash_refund", "subject": "1", "approver": "pedro", "pin": "0000"}
    for _ in range(3):
        assert answered(await till.is_taken_over(pin="0000")) == WRONG
    for _ in range(2):
        await till.client.post(APPROVALS, json=ask, headers=bearing(till.laura))
    assert answered(await till.is_taken_over()) == THROTTLED
    clock.advance(seconds=timedelta(minutes=5).total_seconds())
    assert (await till.is_taken_over()).status_code == 200


async def test_fifty_wrong_ones_of_a_person_in_a_day_leave_the_password_only(
    till: Till, clock: FakeClock
) -> None:
    for _ in range(10):
        for _ in range(5):
            assert answered(await till.is_taken_over(pin="0000")) == WRONG
        clock.advance(minutes=6)
        await till.refresh()
    ask = {"action": "cash_refund", "subject": "1", "approver": "pedro"}
    response = await till.is_taken_over()
    assert (response.status_code, response.headers["Retry-After"]) == (429, str(23 * 3600))
    by_pin = await till.client.post(APPROVALS, json={**ask, "pin": PIN}, headers=bearing(till.laura))
    assert by_pin.status_code == 429
    by_password = {**ask, "password": PASSWORD}
    asked = await till.client.post(APPROVALS, json=by_password, headers=bearing(till.laura))
    assert asked.status_code == 403  # it is right, and Pedro is no supervisor
    await pos_login(till.client, "pedro")
    clock.advance(hours=23)
    await till.refresh()
    assert (await till.is_taken_over()).status_code == 200


async def test_who_sets_a_new_pin_ends_what_the_old_one_has_opened(till: Till) -> None:
    by_pin, by_password = (await till.is_taken_over()).json(), await pos_login(till.client, "pedro")
    mine = (await till.is_taken_over()).json()
    assert (await set_pin(till.client, bearing(mine), "7042")).status_code == 204
    opened = {name: await is_open(till.client, of) for name, of in (("by_pin", by_pin), ("mine", mine))}
    assert opened == {"by_pin": False, "mine": True}
    assert await is_open(till.client, by_password)
    assert await is_open(till.client, till.laura)


async def test_an_unknown_name_costs_as_much_as_a_known_one(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = hashes_tried(monkeypatch, till.deps)
    await till.is_taken_over(pin="0000")
    await till.is_taken_over("nobody")
    assert [secret_hash is None for secret_hash in tried] == [False, True]
