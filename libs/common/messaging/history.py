"""Reads and replays the broker's history of events: `python -m libs.common.messaging.history --help`."""

import argparse
import asyncio
import re
import sys
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import structlog
from aio_pika import Message
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from pydantic import AwareDatetime, BaseModel, ValidationError

from libs.common.clock import Clock, system_clock
from libs.common.commands import command_parser
from libs.common.messaging.broker import Broker
from libs.common.messaging.cli import BrokerSettings, connected_broker, run_command
from libs.common.messaging.deliveries import deliveries_of
from libs.common.messaging.envelope import split
from libs.common.messaging.messages import messages_of
from libs.common.messaging.topology import HISTORY_DAYS, declare_dead_letters, exists
from libs.common.settings import of_environment

DESCRIPTION = """\
Every published event stays in the history for 30 days. This command prints them, one JSON envelope per line,
oldest first; with --to, it puts them into one service's queue instead: after its database was restored from a
backup, or for a service that newly subscribes to a type. An event that was applied is not applied again.
Reads AMQP_URL and AMQP_PREFIX from the environment."""

MESSAGES_MAX = 50  # taken together; each carries up to 100 events and 128 KiB
AGE = re.compile(r"(\d+)(m|h|d)")
UNITS = {"m": "minutes", "h": "hours", "d": "days"}

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A selection of events: from a time on (None: all), by types and by subjects (empty: all)."""

    since: datetime | None = None
    types: Collection[str] = ()
    subjects: Collection[str] = ()

    def includes(self, event: "Past") -> bool:
        """Whether this event is selected.

        The time is checked too, because the broker starts with the whole chunk of messages around it.
        """
        return (
            (self.since is None or event.time >= self.since)
            and (not self.types or event.type in self.types)
            and (not self.subjects or event.subject in self.subjects)
        )


@dataclass(frozen=True, slots=True)
class Past:
    """An event of the history; `body` is its envelope, `time` is the event's."""

    id: UUID
    type: str
    subject: str
    time: datetime
    body: bytes

    def to_json(self) -> bytes:
        """The published envelope."""
        return self.body


class _Header(BaseModel):
    id: UUID
    type: str
    subject: str
    time: AwareDatetime


async def read_history(
    broker: Broker, wanted: Wanted, *, clock: Clock = system_clock
) -> AsyncGenerator[list[Past], None]:
    """Yield events published before this call, in the order of publication, in batches; at most 30 days back.

    Older events may still exist, but inboxes no longer know them: replaying them could apply them twice.
    """
    oldest = clock() - timedelta(days=HISTORY_DAYS)
    start = {"x-stream-offset": max(wanted.since or oldest, oldest)}
    async with broker.channel(prefetch=MESSAGES_MAX) as channel:
        stream = await channel.get_queue(broker.topology.history, ensure=False)
        async with deliveries_of(stream, arguments=start) as deliveries:
            end = await _mark_end(channel, broker.topology.history)
            ended = False
            while not ended:
                messages = await deliveries.batch(MESSAGES_MAX)
                ended = any(message.message_id == end for message in messages)
                yield [event for message in messages for event in _events(message) if wanted.includes(event)]
                await messages[-1].ack(multiple=True)


def _events(message: AbstractIncomingMessage) -> list[Past]:
    """The readable events of a message, without those whose type its publisher need not own."""
    events = []
    for body in split(message.body, message.content_type):
        try:
            header = _Header.model_validate_json(body)
        except ValidationError:
            continue  # an end marker, or no event of ours
        if header.type != message.routing_key:
            continue
        events.append(Past(header.id, header.type, header.subject, header.time, body))
    return events


async def _mark_end(channel: AbstractChannel, history: str) -> str:
    """Append an end marker to the stream, which has no end of its own, and return its id."""
    mark = str(uuid4())
    await channel.default_exchange.publish(Message(b"", message_id=mark, type="history.end"), history)
    return mark


async def replay_history(broker: Broker, wanted: Wanted, service: str) -> int:
    """Put the events into the queue of one service only; returns their number."""
    replayed = 0
    queue = broker.topology.queue(service)
    async with broker.channel() as channel, aclosing(read_history(broker, wanted)) as batches:
        own = await channel.get_exchange(broker.topology.own_exchange(service), ensure=False)
        async for events in batches:
            await asyncio.gather(*(own.publish(message, queue) for message in messages_of(events)))
            replayed += len(events)
    return replayed


async def catch_up(broker: Broker, service: str, event_types: Collection[str]) -> None:
    """Give a service that is new at this broker the events published before it had its queue.

    Call it once the queue is bound. The dead-letter queue is declared last: its existence means that the
    service has caught up, even if this was interrupted or two processes of the service start at once.
    """
    async with broker.channel() as channel:
        if await exists(channel, broker.topology.dead_letters(service)):
            return
    replayed = await replay_history(broker, Wanted(types=event_types), service)
    async with broker.channel() as channel:
        await declare_dead_letters(channel, broker.topology, service)
    log.info("caught_up_with_history", queue=broker.topology.queue(service), events=replayed)


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
        aclosing(read_history(broker, wanted)) as batches,
    ):
        async for events in batches:
            sys.stdout.writelines(event.body.decode() + "\n" for event in events)


async def _replay(settings: BrokerSettings, wanted: Wanted, service: str) -> None:
    async with connected_broker(settings, name="history") as broker:
        sys.stdout.write(f"replayed {await replay_history(broker, wanted, service)}\n")


def _parser() -> argparse.ArgumentParser:
    parser = command_parser("libs.common.messaging.history", DESCRIPTION)
    parser.add_argument(
        "--since",
        type=moment,
        help="from this time (2026-03-01T00:00:00Z) or age (30m, 2h, 5d) on; default: 30d",
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
    settings = of_environment(BrokerSettings)
    wanted = Wanted(options.since, options.types, options.subjects)
    if options.to:
        return run_command(_replay(settings, wanted, options.to))
    return run_command(_print(settings, wanted))


if __name__ == "__main__":
    sys.exit(main())
