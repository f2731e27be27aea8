"""Lists, replays and drops dead letters: `python -m libs.common.messaging.deadletters --help`."""

import argparse
import sys
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import orjson
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from aio_pika.exceptions import ChannelNotFoundEntity

from libs.common.commands import CommandFailed, command_parser
from libs.common.messaging.broker import Broker
from libs.common.messaging.cli import BrokerSettings, connected_broker, run_command
from libs.common.messaging.envelope import split
from libs.common.messaging.setaside import ERROR_HEADER, FAILURES_HEADER, failures_of, move, named
from libs.common.settings import of_environment

DESCRIPTION = """\
Dead letters are events that a service could not apply: after all retries, or at once because no retry could
help. They stay at the broker until they are dropped, or replayed once the cause is fixed. Replaying is safe:
an event that was applied before is not applied again. Reads AMQP_URL and AMQP_PREFIX from the environment."""

REASON_HEADER = "x-first-death-reason"  # the broker's own header
ALL_UNACKNOWLEDGED = 0  # AMQP's delivery tag for all messages


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event in the dead letters: its number of failures, the last error, and its unchanged envelope."""

    id: str
    type: str
    failures: int
    error: str
    body: bytes


async def list_dead_letters(broker: Broker, service: str) -> list[DeadLetter]:
    """Return a service's dead letters, oldest first, without removing any."""
    async with _letters(broker, service) as (_, letters):
        return [_dead_letter(message, body) for message in letters for body in _bodies(message)]


async def replay_dead_letters(broker: Broker, service: str, ids: Collection[str] | None = None) -> int:
    """Return dead letters to the service's queue as if they had never failed; returns their number.

    Replays all current ones, or those with the given event ids.
    """
    return await _take_out(broker, service, ids, to=broker.topology.queue(service))


async def drop_dead_letters(broker: Broker, service: str, ids: Collection[str] | None = None) -> int:
    """Delete all current dead letters, or those with the given event ids; returns their number."""
    return await _take_out(broker, service, ids, to=None)


async def _take_out(broker: Broker, service: str, ids: Collection[str] | None, *, to: str | None) -> int:
    """Move the letters to a queue, or delete them. Other events of the same message go back on their own.

    (A letter is nearly always alone; the broker itself sets whole messages aside, delivered too often.)
    """
    taken = 0
    async with _letters(broker, service) as (channel, letters):
        own = await channel.get_exchange(broker.topology.own_exchange(service), ensure=False)
        for message in letters:
            chosen, rest = _chosen(message, ids)
            if not chosen:
                continue
            if to:
                for body in chosen:
                    await move(own, message, body, to, {})
            for body in rest:
                await move(own, message, body, broker.topology.dead_letters(service), _failure(message))
            await message.ack()
            taken += len(chosen)
    return taken


def _chosen(message: AbstractIncomingMessage, ids: Collection[str] | None) -> tuple[list[bytes], list[bytes]]:
    """The events of a message with these ids (None: all), and the others."""
    chosen: list[bytes] = []
    rest: list[bytes] = []
    for body in _bodies(message):
        event_id, _ = named(message, body)
        (chosen if ids is None or event_id in ids else rest).append(body)
    return chosen, rest


def _bodies(message: AbstractIncomingMessage) -> list[bytes]:
    return split(message.body, message.content_type)


@asynccontextmanager
async def _letters(
    broker: Broker, service: str
) -> AsyncIterator[tuple[AbstractChannel, list[AbstractIncomingMessage]]]:
    """All current letters, fetched before any is handled, because a replayed one may soon be back.

    Letters that are not acknowledged in the block go back to their places at its end.
    """
    async with broker.channel() as channel:
        yield channel, await _fetch_all(channel, broker.topology.dead_letters(service))
        underlay = await channel.get_underlay_channel()
        await underlay.basic_nack(ALL_UNACKNOWLEDGED, multiple=True, requeue=True)


async def _fetch_all(channel: AbstractChannel, queue_name: str) -> list[AbstractIncomingMessage]:
    try:
        queue = await channel.declare_queue(queue_name, passive=True)
    except ChannelNotFoundEntity as error:
        raise CommandFailed(
            f"there is no queue {queue_name}: the service listens to no event, never ran, or is not named so"
        ) from error
    letters = []
    while letter := await queue.get(fail=False):
        letters.append(letter)
    return letters


def _dead_letter(message: AbstractIncomingMessage, body: bytes) -> DeadLetter:
    event_id, event_type = named(message, body)
    return DeadLetter(event_id, event_type, failures_of(message), _error(message), body)


def _failure(message: AbstractIncomingMessage) -> dict[str, int | str]:
    return {FAILURES_HEADER: failures_of(message), ERROR_HEADER: _error(message)}


def _error(message: AbstractIncomingMessage) -> str:
    """Return the handler's error, or the broker's reason for moving the message (`delivery_limit`)."""
    return str(message.headers.get(ERROR_HEADER) or message.headers.get(REASON_HEADER, ""))


async def _list(settings: BrokerSettings, service: str, *, as_json: bool) -> None:
    async with connected_broker(settings, name="deadletters") as broker:
        for letter in await list_dead_letters(broker, service):
            sys.stdout.write((_as_json(letter) if as_json else _as_line(letter)) + "\n")


async def _replay(settings: BrokerSettings, service: str, ids: Collection[str] | None) -> None:
    async with connected_broker(settings, name="deadletters") as broker:
        sys.stdout.write(f"replayed {await replay_dead_letters(broker, service, ids)}\n")


async def _drop(settings: BrokerSettings, service: str, ids: Collection[str] | None) -> None:
    async with connected_broker(settings, name="deadletters") as broker:
        sys.stdout.write(f"dropped {await drop_dead_letters(broker, service, ids)}\n")


def _as_line(letter: DeadLetter) -> str:
    return f"{letter.id}  {letter.type}  failures={letter.failures}  {letter.error}"


def _as_json(letter: DeadLetter) -> str:
    return orjson.dumps(
        {
            "id": letter.id,
            "type": letter.type,
            "failures": letter.failures,
            "error": letter.error,
            "message": letter.body.decode(errors="replace"),
        }
    ).decode()


def _parser() -> argparse.ArgumentParser:
    parser = command_parser("libs.common.messaging.deadletters", DESCRIPTION)
    commands = parser.add_subparsers(dest="command", required=True)
    listing = commands.add_parser("list", help="show them: event id, type, number of failures, last error")
    listing.add_argument("--json", action="store_true", help="one JSON object a line, with the whole message")
    replay = commands.add_parser("replay", help="give them back to the service")
    drop = commands.add_parser("drop", help="delete them for good")
    for command in (listing, replay, drop):
        command.add_argument("--service", required=True, help="whose dead letters, for example analytics")
    for command in (replay, drop):
        which = command.add_mutually_exclusive_group(required=True)
        which.add_argument(
            "--id", action="append", dest="ids", help="this event (may be given several times)"
        )
        which.add_argument("--all", action="store_true", help="all that are there now")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    options = _parser().parse_args(arguments)
    settings = of_environment(BrokerSettings)
    if options.command == "list":
        return run_command(_list(settings, options.service, as_json=options.json))
    act = _replay if options.command == "replay" else _drop
    return run_command(act(settings, options.service, options.ids))


if __name__ == "__main__":
    sys.exit(main())
