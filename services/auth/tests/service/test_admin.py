"""`python -m services.auth.admin`: commands take effect at once, and are published and recorded."""

import asyncio
import io
import os
import pty
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest
from aio_pika.abc import AbstractQueue
from httpx import AsyncClient

from libs.common.messaging.broker import Broker
from libs.testing.answers import answered
from libs.testing.clock import FakeClock
from libs.testing.interrupts import interruptible
from libs.testing.settings import NO_BROKER
from libs.testing.waiting import eventually
from services.auth import admin
from services.auth.deps import Deps
from services.auth.settings import AuthSettings
from services.auth.tests.builders import (
    BAD_POS_LOGIN,
    POS_LOGIN,
    a_person,
    is_open,
    pos_login,
)

NEW_PASSWORD = "another horse"
OWNER = ("create-owner", "--email", "ana@example.com", "--username", "ana")


@dataclass(frozen=True)
class Operator:
    """An operator with a shell on auth's server."""

    clock: FakeClock
    captured: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    async def runs(self, *arguments: str, password: str = NEW_PASSWORD) -> tuple[int, str]:
        """Run the command; its exit status and last line (after the logs of a running service)."""
        self.monkeypatch.setattr(sys, "stdin", io.StringIO(f"{password}\n"))
        status = await asyncio.to_thread(admin.main, arguments, self.clock)
        out, err = self.captured.readouterr()
        return status, (err if status else out).splitlines()[-1]


@pytest.fixture
def settings(settings: AuthSettings, on_broker: dict[str, Any]) -> AuthSettings:
    """Settings of processes that reach a broker."""
    return settings.model_copy(update=on_broker)


