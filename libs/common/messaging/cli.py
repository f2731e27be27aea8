"""The broker of commands, from AMQP_URL and AMQP_PREFIX as in services, and options that they share."""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from libs.common.commands import CommandFailed, ending_in_words, opened
from libs.common.errors import Unavailable
from libs.common.messaging.broker import Broker
from libs.common.messaging.patterns import is_pattern
from libs.common.settings import BrokerUrl, EnvironmentSettings

CONNECT_SECONDS = 10
LATE_SECONDS = 2


class BrokerSettings(EnvironmentSettings):
    """The broker of a command."""

    amqp_url: BrokerUrl
    """The broker, like `amqp://user:password@127.0.0.1:5672/`. Commands for history, dead letters,
    subscribers and repair need the administrator's login."""
    amqp_prefix: str = ""
    """The prefix of exchange and queue names, so that several suites can share a broker."""


def type_pattern(text: str) -> str:
    """An option that is a type or a pattern of types. Raises `ArgumentTypeError` for anything else."""
    if not is_pattern(text):
        raise argparse.ArgumentTypeError(
            f"{text} is no type: words and dots, * for one word, # for any number"
        )
    return text


@asynccontextmanager
async def connected_broker(
    settings: BrokerSettings, *, name: str, within: float = CONNECT_SECONDS
) -> AsyncIterator[Broker]:
    """A connected broker. Raises `CommandFailed` if it does not answer within that many seconds.

    A person hears before that what is waited for.

    It never declares: an exchange that is missing would be there again without the services' queues, and
    their events, which wait in the outboxes, would reach none of them.
    """
    broker = Broker(settings.amqp_url, prefix=settings.amqp_prefix, name=name, declares=False)
    async with opened(broker):
        late = asyncio.get_running_loop().call_later(LATE_SECONDS, _tell_late, within)
        try:
            async with asyncio.timeout(within):
                await broker.connected()
        except TimeoutError as error:
            raise CommandFailed(f"RabbitMQ did not answer in {within} s (AMQP_URL)") from error
        finally:
            late.cancel()
        yield broker


def _tell_late(within: float) -> None:
    sys.stderr.write(f"RabbitMQ does not answer; it is tried for {within:.0f} s\n")
    sys.stderr.flush()


@ending_in_words()
def run_command(command: Coroutine[Any, Any, None]) -> int:
    """Run a command and return its exit status. An error prints one line to stderr."""
    try:
        asyncio.run(command)
    except CommandFailed as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except Unavailable as error:
        sys.stderr.write(f"RabbitMQ: {_reason(error.__cause__)}\n")
        return 1
    return 0


def _reason(cause: BaseException | None) -> str:
    if isinstance(cause, TimeoutError):
        return "no answer in time"
    return str(cause or "") or "connection lost"
