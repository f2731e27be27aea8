"""The command for subscribers, run against the broker of a test, and what a subscriber then has."""

import asyncio
import io
import sys
from dataclasses import dataclass
from typing import NamedTuple

import aio_pika
import pytest
from yarl import URL

from libs.common.messaging.broker import Broker
from libs.common.messaging.management import ManagementSettings, connected_management
from libs.common.messaging.subscribed import list_subscribers
from libs.common.messaging.subscribers import main
from libs.common.messaging.subscribing import remove
from libs.testing.broker_logins import Login

PASSWORD = "as-the-test-says"


class Said(NamedTuple):
    """What a command returned and wrote."""

    status: int
    out: str
    err: str


class Terminal(io.StringIO):
    """What a person types."""

    def isatty(self) -> bool:
        """It is one."""
        return True


@dataclass(frozen=True)
class Subscribers:
    """The command, and the login, queue and dead letters of a subscriber."""

    settings: ManagementSettings
    broker: Broker
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    async def __call__(self, *words: str, stdin: str = "", terminal: bool = False) -> Said:
        """Run the command."""
        self.monkeypatch.setattr(sys, "stdin", Terminal(stdin) if terminal else io.StringIO(stdin))
        self.capsys.readouterr()
        status = await asyncio.to_thread(main, words)
        return Said(status, *self.capsys.readouterr())

    async def add(self, name: str, *types: str, options: tuple[str, ...] = ()) -> Login:
        """Make a subscriber; its login."""
        words = [word for each in types for word in ("--types", each)]
        said = await self("add", name, *words, "--password-stdin", *options, stdin=f"{PASSWORD}\n")
        assert (said.status, said.err) == (0, ""), said.err
        return self.login(name)

    def login(self, name: str, password: str = PASSWORD) -> Login:
        """A subscriber's login."""
        user = self.broker.topology.queue(name)
        return Login(str(URL(self.settings.amqp_url).with_user(user).with_password(password)))

    async def enters(self, name: str, password: str) -> bool:
        """Whether the broker takes a password.

        A refused connection is closed: collected as garbage, it may warn amid what a command writes.
        """
        async with aio_pika.Connection(URL(self.login(name, password).url)) as connection:
            try:
                await connection.connect()
            except aio_pika.exceptions.ProbableAuthenticationError:
                return False
            return True

    async def waiting(self, queue: str) -> int:
        """The number of messages that a queue holds for its next reader."""
        async with self.broker.channel() as channel:
            found = await channel.declare_queue(queue, passive=True)
        return found.declaration_result.message_count or 0

    async def remove_all(self) -> None:
        """Remove the subscribers that a test leaves."""
        async with connected_management(self.settings) as api:
            for each in await list_subscribers(api, self.broker.topology):
                await remove(api, self.broker.topology, each.name, keep_queue=False)
