"""Makes, lists, changes and removes subscribers: `python -m libs.common.messaging.subscribers --help`."""

import argparse
import secrets
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import orjson

from libs.common.clock import system_clock
from libs.common.commands import CommandFailed, asking, say
from libs.common.messaging.cli import run_command
from libs.common.messaging.management import Management, ManagementSettings, connected_management
from libs.common.messaging.subscribed import Subscribed, list_subscribers
from libs.common.messaging.subscriber_options import checked_name, checked_types, subscribers_parser
from libs.common.messaging.subscribing import (
    Bounds,
    Subscriber,
    disconnect,
    make,
    remove,
    set_password,
    waiting_messages,
)
from libs.common.messaging.topology import Topology
from libs.common.private_file import private_file
from libs.common.settings import of_environment

PASSWORD_BYTES = 32


async def _add(settings: ManagementSettings, options: argparse.Namespace) -> None:
    topology = Topology(settings.amqp_prefix)
    subscriber = Subscriber(
        checked_name(options.name, listen_only=options.listen_only),
        checked_types(options.types),
        options.listen_only,
        Bounds(options.max_messages, options.max_megabytes, options.unused_days),
    )
    given = _given_password() if options.password_stdin else None
    async with connected_management(settings) as api:
        has_password = await make(api, topology, subscriber, system_clock())
        if given:
            await set_password(api, topology, subscriber.name, given)
        elif not has_password:
            await _give_new_password(api, topology, subscriber.name, options.password_file)
    places = (
        f"queues {topology.queue(subscriber.name)}.…"
        if subscriber.listen_only
        else topology.queue(subscriber.name)
    )
    say(f"{subscriber.name} hears {', '.join(subscriber.types)} on {places}")
    if has_password and not given:
        say("its password stays as it was")


async def _rotate(settings: ManagementSettings, options: argparse.Namespace) -> None:
    topology, name = Topology(settings.amqp_prefix), checked_name(options.name)
    given = _given_password() if options.password_stdin else None
    async with connected_management(settings) as api:
        if given:
            await set_password(api, topology, name, given)
        else:
            await _give_new_password(api, topology, name, options.password_file)
        if options.disconnect:
            await disconnect(api, topology, name)
    say(
        "the password before is good no more" + ("" if options.disconnect else "; open connections stay open")
    )


async def _give_new_password(
    api: Management, topology: Topology, name: str, password_file: Path | None
) -> None:
    """Set a new password, and print it or write it to a file. The file changes only if the broker took it."""
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    if password_file:
        try:
            with private_file(password_file, password + "\n"):
                await set_password(api, topology, name, password)
        except OSError as error:
            raise CommandFailed(f"the password was not set: {error}") from error
        say(f"user {topology.queue(name)}, password in {password_file}")
    else:
        await set_password(api, topology, name, password)
        say(f"user {topology.queue(name)}, password {password} (it is not shown again)")


def _given_password() -> str:
    password = sys.stdin.readline().rstrip("\n")
    if not password:
        raise CommandFailed("there is no password on standard input")
    return password


async def _remove(settings: ManagementSettings, options: argparse.Namespace) -> None:
    topology, name = Topology(settings.amqp_prefix), checked_name(options.name)
    async with connected_management(settings) as api:
        messages = await waiting_messages(api, topology, name)
        if messages and not (options.yes or options.keep_queue):
            _ask(f"{name} has {messages} unread messages, which are deleted too.")
        await remove(api, topology, name, keep_queue=options.keep_queue)
    say(f"removed {name}" + (f", its queue stays with {messages} messages" if options.keep_queue else ""))


def _ask(consequence: str) -> None:
    ways_out = "--yes agrees, --keep-queue keeps them"
    if not sys.stdin.isatty():
        raise CommandFailed(f"{consequence} {ways_out}")
    sys.stderr.write(f"{consequence} Go on? [y/N] ")
    sys.stderr.flush()
    with asking():
        answer = sys.stdin.readline()
    if answer.strip().lower() not in ("y", "yes"):
        raise CommandFailed(f"nothing was removed ({ways_out})")


async def _list(settings: ManagementSettings, options: argparse.Namespace) -> None:
    async with connected_management(settings) as api:
        found = await list_subscribers(api, Topology(settings.amqp_prefix))
    lines = (orjson.dumps(asdict(each)).decode() for each in found) if options.json else _table(found)
    for line in lines:
        say(line)


def _table(found: Sequence[Subscribed]) -> Iterator[str]:
    rows = [("NAME", "WAITING", "DEAD", "CONNECTED", "MADE", "TYPES")]
    for each in found:
        connected, made = "yes" if each.connections else "no", each.made or "-"
        types = " ".join(each.types) + (" (listens only)" if each.listens_only else "")
        rows.append((each.name, str(each.waiting), str(each.dead), connected, made, types))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    options = subscribers_parser().parse_args(arguments)
    act = {"add": _add, "list": _list, "remove": _remove, "rotate": _rotate}[options.command]
    return run_command(act(of_environment(ManagementSettings), options))


if __name__ == "__main__":
    sys.exit(main())