@pytest.fixture
def operator(
    settings: AuthSettings,
    clock: FakeClock,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Operator:
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("AMQP_URL", settings.amqp_url)
    monkeypatch.setenv("AMQP_PREFIX", settings.amqp_prefix)
    return Operator(clock, capsys, monkeypatch)


@pytest.fixture
async def published(broker: Broker) -> AsyncIterator[AbstractQueue]:
    """A queue that receives all events of auth."""
    async with broker.channel() as channel:
        queue = await channel.declare_queue(f"{broker.topology.exchange}.probe", exclusive=True)
        await queue.bind(broker.topology.exchange, "auth.#")
        yield queue


async def trail(deps: Deps, user_id: int) -> list[str]:
    """The kinds of a user's audit events without an actor: those of operators."""
    kinds: list[str] = await deps.database.fetch_value(
        "select array_agg(kind order by id) from audit_events where user_id = %(id)s and actor_id is null",
        {"id": user_id},
    )
    return kinds


class TestCreateOwner:
    async def test_an_owner_can_log_in(self, operator: Operator, client: AsyncClient, deps: Deps) -> None:
        assert await operator.runs(*OWNER) == (0, "ana <ana@example.com>, user 1, is an owner now.")
        body = {"email": "ana@example.com", "password": NEW_PASSWORD}
        tokens = (await client.post(POS_LOGIN, json=body)).json()
        me = await client.get("/api/users/me/", headers={"Authorization": f"Bearer {tokens['access']}"})
        assert me.json()["role"] == "OWNER"
        assert await trail(deps, 1) == ["user_created"]

    async def test_it_is_published_though_no_other_process_runs(
        self, operator: Operator, published: AbstractQueue
    ) -> None:
        await operator.runs(*OWNER)
        message = await published.get(no_ack=True, fail=False)
        assert message
        assert message.type == "auth.user_created.v1"

    async def test_a_taken_email_is_refused_in_any_letter_case(
        self, operator: Operator, client: AsyncClient, deps: Deps
    ) -> None:
        await a_person(deps, "ana")
        refused = await operator.runs("create-owner", "--email", "ANA@example.com", "--username", "other")
        assert refused == (1, "Username or email already exists")

    @pytest.mark.parametrize(
        ("password", "why"),
        [
            ("", "This field is required."),
            ("short", "Ensure this field has at least 8 characters."),
            ("x" * 129, "Ensure this field has no more than 128 characters."),
        ],
    )
    async def test_a_password_that_nobody_may_have_is_refused(
        self, operator: Operator, password: str, why: str
    ) -> None:
        assert await operator.runs(*OWNER, password=password) == (1, f"password: {why}")

    async def test_what_is_no_email_is_refused(
        self, operator: Operator, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit, match="2"):
            await operator.runs("create-owner", "--email", "ana", "--username", "ana")
        assert "argument --email: Enter a valid email address." in capsys.readouterr().err


class TestResetPassword:
    async def test_the_new_password_counts_and_every_session_ends(
        self, operator: Operator, client: AsyncClient, deps: Deps
    ) -> None:
        laura = await a_person(deps)
        session = await pos_login(client)
        status, said = await operator.runs("reset-password", "--email", "LAURA@example.com")

        who = f"laura <laura@example.com>, user {laura.id}"
        assert (status, said) == (0, f"{who}, has the new password, and is logged out everywhere.")
        assert not await is_open(client, session)
        old = {"email": "laura@example.com", "password": "correct horse"}
        assert answered(await client.post(POS_LOGIN, json=old)) == (401, BAD_POS_LOGIN)
        assert (await client.post(POS_LOGIN, json={**old, "password": NEW_PASSWORD})).status_code == 200
        assert "password_changed" in await trail(deps, laura.id)

    async def test_the_password_is_in_nothing_that_is_said_or_noted(
        self, operator: Operator, client: AsyncClient, deps: Deps
    ) -> None:
        await a_person(deps)
        _, said = await operator.runs("reset-password", "--username", "laura")
        noted = await deps.database.fetch_value("select string_agg(details::text, '') from audit_events")
        assert NEW_PASSWORD not in said + noted

    async def test_nobody_else_is_logged_out(
        self, operator: Operator, client: AsyncClient, deps: Deps
    ) -> None:
        await a_person(deps)
        await a_person(deps, "juan")
        session = await pos_login(client, "juan")
        await operator.runs("reset-password", "--username", "laura")
        assert await is_open(client, session)


class TestRevokeSessions:
    async def test_somebody_is_logged_out_everywhere(
        self, operator: Operator, client: AsyncClient, deps: Deps
    ) -> None:
        laura = await a_person(deps)
        sessions = [await pos_login(client) for _ in range(2)]
        status, said = await operator.runs("revoke-sessions", "--username", "Laura")

        who = f"laura <laura@example.com>, user {laura.id}"
        assert (status, said) == (0, f"{who}, is logged out everywhere. Sessions ended: 2.")
        assert [await is_open(client, session) for session in sessions] == [False, False]
        assert "session_revoked" in await trail(deps, laura.id)

    @pytest.mark.usefixtures("client")
    async def test_what_a_username_says_to_the_terminal_is_written_out(
        self, operator: Operator, deps: Deps
    ) -> None:
        await a_person(deps, "\x1b[8mlaura")
        _status, said = await operator.runs("revoke-sessions", "--username", "\x1b[8mlaura")
        assert said.startswith(r"\x1b[8mlaura <")

    async def test_everybody_is_logged_out_everywhere(
        self, operator: Operator, client: AsyncClient, deps: Deps
    ) -> None:
        await a_person(deps)
        await a_person(deps, "juan")
        sessions = [await pos_login(client), await pos_login(client, "juan")]
        status, said = await operator.runs("revoke-sessions", "--everybody")

        assert (status, said) == (0, "Everybody is logged out. Sessions ended: 2, of 2 users.")
        assert [await is_open(client, session) for session in sessions] == [False, False]

    async def test_the_gateways_hear_of_it(
        self, operator: Operator, client: AsyncClient, deps: Deps, published: AbstractQueue
    ) -> None:
        await a_person(deps)
        await pos_login(client)
        await operator.runs("revoke-sessions", "--username", "laura")

        async def heard() -> bool:
            message = await published.get(no_ack=True, fail=False)
            return message is not None and message.type == "auth.session_revoked.v1"

        await eventually(heard)

    async def test_without_a_broker_it_is_done_all_the_same_and_said_so(
        self, operator: Operator, client: AsyncClient, deps: Deps, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await a_person(deps)
        session = await pos_login(client)
        monkeypatch.setenv("AMQP_URL", NO_BROKER)
        monkeypatch.setattr(admin, "BROKER_SECONDS", 0.2)
        status, said = await operator.runs("revoke-sessions", "--username", "laura")

        assert (status, said) == (0, admin.NOT_PUBLISHED_YET)
        assert not await is_open(client, session)


@pytest.mark.parametrize("command", ["reset-password", "revoke-sessions"])
@pytest.mark.parametrize("who", [("--email", "laura@example.com"), ("--username", "laura")])
async def test_nobody_of_that_name_is_said(operator: Operator, command: str, who: tuple[str, str]) -> None:
    assert await operator.runs(command, *who) == (1, "User not found")


async def test_without_a_database_it_is_said_in_one_line(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://auth@127.0.0.1:1/auth")
    status, said = await operator.runs("revoke-sessions", "--username", "laura")
    assert status == 1
    assert "database does not answer" in said


async def test_what_is_not_set_is_named(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")
    with pytest.raises(SystemExit, match="not set in the environment: DATABASE_URL"):
        await operator.runs("revoke-sessions", "--username", "laura")


@pytest.mark.parametrize(
    ("key", "status", "said"), [(b"\x03", 130, "Interrupted."), (b"\x04", 1, "nothing was entered")]
)
def test_ctrl_c_and_ctrl_d_end_the_question_for_a_password(
    settings: AuthSettings, key: bytes, status: int, said: str
) -> None:
    command = [sys.executable, "-m", "services.auth.admin", *OWNER]
    addresses = {"DATABASE_URL": settings.database_url, "AMQP_URL": settings.amqp_url}
    with interruptible():
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(sys.executable, command, addresses)  # noqa: S606 - the child of a terminal
    shown = b""
    while b"New password" not in shown:
        shown = os.read(terminal, 1024)
    os.write(terminal, key)
    with os.fdopen(terminal, "rb", buffering=0) as rest, suppress(OSError):  # EIO is a terminal's end of file
        while more := rest.read(1024):
            shown += more
    _, ended = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(ended) == status
    assert shown.decode().splitlines()[-1] == said


@pytest.mark.usefixtures("published")  # the exchange is there, as services have declared it
async def test_it_is_a_command(settings: AuthSettings) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "services.auth.admin", "create-owner", "--email", "ana@example.com", "--username", "ana"),
        env={
            "DATABASE_URL": settings.database_url,
            "AMQP_URL": settings.amqp_url,
            "AMQP_PREFIX": settings.amqp_prefix,
        },
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate(NEW_PASSWORD.encode())
    assert (process.returncode, out.decode()) == (0, "ana <ana@example.com>, user 1, is an owner now.\n")
