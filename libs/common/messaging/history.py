"""What was published? Reads the broker's history. `python -m libs.common.messaging.history --help`."""

import argparse
import asyncio
import re
import sys
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta

from aio_pika.abc import AbstractIncomingMessage
from pydantic import AwareDatetime, BaseModel, ValidationError

from libs.common.clock import Clock, system_clock
from libs.common.messaging.broker import Broker
from libs.common.messaging.cli import (
    BrokerSettings,
    connected_broker,
    run_command,
    settings_from_environment,
)
from libs.common.messaging.deliveries import deliveries_of
from libs.common.messaging.setaside import move

DESCRIPTION = """\
Every event that was published stays in the history for 30 days. This prints them, one JSON envelope a line,
oldest first; with --to, it puts them into one service's queue instead: after its database was restored from a
backup, or for a service that listens to a type from now on. What a service has applied is not applied again.
Reads AMQP_URL and AMQP_PREFIX from the environment."""

BATCH_MAX = 200
IDLE_SECONDS = 2.0  # a stream has no end: this long without an event is the end
AGE = re.compile(r"(\d+)(m|h|d)")
UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events: from a time on (None: from the oldest), of some types and subjects (empty: of all)."""

    since: datetime | None = None
    types: Collection[str] = ()
    subjects: Collection[str] = ()

    def includes(self, body: bytes) -> bool:
        """Is this message one of them? What is no event never is.

        Time is looked at too: the broker starts with the whole chunk of messages that holds the moment.
        """
        try:
            header = _Header.model_validate_json(body)
        except ValidationError:
            return False
        return (
            (self.since is None or header.time >= self.since)
            and (not self.types or header.type in self.types)
            and (not self.subjects or header.subject in self.subjects)
        )


class _Header(BaseModel):
    type: str
    subject: str
    time: AwareDatetime


async def read_history(
    broker: Broker, wanted: Wanted, *, idle_seconds: float = IDLE_SECONDS
) -> AsyncGenerator[AbstractIncomingMessage, None]:
    """The events that are in the history, in the order of publication; ends when no more come."""
    start = {"x-stream-offset": wanted.since or "first"}
    async with broker.channel(prefetch=BATCH_MAX) as channel:
        stream = await channel.get_queue(broker.topology.history, ensure=False)
        async with deliveries_of(stream, arguments=start) as deliveries:
            while True:
                try:
                    async with asyncio.timeout(idle_seconds):
                        messages = await deliveries.batch(BATCH_MAX)
                except TimeoutError:
                    return
                for message in messages:
                    if wanted.includes(message.body):
                        yield message
                await messages[-1].ack(multiple=True)


async def replay_history(
    broker: Broker, wanted: Wanted, service: str, *, idle_seconds: float = IDLE_SECONDS
) -> int:
    """Put the events into one service's queue, and nobody else's; how many."""
    replayed = 0
    async with (
        broker.channel() as channel,
        aclosing(read_history(broker, wanted, idle_seconds=idle_seconds)) as messages,
    ):
        async for message in messages:
            await move(channel, message, broker.topology.queue(service), {})
            replayed += 1
    return replayed


def moment(text: str, clock: Clock = system_clock) -> datetime:
    """`2026-03-01T00:00:00Z`, or an age like `30m`, `2h`, `5d`. Raises ValueError for anything else."""
    age = AGE.fullmatch(text)
    if age:
        return clock() - timedelta(**{UNITS[age[2]]: int(age[1])})
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError("a time needs its zone, for example 2026-03-01T00:00:00Z")
    return time


async def _print(settings: BrokerSettings, wanted: Wanted) -> None:
    async with (
        connected_broker(settings, name="history") as broker,
        aclosing(read_history(broker, wanted)) as messages,
    ):
        async for message in messages:
            sys.stdout.write(message.body.decode() + "\n")


async def _replay(settings: BrokerSettings, wanted: Wanted, service: str) -> None:
    async with connected_broker(settings, name="history") as broker:
        sys.stdout.write(f"replayed {await replay_history(broker, wanted, service)}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m libs.common.messaging.history",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--since",
        type=moment,
        help="from this time on (2026-03-01T00:00:00Z) or age (30m, 2h, 5d); default: all",
    )
    parser.add_argument(
        "--type", action="append", dest="types", default=[], help="only this type (repeatable)"
    )
    parser.add_argument(
        "--subject", action="append", dest="subjects", default=[], help="only this subject (repeatable)"
    )
    parser.add_argument(
        "--to", metavar="SERVICE", help="put them into this service's queue instead of printing"
    )
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; its exit status."""
    options = _parser().parse_args(arguments)
    settings = settings_from_environment()
    wanted = Wanted(options.since, options.types, options.subjects)
    if options.to:
        return run_command(_replay(settings, wanted, options.to))
    return run_command(_print(settings, wanted))


if __name__ == "__main__":
    sys.exit(main())
