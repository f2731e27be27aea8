"""The options of `python -m libs.common.messaging.subscribers`, and what they may be."""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

from libs.common.commands import CommandFailed, command_parser
from libs.common.contracts.registry import EVENTS
from libs.common.messaging.cli import type_pattern
from libs.common.messaging.patterns import matches
from libs.common.messaging.subscribing import Bounds
from libs.services import GATEWAY, PARTS

DESCRIPTION = """\
A subscriber is a program outside the suite that reads events: an ERP, a mailing tool. It gets a login, a
queue of its own with the types it may hear, and a queue for what it rejects. It may read these two and
nothing else. The commands may be repeated: what is there stays, what was interrupted is finished.

Reads AMQP_URL (the administrator's login), AMQP_PREFIX and AMQP_MANAGEMENT_URL from the environment. The last
is where RabbitMQ's management plugin answers; by default port 15672 at the host of AMQP_URL."""

ADD = """\
Makes a subscriber and prints its new password once, or changes the types and bounds of one that is there. Its
queue gets what is published from now on; what was published before: python -m libs.common.messaging.history.
A type is one of docs/events.md or a pattern: * stands for one word, # for any number (sales.#, *.*.v1, #)."""

RESERVED = {*PARTS, "events", "mostrador", "guest"}
NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")


def checked_name(name: str, *, listen_only: bool = False) -> str:
    """The name of a subscriber. Raises `CommandFailed` for one that is taken or malformed."""
    if not NAME.fullmatch(name):
        raise CommandFailed(
            f"{name} is no name: lower case letters, digits and hyphens, a letter first, 40 at most"
        )
    if name in RESERVED and not (name == GATEWAY and listen_only):
        raise CommandFailed(f"{name} is a name of Mostrador itself: take another")
    return name


def checked_types(types: Sequence[str]) -> tuple[str, ...]:
    """The patterns, each once. Raises `CommandFailed` for one that no event type fits."""
    for each in types:
        if not any(matches(event_type, each) for event_type in EVENTS):
            raise CommandFailed(f"no event type fits {each}: docs/events.md lists all")
    return tuple(dict.fromkeys(types))


def subscribers_parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    parser = command_parser("libs.common.messaging.subscribers", DESCRIPTION)
    commands = parser.add_subparsers(dest="command", required=True)
    add = commands.add_parser(
        "add",
        help="make a subscriber, or change its types and bounds",
        description=ADD,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    listing = commands.add_parser("list", help="show them, with what waits for each, in messages")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    removal = commands.add_parser("remove", help="take a subscriber and its queues from the broker")
    rotate = commands.add_parser("rotate", help="give a subscriber a new password")
    for command in (add, removal, rotate):
        command.add_argument("name", metavar="NAME", help="lower case letters, digits and hyphens")
    _add_choices(add)
    for command in (add, rotate):
        where = command.add_mutually_exclusive_group()
        where.add_argument(
            "--password-file",
            type=Path,
            metavar="FILE",
            help="write a new password there, for your eyes only, instead of printing it",
        )
        where.add_argument(
            "--password-stdin", action="store_true", help="take the password from the first line of stdin"
        )
    rotate.add_argument(
        "--disconnect", action="store_true", help="also end the connections that the old password has opened"
    )
    what = removal.add_mutually_exclusive_group()
    what.add_argument("--yes", action="store_true", help="delete unread messages without asking")
    what.add_argument(
        "--keep-queue",
        action="store_true",
        help="leave its queues with their messages; they get no new ones",
    )
    return parser


def _add_choices(add: argparse.ArgumentParser) -> None:
    bounds = Bounds()
    add.add_argument(
        "--types",
        action="append",
        type=type_pattern,
        required=True,
        metavar="TYPE",
        help="what it may hear, a type or a pattern (repeatable); types not given any more are taken away",
    )
    add.add_argument(
        "--listen-only",
        action="store_true",
        help="no queue: a login that makes queues NAME.… itself, like the gateway",
    )
    add.add_argument(
        "--max-messages",
        type=_positive,
        default=bounds.messages,
        metavar="N",
        help="a queue keeps the newest N messages, of up to 100 events each; default: %(default)s",
    )
    add.add_argument(
        "--max-megabytes",
        type=_positive,
        default=bounds.megabytes,
        metavar="N",
        help="and of these the newest N megabytes; default: %(default)s",
    )
    add.add_argument(
        "--unused-days",
        type=_positive,
        metavar="N",
        help="delete a queue that nobody has read for N days; default: never",
    )


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number
