"""Makes what a broker lacks of its definitions: `python -m libs.common.messaging.repair --help`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import orjson
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_delay, wait_fixed
from yarl import URL

from libs.common.commands import command_parser, say
from libs.common.messaging.cli import run_command
from libs.common.messaging.definitions import NOTHING, Definitions
from libs.common.messaging.management import (
    BrokerRefuses,
    Management,
    ManagementSettings,
    connected_management,
)
from libs.common.settings import of_environment

FOUND_WITHIN_SECONDS = 30
PAUSE_SECONDS = 0.2
NEEDED = {"exchanges", "queues", "bindings", "permissions"}
DESCRIPTION = """Makes exchanges, queues, bindings and rights that somebody has taken away at a broker.

What is there stays, with its messages. Those of subscribers are not among the definitions: add them again.
AMQP_URL needs the administrator's login."""


async def make_whole(settings: ManagementSettings, wanted: Definitions) -> None:
    """Make what a running broker lacks of `wanted`; what it has stays. Raises `CommandFailed`.

    A broker that imports definitions at its start may find the stream of the history too late for the binding
    to it, of which RabbitMQ 3.10 says nothing, and at which 4 ends (rabbitmq-server issue 14772). Here it is
    asked again until it has found it.
    """
    async with connected_management(settings) as api:
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type(BrokerRefuses),
            stop=stop_after_delay(FOUND_WITHIN_SECONDS),
            wait=wait_fixed(PAUSE_SECONDS),
            reraise=True,
        ):
            with attempt:
                await _make_all(api, wanted, URL(settings.amqp_url).user)


async def _make_all(api: Management, wanted: Definitions, administrator: str | None) -> None:
    found = {each["name"] for each in await api.find("exchanges", api.vhost)}
    if any(each["name"] not in found for each in wanted["exchanges"]):
        # Through an exchange that has no queues yet events are lost: until then they wait in the outboxes.
        of_others = [each for each in wanted["permissions"] if each["user"] != administrator]
        await api.apply({"permissions": [{**each, "write": NOTHING} for each in of_others]})
    await api.apply(wanted)


async def _repair(settings: ManagementSettings, wanted: Definitions) -> None:
    await make_whole(settings, wanted)
    say(f"the broker has all {len(wanted['queues'])} queues, with their bindings and rights")


def _definitions(file: str) -> Definitions:
    try:
        found: Definitions = orjson.loads(Path(file).read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise argparse.ArgumentTypeError(f"{file} cannot be read: {error}") from error
    if not isinstance(found, dict) or not found.keys() >= NEEDED:
        raise argparse.ArgumentTypeError(f"{file} has no {', '.join(sorted(NEEDED))}")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    parser = command_parser("libs.common.messaging.repair", DESCRIPTION)
    parser.add_argument("definitions", type=_definitions, help="a file like deploy/compose/broker.json")
    options = parser.parse_args(arguments)
    return run_command(_repair(of_environment(ManagementSettings), options.definitions))


if __name__ == "__main__":
    sys.exit(main())
