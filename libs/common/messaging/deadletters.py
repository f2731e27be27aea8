"""Lists, shows, replays and discards dead letters: `python -m libs.common.messaging.deadletters --help`."""

import argparse
import sys
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypeVar

import orjson

from libs.common.commands import CommandFailed, command_parser, say, visible, visible_lines
from libs.common.messaging.broker import Broker
from libs.common.messaging.cli import BrokerSettings, connected_broker, run_command, type_pattern
from libs.common.messaging.inbox import OLD_EVENT_IDS
from libs.common.messaging.letters import (
    Chosen,
    DeadLetter,
    Watcher,
    discard_dead_letters,
    list_dead_letters,
    replay_dead_letters,
)
from libs.common.progress import LateProgress
from libs.common.settings import of_environment

DESCRIPTION = f"""\
Dead letters are events that a service or a subscriber could not apply: after all retries, or at once because
no retry could help. They stay at the broker until they are discarded, or replayed once the cause is fixed.
Replaying is safe: a service does not apply an event again that it applied in the last
{OLD_EVENT_IDS.retention.days} days. Discard an older letter if a replay of the history has applied its
event: a payment of credit would be booked twice. Reads AMQP_URL and AMQP_PREFIX from the environment."""

T = TypeVar("T")
Work = Callable[[Broker, Chosen, Watcher], Awaitable[T]]


async def list_letters(settings: BrokerSettings, chosen: Chosen, *, as_json: bool) -> None:
    """Print a line for each letter."""
    for letter in await _done(settings, chosen, list_dead_letters):
        say(_as_json(letter) if as_json else _as_line(letter))


async def show_letters(settings: BrokerSettings, chosen: Chosen) -> None:
    """Print each letter whole: what is known of its failures, and its envelope."""
    letters = await _done(settings, chosen, list_dead_letters)
    sys.stdout.write("\n".join(map(_whole, letters)))
    _all_found(chosen, len(letters))


async def replay_letters(settings: BrokerSettings, chosen: Chosen) -> None:
    """Give letters back to the queue, and say how many."""
    count = await _done(settings, chosen, replay_dead_letters)
    say(f"replayed {count}")
    _all_found(chosen, count)


async def discard_letters(settings: BrokerSettings, chosen: Chosen) -> None:
    """Delete letters, and say how many."""
    count = await _done(settings, chosen, discard_dead_letters)
    say(f"discarded {count}")
    _all_found(chosen, count)


def _all_found(chosen: Chosen, count: int) -> None:
    missing = len(set(chosen.ids or ())) - count
    if missing > 0:
        raise CommandFailed(f"{missing} of the ids are of no dead letter of {chosen.service}")


async def _done(settings: BrokerSettings, chosen: Chosen, work: Work[T]) -> T:
    async with connected_broker(settings, name="deadletters") as broker:
        with LateProgress("reading dead letters") as progress:
            return await work(broker, chosen, partial(_told, progress))


def _told(progress: LateProgress, read: int, count: int) -> None:
    progress.reach(read / max(read, count), f"{read:,} of {count:,} dead letters read")


def _as_line(letter: DeadLetter) -> str:
    return visible(f"{letter.id}  {letter.type}  failures={letter.failures}  {letter.error}")


def _as_json(letter: DeadLetter) -> str:
    return orjson.dumps(
        {
            "id": letter.id,
            "type": letter.type,
            "failures": letter.failures,
            "error": letter.error,
            "first_failed_at": letter.first_failed_at or None,
            "last_failed_at": letter.last_failed_at or None,
            "message": letter.body.decode(errors="replace"),
        }
    ).decode()


def _whole(letter: DeadLetter) -> str:
    told = {
        "id": letter.id,
        "type": letter.type,
        "failures": str(letter.failures),
        "first failed": letter.first_failed_at or "not known",
        "last failed": letter.last_failed_at or "not known",
        "error": letter.error,
    }
    lines = "".join(f"{name + ':':<14}{visible(value)}\n" for name, value in told.items())
    return f"{lines}{visible_lines(_pretty(letter.body))}\n"


def _pretty(body: bytes) -> str:
    try:
        return orjson.dumps(orjson.loads(body), option=orjson.OPT_INDENT_2).decode()
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):  # the second: deeper is read than written
        return body.decode(errors="replace")


def _parser() -> argparse.ArgumentParser:
    parser = command_parser("libs.common.messaging.deadletters", DESCRIPTION)
    commands = parser.add_subparsers(dest="command", required=True)
    listing = commands.add_parser(
        "list", help="one line each: event id, type, number of failures, last error"
    )
    listing.add_argument("--json", action="store_true", help="one JSON object a line, with the whole message")
    showing = commands.add_parser("show", help="the whole event, its error, and when it failed")
    replay = commands.add_parser("replay", help="give them back to the queue")
    discard = commands.add_parser("discard", help="delete them for good")
    for command in (listing, showing, replay, discard):
        command.add_argument(
            "--service",
            required=True,
            metavar="NAME",
            help="the service or subscriber, for example analytics",
        )
        which = command.add_mutually_exclusive_group(required=command in (replay, discard))
        which.add_argument("--id", action="append", dest="ids", help="this event (repeatable)")
        which.add_argument(
            "--type",
            action="append",
            dest="types",
            type=type_pattern,
            default=[],
            help="those of this type; also patterns as in bindings: 'sales.#' (repeatable)",
        )
        which.add_argument("--all", action="store_true", help="all that are there now")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    options = _parser().parse_args(arguments)
    settings = of_environment(BrokerSettings)
    chosen = Chosen(options.service, options.ids, options.types)
    if options.command == "list":
        return run_command(list_letters(settings, chosen, as_json=options.json))
    act = {"show": show_letters, "replay": replay_letters, "discard": discard_letters}[options.command]
    return run_command(act(settings, chosen))


if __name__ == "__main__":
    sys.exit(main())
