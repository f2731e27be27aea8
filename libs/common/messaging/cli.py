"""The broker of commands, from AMQP_URL and AMQP_PREFIX as in services, and options that they share."""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from pydantic_settings import BaseSettings, SettingsConfigDict

from libs.common.commands import CommandFailed, discard_output
from libs.common.errors import Unavailable
from libs.common.messaging.broker import Broker
from libs.common.messaging.patterns import is_pattern

CONNECT_SECONDS = 10


class BrokerSettings(BaseSettings):
    """The broker of a command."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    amqp_url: str
    """For example `amqp://user:password@127.0.0.1:5672/`."""
    amqp_prefix: str = ""
    amqp_declares: bool = True


def type_pattern(text: str) -> str:
    """An option that is a type or a pattern of types. Raises `ArgumentTypeError` for anything else."""
    if not is_pattern(text):
        raise argparse.ArgumentTypeError(
            f"{text} is no type: words and dots, * for one word, # for any number"
        )
    return text


@asynccontextmanager
async def connected_broker(settings: BrokerSettings, *, name: str) -> AsyncIterator[Broker]:
    """A connected broker. Raises `CommandFailed` if it does not answer within 10 s."""
    broker = Broker(
        settings.amqp_url, prefix=settings.amqp_prefix, name=name, declares=settings.amqp_declares
    )
    await broker.open()
    try:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await broker.connected()
        except TimeoutError as error:
            raise CommandFailed(f"RabbitMQ did not answer in {CONNECT_SECONDS} s (AMQP_URL)") from error
        yield broker
    finally:
        await broker.close()


def run_command(command: Coroutine[Any, Any, None]) -> int:
    """Run a command and return its exit status. An error prints one line to stderr.

    A reader that has enough (`| head`) ends it quietly.
    """
    try:
        asyncio.run(command)
        sys.stdout.flush()
    except BrokenPipeError:
        discard_output()
    except CommandFailed as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except Unavailable as error:
        sys.stderr.write(f"RabbitMQ: {error.__cause__ or 'connection lost'}\n")
        return 1
    return 0
