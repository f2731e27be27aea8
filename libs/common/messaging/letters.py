"""Reads the dead letters of a service or subscriber, and takes them out."""

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from aio_pika.exceptions import ChannelNotFoundEntity

from libs.common.clock import iso_utc
from libs.common.commands import CommandFailed
from libs.common.messaging.broker import Broker
from libs.common.messaging.envelope import split
from libs.common.messaging.past import no_queue
from libs.common.messaging.selections import is_of_type
from libs.common.messaging.setaside import (
    ERROR_HEADER,
    FAILURES_HEADER,
    FIRST_FAILED_HEADER,
    LAST_FAILED_HEADER,
    failures_of,
    move,
    named,
)
from libs.common.messaging.topology import ANSWER_SECONDS

# The broker's own headers, of messages that it set aside by itself.
REASON_HEADER = "x-first-death-reason"
DEATHS_HEADER = "x-death"
ALL_UNACKNOWLEDGED = 0  # AMQP's delivery tag for all messages

Watcher = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Some of the dead letters of a service or subscriber; no ids (None) and no types mean all.

    Types may also be patterns, as in bindings.
    """

    service: str
    ids: Collection[str] | None = None
    types: Collection[str] = ()

    def has(self, event_id: str, event_type: str) -> bool:
        """Whether the event is one of them."""
        return (self.ids is None or event_id in self.ids) and is_of_type(event_type, self.types)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event in the dead letters: its number of failures, the last error, and its unchanged envelope.

    The times of the first and the last failure are ISO 8601 in UTC; empty if they are not known.
    """

    id: str
    type: str
    failures: int
    error: str
    body: bytes
    first_failed_at: str
    last_failed_at: str


def _unwatched(_: int, __: int) -> None:
    return


async def list_dead_letters(broker: Broker, chosen: Chosen, watch: Watcher = _unwatched) -> list[DeadLetter]:
    """Return the chosen letters, oldest first, without removing any.

    `watch` is told how many of how many messages were read.
    """
    async with _letters(broker, chosen.service, watch) as (_, letters):
        return [_dead_letter(message, body) for message in letters for body in _parted(message, chosen)[0]]


async def replay_dead_letters(broker: Broker, chosen: Chosen, watch: Watcher = _unwatched) -> int:
    """Return the chosen letters to the queue as if they had never failed; returns their number."""
    return await _take_out(broker, chosen, watch, to=broker.topology.queue(chosen.service))


async def discard_dead_letters(broker: Broker, chosen: Chosen, watch: Watcher = _unwatched) -> int:
    """Delete the chosen letters; returns their number."""
    return await _take_out(broker, chosen, watch, to=None)


async def _take_out(broker: Broker, chosen: Chosen, watch: Watcher, *, to: str | None) -> int:
    """Move the letters to a queue, or delete them. Other events of the same message go back on their own.

    (A letter is nearly always alone; the broker itself sets whole messages aside, delivered too often.)
    """
    taken = 0
    async with _letters(broker, chosen.service, watch) as (channel, letters):
        own = await channel.get_exchange(broker.topology.own_exchange(chosen.service), ensure=False)
        for message in letters:
            ours, rest = _parted(message, chosen)
            if not ours:
                continue
            if to:
                for body in ours:
                    await move(own, message, body, to, {})
            for body in rest:
                dead = broker.topology.dead_letters(chosen.service)
                await move(own, message, body, dead, _failure(message))
            await message.ack()
            taken += len(ours)
    return taken


def _parted(message: AbstractIncomingMessage, chosen: Chosen) -> tuple[list[bytes], list[bytes]]:
    """The chosen events of a message, and the others."""
    ours: list[bytes] = []
    rest: list[bytes] = []
    for body in split(message.body, message.content_type):
        (ours if chosen.has(*named(message, body)) else rest).append(body)
    return ours, rest


@asynccontextmanager
async def _letters(
    broker: Broker, service: str, watch: Watcher
) -> AsyncIterator[tuple[AbstractChannel, list[AbstractIncomingMessage]]]:
    """All current letters, fetched before any is handled, because a replayed one may soon be back.

    Letters that are not acknowledged in the block go back to their places at its end.
    """
    async with broker.channel() as channel:
        yield channel, await _fetch_all(channel, broker.topology.dead_letters(service), watch)
        underlay = await channel.get_underlay_channel()
        await underlay.basic_nack(ALL_UNACKNOWLEDGED, multiple=True, requeue=True)


async def _fetch_all(
    channel: AbstractChannel, queue_name: str, watch: Watcher
) -> list[AbstractIncomingMessage]:
    try:
        queue = await channel.declare_queue(queue_name, passive=True, timeout=ANSWER_SECONDS)
    except ChannelNotFoundEntity as error:
        raise CommandFailed(no_queue(queue_name)) from error
    letters: list[AbstractIncomingMessage] = []
    while letter := await queue.get(fail=False):
        letters.append(letter)
        watch(len(letters), queue.declaration_result.message_count or 0)
    return letters


def _dead_letter(message: AbstractIncomingMessage, body: bytes) -> DeadLetter:
    event_id, event_type = named(message, body)
    first, last = _when(message)
    return DeadLetter(event_id, event_type, failures_of(message), _error(message), body, first, last)


def _failure(message: AbstractIncomingMessage) -> dict[str, int | str]:
    first, last = _when(message)
    return {
        FAILURES_HEADER: failures_of(message),
        ERROR_HEADER: _error(message),
        FIRST_FAILED_HEADER: first,
        LAST_FAILED_HEADER: last,
    }


def _error(message: AbstractIncomingMessage) -> str:
    """Return the handler's error, or the broker's reason for moving the message (`delivery_limit`)."""
    return str(message.headers.get(ERROR_HEADER) or message.headers.get(REASON_HEADER, ""))


def _when(message: AbstractIncomingMessage) -> tuple[str, str]:
    """The first and the last failure; of a message that the broker set aside, when it did so."""
    deaths = message.headers.get(DEATHS_HEADER)
    times = [
        iso_utc(time)
        for death in (deaths if isinstance(deaths, list) else [])
        if isinstance(death, dict) and isinstance(time := death.get("time"), datetime)
    ]
    first = str(message.headers.get(FIRST_FAILED_HEADER) or min(times, default=""))
    last = str(message.headers.get(LAST_FAILED_HEADER) or max(times, default=""))
    return first, max(first, last)
