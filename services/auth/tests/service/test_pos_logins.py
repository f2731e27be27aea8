"""Logging in at a till: a session with an access token and a refresh token (contract §2)."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher
from httpx import AsyncClient

from libs.testing.answers import answered
from libs.testing.clock import FakeClock
from libs.testing.locks import in_turn
from libs.testing.pos import BAD_TOKEN
from services.auth.clients.passwords import Passwords
from services.auth.deps import Deps
from services.auth.tests.builders import (
    BAD_POS_LOGIN,
    ME,
    PASSWORD,
    POS_LOGIN,
    POS_REFRESH,
    REQUIRED,
    SESSIONS,
    a_person,
    bearing,
    claims_of,
    pos_login,
)


@dataclass(frozen=True)
class Session:
    user_id: int
    refresh_token_hash: bytes
    user_agent: str
    ip_address: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime


async def the_session(deps: Deps) -> Session:
    session = await deps.database.fetch_one(
        Session,
        "select user_id, refresh_token_hash, user_agent, ip_address, created_at, last_used_at, expires_at"
        " from sessions",
    )
    assert session
    return session


class TestLogin:
    async def test_answers_refresh_and_access(self, client: AsyncClient, deps: Deps) -> None:
        await a_person(deps)
        assert set(await pos_login(client)) == {"refresh", "access"}

    async def test_the_access_token_says_who_for_a_quarter_of_an_hour(
        self, client: AsyncClient, deps: Deps, clock: FakeClock
    ) -> None:
        person = await a_person(deps, "laura", "employee", "admin")
        claims = claims_of((await pos_login(client))["access"])
        jti, iat = claims.pop("jti"), claims.pop("iat")
        assert len(jti) == 32
        assert iat == clock().timestamp()
        assert claims == {
            "user_id": person.id,
            "email": "laura@example.com",
            "username": "laura",
            "role": "ADMIN",
            "roles": ["employee", "admin"],
            "sid": "1",
            "token_type": "access",
            "iss": "mostrador",
            "aud": "mostrador",
            "exp": iat + 900,
        }

    async def test_the_access_token_opens_the_door(self, client: AsyncClient, deps: Deps) -> None:
        await a_person(deps)
        access = (await pos_login(client))["access"]
        response = await client.get(ME, headers={"Authorization": f"Bearer {access}"})
        assert response.status_code == 200

    async def test_the_access_token_closes_after_a_quarter_of_an_hour(
        self, client: AsyncClient, deps: Deps, clock: FakeClock
    ) -> None:
        await a_person(deps)
        access = (await pos_login(client))["access"]
        clock.advance(minutes=15)
        response = await client.get(ME, headers={"Authorization": f"Bearer {access}"})
        assert answered(response) == (401, BAD_TOKEN)

    async def test_the_refresh_token_is_no_access_token(self, client: AsyncClient, deps: Deps) -> None:
        await a_person(deps)
        refresh = (await pos_login(client))["refresh"]
        response = await client.get(ME, headers={"Authorization": f"Bearer {refresh}"})
        assert answered(response) == (401, BAD_TOKEN)

    async def test_makes_a_session_of_seven_days(
        self, client: AsyncClient, deps: Deps, clock: FakeClock
    ) -> None:
        person = await a_person(deps)
        await pos_login(client, **{"User-Agent": "Till 3", "X-Forwarded-For": "192.168.1.50"})
        session = await the_session(deps)
        assert (session.user_id, session.user_agent) == (person.id, "Till 3")
        assert session.ip_address == "192.168.1.50"
        assert session.created_at == session.last_used_at == clock()
        assert session.expires_at == clock() + timedelta(days=7)

    async def test_the_refresh_token_itself_is_not_stored(self, client: AsyncClient, deps: Deps) -> None:
        await a_person(deps)
        refresh = (await pos_login(client))["refresh"]
        session = await the_session(deps)
        assert len(session.refresh_token_hash) == 32
        assert refresh.encode() not in session.refresh_token_hash

    async def test_letter_case_of_the_email_does_not_matter(self, client: AsyncClient, deps: Deps) -> None:
        await a_person(deps, "josé")
        response = await client.post(POS_LOGIN, json={"email": "JOSÉ@EXAMPLE.com", "password": PASSWORD})
        assert response.status_code == 200

    async def test_a_shopper_may_log_in_too(self, client: AsyncClient, deps: Deps) -> None:
        await a_person(deps, "laura", "user")
        assert claims_of((await pos_login(client))["access"])["role"] == "USER"

    async def test_every_login_is_a_session_of_its_own(self, client: AsyncClient, deps: Deps) -> None:
        await a_person(deps)
        first, second = await pos_login(client), await pos_login(client)
        assert claims_of(first["access"])["sid"] != claims_of(second["access"])["sid"]
        assert first["refresh"] != second["refresh"]


class TestRefused:
    @pytest.mark.parametrize(
        ("email", "password"),
        [
            ("laura@example.com", "wrong password"),
            ("laura@example.com", f"{PASSWORD} "),
            ("laura@example.com", PASSWORD.upper()),
            ("nobody@example.com", PASSWORD),
            ("laura", PASSWORD),
        ],
    )
    async def test_a_wrong_password_and_an_unknown_user_say_the_same(
        self, client: AsyncClient, deps: Deps, email: str, password: str
    ) -> None:
        await a_person(deps)
        response = await client.post(POS_LOGIN, json={"email": email, "password": password})
        assert answered(response) == (401, BAD_POS_LOGIN)

    async def test_somebody_who_was_deleted(self, client: AsyncClient, deps: Deps) -> None:
        await a_person(deps)
        await deps.database.execute("update users set is_active = false")
        response = await client.post(POS_LOGIN, json={"email": "laura@example.com", "password": PASSWORD})
        assert answered(response) == (401, BAD_POS_LOGIN)

    async def test_makes_no_session(self, client: AsyncClient, deps: Deps) -> None:
        await a_person(deps)
        await client.post(POS_LOGIN, json={"email": "laura@example.com", "password": "wrong"})
        assert await deps.database.fetch_value("select count(*) from sessions") == 0

    async def test_without_email_and_password_both_are_named(self, client: AsyncClient) -> None:
        response = await client.post(POS_LOGIN, json={})
        assert answered(response) == (400, {"email": REQUIRED, "password": REQUIRED})


class TestRefresh:
    async def test_answers_a_new_access_token(
        self, client: AsyncClient, deps: Deps, clock: FakeClock
    ) -> None:
        await a_person(deps)
        tokens = await pos_login(client)
        clock.advance(minutes=16)
        response = await client.post(POS_REFRESH, json={"refresh": tokens["refresh"]})
        assert response.status_code == 200
        assert set(response.json()) == {"access"}
        old, new = claims_of(tokens["access"]), claims_of(response.json()["access"])
        assert new["sid"] == old["sid"]
        assert new["exp"] == clock().timestamp() + 900

    async def test_notes_that_the_session_was_used(
        self, client: AsyncClient, deps: Deps, clock: FakeClock
    ) -> None:
        await a_person(deps)
        tokens = await pos_login(client)
        later = clock.advance(days=1)
        await client.post(POS_REFRESH, json={"refresh": tokens["refresh"]})
        assert (await the_session(deps)).last_used_at == later

    async def test_works_again_and_again(self, client: AsyncClient, deps: Deps) -> None:
        await a_person(deps)
        refresh = (await pos_login(client))["refresh"]
        for _ in range(3):
            assert (await client.post(POS_REFRESH, json={"refresh": refresh})).status_code == 200

    async def test_an_access_token_never_outlives_its_session(
        self, client: AsyncClient, deps: Deps, clock: FakeClock
    ) -> None:
        await a_person(deps)
        refresh = (await pos_login(client))["refresh"]
        end = (await the_session(deps)).expires_at
        clock.advance(days=6, hours=23, minutes=50)
        response = await client.post(POS_REFRESH, json={"refresh": refresh})
        assert claims_of(response.json()["access"])["exp"] == end.timestamp()

    async def test_its_access_token_opens_the_door_until_the_moment_that_is_shown_as_the_sessions_end(
        self, client: AsyncClient, deps: Deps, clock: FakeClock
    ) -> None:
        await a_person(deps)
        clock.advance(milliseconds=700)
        tokens = await pos_login(client)
        (shown,) = (await client.get(SESSIONS, headers=bearing(tokens))).json()
        end = datetime.fromisoformat(shown["expires_at"])
        assert claims_of(tokens["refresh"])["exp"] == end.timestamp()
        clock.set(end - timedelta(microseconds=1))
        refreshed = await client.post(POS_REFRESH, json={"refresh": tokens["refresh"]})
        assert (await client.get(ME, headers=bearing(refreshed.json()))).status_code == 200
        clock.set(end)
        assert answered(await client.get(ME, headers=bearing(refreshed.json()))) == (401, BAD_TOKEN)
        refreshed = await client.post(POS_REFRESH, json={"refresh": tokens["refresh"]})
        assert answered(refreshed) == (401, BAD_TOKEN)

    async def test_tells_new_roles(self, client: AsyncClient, deps: Deps) -> None:
        person = await a_person(deps)
        refresh = (await pos_login(client))["refresh"]
        await deps.database.execute("insert into user_roles values (%s, 'admin')", (person.id,))
        response = await client.post(POS_REFRESH, json={"refresh": refresh})
        assert claims_of(response.json()["access"])["role"] == "ADMIN"

    @pytest.mark.parametrize(
        "ended",
        [
            "update sessions set revoked_at = now()",
            "update users set is_active = false",
            "delete from sessions",
        ],
    )
    async def test_a_session_that_was_ended_is_not_refreshed(
        self, client: AsyncClient, deps: Deps, ended: str
    ) -> None:
        await a_person(deps)
        refresh = (await pos_login(client))["refresh"]
        await deps.database.execute(ended)
        response = await client.post(POS_REFRESH, json={"refresh": refresh})
        assert answered(response) == (401, BAD_TOKEN)

    async def test_a_session_that_is_over_is_not_refreshed(
        self, client: AsyncClient, deps: Deps, clock: FakeClock
    ) -> None:
        await a_person(deps)
        refresh = (await pos_login(client))["refresh"]
        clock.advance(days=7)
        response = await client.post(POS_REFRESH, json={"refresh": refresh})
        assert answered(response) == (401, BAD_TOKEN)

    async def test_an_access_token_refreshes_nothing(self, client: AsyncClient, deps: Deps) -> None:
        await a_person(deps)
        access = (await pos_login(client))["access"]
        response = await client.post(POS_REFRESH, json={"refresh": access})
        assert answered(response) == (401, BAD_TOKEN)

    @pytest.mark.parametrize("token", ["x", "é" * 100, 12345])
    async def test_any_other_text_refreshes_nothing(self, client: AsyncClient, token: object) -> None:
        response = await client.post(POS_REFRESH, json={"refresh": token})
        assert answered(response) == (401, BAD_TOKEN)


class TestOldHashes:
    @pytest.fixture
    def passwords(self) -> Passwords:
        """Passwords hashed with the parameters of production."""
        return Passwords()

    async def test_a_hash_with_other_parameters_is_replaced_at_login(
        self, client: AsyncClient, deps: Deps
    ) -> None:
        await a_person(deps)
        cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
        await deps.database.execute("update users set password_hash = %s", (cheap,))

        await pos_login(client)

        stored = await deps.database.fetch_value("select password_hash from users")
        assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        await pos_login(client)

    async def test_who_logs_in_twice_at_once_with_an_old_hash_gets_in_twice(
        self, client: AsyncClient, deps: Deps
    ) -> None:
        await a_person(deps)
        cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
        await deps.database.execute("update users set password_hash = %s", (cheap,))
        await asyncio.gather(pos_login(client), pos_login(client))

    async def test_a_password_that_is_changed_while_an_old_hash_is_renewed_stays_changed(
        self, client: AsyncClient, deps: Deps
    ) -> None:
        await a_person(deps)
        hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
        await deps.database.execute("update users set password_hash = %s", (hasher.hash(PASSWORD),))
        changed = hasher.hash("another horse")
        change = "update users set password_hash = %s, session_epoch = session_epoch + 1"
        body = {"email": "laura@example.com", "password": PASSWORD}
        (login,) = await in_turn(deps.database, change, client.post(POS_LOGIN, json=body), given=[changed])
        assert answered(login) == (401, BAD_POS_LOGIN)
        assert await deps.database.fetch_value("select password_hash from users") == changed
