"""Wrong passwords are throttled, right ones never, and no user can lock out another (contract §2)."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from time import process_time
from typing import Any

import pytest
from httpx import AsyncClient, Response

from libs.common.context import request_id
from libs.common.errors import Throttled
from libs.testing.answers import answered
from libs.testing.asgi import asgi_client
from libs.testing.clock import FakeClock
from libs.testing.metrics import counts
from libs.testing.waiting import eventually
from services.auth.clients.passwords import WAITING_MAX, Passwords
from services.auth.deps import Deps, build_deps
from services.auth.domain.origins import Origin
from services.auth.domain.passwords import WrongCurrentPassword
from services.auth.domain.throttling import account_of
from services.auth.main import create_app
from services.auth.settings import AuthSettings
from services.auth.tests.builders import (
    BAD_POS_LOGIN,
    PASSWORD,
    POS_LOGIN,
    STORE_LOGIN,
    a_person,
    pos_login,
)
from services.auth.usecases.sessions.attempts import SELECT_FAILURES

HERE, ELSEWHERE = "198.51.100.7", "203.0.113.9"
REFUSED = (429, {"detail": "Request was throttled. Expected available in 300 seconds."})

INSERT_FAILURES = """
insert into login_failures (account, ip_address, failed_at)
select %(account)s, %(ip_address)s, %(at)s from generate_series(1, %(times)s)
"""


async def tries(
    client: AsyncClient,
    password: str = "wrong",
    *,
    email: str = "laura@example.com",
    address: str = HERE,
) -> Response:
    body = {"email": email, "password": password}
    return await client.post(POS_LOGIN, json=body, headers={"X-Forwarded-For": address})


async def tries_in_shop(client: AsyncClient, password: str = "wrong", *, username: str = "laura") -> Response:
    body = {"username": username, "password": password}
    return await client.post(STORE_LOGIN, json=body, headers={"X-Forwarded-For": HERE})


async def failed(deps: Deps, times: int, *, account: str, address: str) -> None:
    """Insert this many failures at the current time, without hashing."""
    failures = {"account": account, "ip_address": address, "at": deps.clock(), "times": times}
    await deps.database.execute(INSERT_FAILURES, failures)


def statuses(responses: Sequence[Response]) -> list[int]:
    return sorted(response.status_code for response in responses)


@pytest.fixture
async def laura(deps: Deps, client: AsyncClient) -> str:
    """Create a user and return the key of their account."""
    return account_of((await a_person(deps)).id)


@pytest.fixture
async def replica(settings: AuthSettings, clock: FakeClock) -> AsyncIterator[AsyncClient]:
    """A second web process, or the first one after a restart: it has no memory of failures."""
    async with asgi_client(create_app(build_deps(settings, clock=clock))) as client:
        yield client


@pytest.mark.usefixtures("laura")
class TestOfOneAccountFromOneAddress:
    async def test_ten_may_fail_and_the_next_is_told_to_wait(self, client: AsyncClient) -> None:
        for _ in range(10):
            assert answered(await tries(client)) == (401, BAD_POS_LOGIN)
        refused = await tries(client)
        assert answered(refused) == REFUSED
        assert refused.headers["Retry-After"] == "300"

    async def test_not_even_the_right_password_is_looked_at_then(
        self, client: AsyncClient, deps: Deps, laura: str
    ) -> None:
        await failed(deps, 10, account=laura, address=HERE)
        assert answered(await tries(client, PASSWORD)) == REFUSED

    async def test_after_the_wait_that_was_told_the_right_password_works(
        self, client: AsyncClient, deps: Deps, laura: str, clock: FakeClock
    ) -> None:
        await failed(deps, 10, account=laura, address=HERE)
        clock.advance(seconds=17.5)
        wait = int((await tries(client, PASSWORD)).headers["Retry-After"])
        clock.advance(seconds=wait - 1)
        assert (await tries(client, PASSWORD)).status_code == 429
        clock.advance(seconds=1)
        assert (await tries(client, PASSWORD)).status_code == 200

    async def test_asking_again_meanwhile_does_not_lengthen_the_wait(
        self, client: AsyncClient, deps: Deps, laura: str, clock: FakeClock
    ) -> None:
        await failed(deps, 10, account=laura, address=HERE)
        for _ in range(5):
            clock.advance(minutes=1)
            last = await tries(client, PASSWORD)
        assert last.status_code == 200

    async def test_the_window_slides(
        self, client: AsyncClient, deps: Deps, laura: str, clock: FakeClock
    ) -> None:
        await failed(deps, 1, account=laura, address=HERE)
        clock.advance(minutes=4)
        await failed(deps, 9, account=laura, address=HERE)
        assert (await tries(client)).headers["Retry-After"] == "60"
        clock.advance(minutes=1)
        assert (await tries(client)).status_code == 401
        assert (await tries(client)).headers["Retry-After"] == "240"

    async def test_all_addresses_of_one_ipv6_network_are_one(
        self, client: AsyncClient, deps: Deps, laura: str
    ) -> None:
        for host in range(10):
            assert (await tries(client, address=f"2001:db8:1:2::{host}")).status_code == 401
        assert answered(await tries(client, PASSWORD, address="2001:db8:1:2:ffff::1")) == REFUSED
        assert (await tries(client, PASSWORD, address="2001:db8:1:3::1")).status_code == 200

    async def test_both_doors_count_together(self, client: AsyncClient) -> None:
        for _ in range(5):
            assert (await tries(client)).status_code == 401
            assert (await tries_in_shop(client)).status_code == 401
        refused = await tries_in_shop(client, PASSWORD)
        assert answered(refused) == (429, {"error": "Too many requests"})
        assert refused.headers["Retry-After"] == "300"

    async def test_another_address_and_another_account_are_free(
        self, client: AsyncClient, deps: Deps, laura: str
    ) -> None:
        await a_person(deps, "juan")
        await failed(deps, 10, account=laura, address=HERE)
        assert (await tries(client, PASSWORD, address=ELSEWHERE)).status_code == 200
        assert (await tries(client, PASSWORD, email="juan@example.com")).status_code == 200

    async def test_an_account_that_nobody_has_is_throttled_alike(
        self, client: AsyncClient, deps: Deps
    ) -> None:
        await failed(deps, 9, account=account_of(None, "email nobody@example.com"), address=HERE)
        assert answered(await tries(client, email="Nobody@Example.com")) == (401, BAD_POS_LOGIN)
        assert answered(await tries(client, email="nobody@example.com")) == REFUSED

    @pytest.mark.parametrize("name", ["laura", "nobody"])
    async def test_whether_somebody_has_an_email_is_not_told_by_its_other_spellings(
        self, client: AsyncClient, name: str
    ) -> None:
        for _ in range(10):
            assert (await tries(client, email=f"{name}@example\u3002com")).status_code == 401
        assert answered(await tries(client, email=f"{name}@example.com")) == REFUSED

    @pytest.mark.parametrize("name", ["laura", "nobody"])
    async def test_nor_by_the_other_door(self, client: AsyncClient, name: str) -> None:
        for _ in range(10):
            assert (await tries(client, email=f"{name}@example.com")).status_code == 401
        as_username = await tries_in_shop(client, username=f"{name}@example.com")
        assert answered(as_username) == (401, {"error": "Invalid credentials"})

    async def test_a_restart_and_another_replica_forget_nothing(
        self, client: AsyncClient, replica: AsyncClient, deps: Deps, laura: str
    ) -> None:
        await failed(deps, 9, account=laura, address=HERE)
        assert (await tries(client)).status_code == 401
        assert answered(await tries(replica, PASSWORD)) == REFUSED


class TestOfOneAccount:
    async def test_fifty_may_fail_from_anywhere(self, client: AsyncClient, deps: Deps, laura: str) -> None:
        await failed(deps, 49, account=laura, address=ELSEWHERE)
        assert (await tries(client)).status_code == 401
        assert answered(await tries(client, PASSWORD)) == REFUSED

    async def test_after_the_wait_that_was_told_it_is_free(
        self, client: AsyncClient, deps: Deps, laura: str, clock: FakeClock
    ) -> None:
        await failed(deps, 45, account=laura, address=ELSEWHERE)
        clock.advance(minutes=4)
        await failed(deps, 15, account=laura, address=ELSEWHERE)
        assert (await tries(client, PASSWORD)).headers["Retry-After"] == "60"
        clock.advance(minutes=1)
        assert (await tries(client, PASSWORD)).status_code == 200

    async def test_whoever_got_in_from_an_address_lately_still_does(
        self, client: AsyncClient, deps: Deps, laura: str, clock: FakeClock
    ) -> None:
        assert (await tries(client, PASSWORD)).status_code == 200
        clock.advance(days=29)
        await failed(deps, 500, account=laura, address=ELSEWHERE)
        assert (await tries(client, PASSWORD)).status_code == 200
        assert (await tries(client, PASSWORD, address="203.0.113.10")).status_code == 429

    async def test_but_not_with_more_than_ten_failures_of_its_own(
        self, client: AsyncClient, deps: Deps, laura: str
    ) -> None:
        assert (await tries(client, PASSWORD)).status_code == 200
        await failed(deps, 50, account=laura, address=ELSEWHERE)
        await failed(deps, 10, account=laura, address=HERE)
        assert (await tries(client, PASSWORD)).status_code == 429

    async def test_an_address_is_forgotten_in_thirty_days(
        self, client: AsyncClient, deps: Deps, laura: str, clock: FakeClock
    ) -> None:
        assert (await tries(client, PASSWORD)).status_code == 200
        clock.advance(days=30)
        await failed(deps, 50, account=laura, address=ELSEWHERE)
        assert (await tries(client, PASSWORD)).status_code == 429


@pytest.mark.usefixtures("laura")
class TestFromOneAddress:
    async def test_three_hundred_may_fail_whoever_is_meant(self, client: AsyncClient, deps: Deps) -> None:
        for number in range(299):
            await failed(deps, 1, account=account_of(None, f"name{number}"), address=HERE)
        assert (await tries(client, email="somebody@example.com")).status_code == 401
        assert answered(await tries(client, PASSWORD)) == REFUSED
        assert (await tries(client, PASSWORD, address=ELSEWHERE)).status_code == 200

    async def test_after_the_wait_that_was_told_it_is_free(
        self, client: AsyncClient, deps: Deps, clock: FakeClock
    ) -> None:
        await failed(deps, 290, account=account_of(None, "somebody"), address=HERE)
        clock.advance(minutes=4)
        await failed(deps, 20, account=account_of(None, "somebody"), address=HERE)
        assert (await tries(client, PASSWORD)).headers["Retry-After"] == "60"
        clock.advance(minutes=1)
        assert (await tries(client, PASSWORD)).status_code == 200


@pytest.mark.usefixtures("laura")
class TestAtOnce:
    async def test_of_forty_wrong_passwords_ten_are_tried(
        self, client: AsyncClient, deps: Deps, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tried: list[str] = []
        really_matches = deps.passwords.matches

        async def noted(password_hash: str | None, password: str) -> bool:
            tried.append(password)
            return await really_matches(password_hash, password)

        monkeypatch.setattr(deps.passwords, "matches", noted)
        responses = await asyncio.gather(*(tries(client, f"wrong {number}") for number in range(40)))
        assert statuses(responses) == [401] * 10 + [429] * 30
        assert len(tried) == 10

    async def test_who_looks_while_a_failure_is_being_stored_looks_again(
        self, client: AsyncClient, deps: Deps, laura: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await failed(deps, 9, account=laura, address=HERE)
        looks, storing, stored = [0], asyncio.Event(), asyncio.Event()
        fetch_only, execute = deps.database.fetch_only, deps.database.execute

        async def counted(row: Any, statement: Any, params: Any) -> object:
            found = await fetch_only(row, statement, params)
            looks[0] += statement == SELECT_FAILURES
            return found

        async def held_back(statement: Any, params: Any) -> int:
            storing.set()
            await stored.wait()
            return await execute(statement, params)

        monkeypatch.setattr(deps.database, "fetch_only", counted)
        monkeypatch.setattr(deps.database, "execute", held_back)
        async with asyncio.TaskGroup() as group:
            tenth = group.create_task(tries(client))
            await storing.wait()
            eleventh = group.create_task(tries(client, PASSWORD))
            await eventually(lambda: looks[0] == 2)
            stored.set()
        assert (tenth.result().status_code, eleventh.result().status_code) == (401, 429)

    async def test_two_replicas_let_one_more_pass_at_most(
        self, client: AsyncClient, replica: AsyncClient
    ) -> None:
        responses = await asyncio.gather(
            *(tries(door, f"wrong {number}") for number in range(12) for door in (client, replica))
        )
        assert 10 <= statuses(responses).count(401) <= 11

    async def test_thirty_two_right_ones_all_get_in(self, client: AsyncClient) -> None:
        responses = await asyncio.gather(*(tries(client, PASSWORD) for _ in range(32)))
        assert statuses(responses) == [200] * 32

    async def test_more_than_can_be_hashed_soon_are_told_to_come_back(
        self, client: AsyncClient, deps: Deps, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hashed = asyncio.Event()

        async def held_back(*_: object) -> bool:
            return await hashed.wait()

        monkeypatch.setattr(deps.passwords, "matches", held_back)
        async with asyncio.TaskGroup() as group:
            rush = [group.create_task(tries(client, PASSWORD)) for _ in range(80)]
            await eventually(lambda: sum(one.done() for one in rush) == 80 - WAITING_MAX)
            hashed.set()
        assert statuses([one.result() for one in rush]) == [200] * WAITING_MAX + [503] * (80 - WAITING_MAX)


class TestSuccesses:
    async def test_are_not_counted(self, client: AsyncClient, deps: Deps, laura: str) -> None:
        await failed(deps, 9, account=laura, address=HERE)
        for _ in range(3):
            assert (await tries(client, PASSWORD)).status_code == 200
        assert await deps.database.fetch_value("select count(*) from login_failures") == 9


class TestCurrentPassword:
    async def test_is_checked_under_the_same_throttle(
        self, client: AsyncClient, deps: Deps, laura: str
    ) -> None:
        person_id = int(laura.removeprefix("user:"))
        here = Origin(actor_id=person_id, ip_address=HERE, user_agent="")
        await deps.attempts.check_current(person_id, PASSWORD, origin=here)
        for _ in range(10):
            with pytest.raises(WrongCurrentPassword):
                await deps.attempts.check_current(person_id, "wrong", origin=here)
        with pytest.raises(Throttled):
            await deps.attempts.check_current(person_id, PASSWORD, origin=here)
        assert answered(await tries(client, PASSWORD)) == REFUSED

    async def test_of_somebody_deleted_is_never_right(self, client: AsyncClient, deps: Deps) -> None:
        person = await a_person(deps)
        await deps.database.execute("update users set is_active = false")
        here = Origin(actor_id=person.id, ip_address=HERE, user_agent="")
        with pytest.raises(WrongCurrentPassword):
            await deps.attempts.check_current(person.id, PASSWORD, origin=here)


class TestTelling:
    @pytest.fixture
    def passwords(self) -> Passwords:
        """Passwords that take as long as in production."""
        return Passwords()

    async def test_an_unknown_user_and_a_wrong_password_take_the_same_statements(
        self, client: AsyncClient, deps: Deps, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await a_person(deps)
        statements: list[str] = []
        connection = deps.database.connection

        def noting() -> AbstractAsyncContextManager[object]:
            if request_id.get():  # excludes the relay, which runs in parallel
                statements.append("connection")
            return connection()

        monkeypatch.setattr(deps.database, "connection", noting)
        await tries(client)
        wrong_password = len(statements)
        await tries(client, email="nobody@example.com")
        assert len(statements) == 2 * wrong_password == 6

    async def test_an_unknown_user_and_a_wrong_password_take_the_same_time(
        self, client: AsyncClient, deps: Deps
    ) -> None:
        await a_person(deps)
        known: list[float] = []
        unknown: list[float] = []
        for number in range(12):
            for email, times in (("laura@example.com", known), ("nobody@example.com", unknown)):
                started = process_time()  # what others do on the machine counts for neither
                await tries(client, email=email, address=f"203.0.113.{number}")
                times.append(process_time() - started)
        assert 0.7 < sum(known) / sum(unknown) < 1.4


async def test_a_login_after_failures_is_as_good_as_any(client: AsyncClient, deps: Deps) -> None:
    await a_person(deps)
    await tries(client)
    assert set(await pos_login(client)) == {"refresh", "access"}


async def test_logins_are_counted_by_their_outcome(client: AsyncClient, deps: Deps) -> None:
    await a_person(deps)
    with counts("auth_logins_total", 2, outcome="ok"):
        await tries(client, PASSWORD)
        await tries_in_shop(client, PASSWORD)
    with (
        counts("auth_logins_total", 10, outcome="wrong"),
        counts("auth_logins_total", 2, outcome="throttled"),
    ):
        for _ in range(5):
            await tries(client)
            await tries_in_shop(client)
        await tries(client)
        await tries_in_shop(client, PASSWORD)
