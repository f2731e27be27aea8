"""Prints, counts and replays past events: `python -m libs.common.messaging.history --help`."""

import argparse
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from datetime import datetime

from libs.common.clock import system_clock
from libs.common.commands import command_parser
from libs.common.messaging.broker import Broker
from libs.common.messaging.cli import BrokerSettings, connected_broker, run_command, type_pattern
from libs.common.messaging.past import Past, read_history, replay_history, require_queue
from libs.common.messaging.selections import Wanted, moment
from libs.common.progress import LateProgress
from libs.common.settings import of_environment

DESCRIPTION = """\
Every published event stays in the history for 30 days. This command prints them, one JSON envelope per line,
oldest first; with --to, it puts them into one queue instead: that of a service whose database was restored
from a backup or that listens to one more type, or that of a subscriber. A service applies no event twice and
ignores types that it does not listen to; a subscriber gets all that is selected, so name its types.
Reads AMQP_URL and AMQP_PREFIX from the environment."""


class Reading:
    """Counts the events that are read, and shows how far that is."""

    def __init__(self, progress: LateProgress) -> None:
        self.read = 0
        self._progress = progress
        self._first: datetime | None = None

    def __call__(self, events: Sequence[Past]) -> None:
        """Count more events of the history."""
        if not events:
            return
        self.read += len(events)
        last = events[-1].time
        self._first = self._first or events[0].time
        whole = (system_clock() - self._first).total_seconds()
        done = (last - self._first).total_seconds() / whole if whole > 0 else 1.0
        self._progress.reach(done, f"{self.read:,} events read, up to {last:%Y-%m-%d %H:%M} UTC")


@asynccontextmanager
async def _reading(
    settings: BrokerSettings, *, prints: bool = False
) -> AsyncIterator[tuple[Broker, Reading]]:
    """A broker and a count of what is read; with a bar, unless events are printed to a terminal."""
    hidden = prints and sys.stdout.isatty()
    async with connected_broker(settings, name="history") as broker:
        with LateProgress("reading the history", hidden=hidden) as progress:
            yield broker, Reading(progress)


async def print_events(settings: BrokerSettings, wanted: Wanted) -> None:
    """Print the envelopes; in a terminal also how many there were."""
    printed = 0
    async with (
        _reading(settings, prints=True) as (broker, reading),
        aclosing(read_history(broker, wanted, watch=reading)) as batches,
    ):
        async for events in batches:
            sys.stdout.writelines(event.body.decode() + "\n" for event in events)
            printed += len(events)
    sys.stdout.flush()
    if sys.stderr.isatty():
        sys.stderr.write(f"{printed:,} of {reading.read:,} events\n")


async def put_events(settings: BrokerSettings, wanted: Wanted, name: str) -> None:
    """Put the events into a queue, and say how many."""
    async with _reading(settings) as (broker, reading):
        replayed = await replay_history(broker, wanted, name, watch=reading)
    sys.stdout.write(f"replayed {replayed:,} of {reading.read:,} events to {name}\n")


async def count_events(settings: BrokerSettings, wanted: Wanted, name: str | None) -> None:
    """Count the events by type, and print and put nothing. A queue that is named must exist."""
    counts: Counter[str] = Counter()
    async with _reading(settings) as (broker, reading):
        if name:
            await require_queue(broker, name)
        async with aclosing(read_history(broker, wanted, watch=reading)) as batches:
            async for events in batches:
                counts.update(event.type for event in events)
    sys.stdout.writelines(f"{count:>10,}  {event_type}\n" for event_type, count in sorted(counts.items()))
    would_be = f"would be replayed to {name}" if name else "would be printed"
    sys.stdout.write(f"{counts.total():,} of {reading.read:,} events {would_be}\n")


def _parser() -> argparse.ArgumentParser:
    parser = command_parser("libs.common.messaging.history", DESCRIPTION)
    parser.add_argument(
        "--since",
        type=moment,
        metavar="TIME",
        help="from this time (2026-03-01T00:00:00Z) or age (30m, 2h, 5d) on; default: 30d",
    )
    parser.add_argument("--until", type=moment, metavar="TIME", help="only before this time or age")
    parser.add_argument(
        "--type",
        action="append",
        dest="types",
        type=type_pattern,
        default=[],
        help="only this type; also patterns as in bindings: 'sales.#', 'sales.*.v1' (repeatable)",
    )
    parser.add_argument(
        "--subject",
        action="append",
        dest="subjects",
        default=[],
        help="only this subject; 'order/*': all that begin so (repeatable)",
    )
    parser.add_argument(
        "--to", metavar="NAME", help="put them into the queue of this service or subscriber instead"
    )
    parser.add_argument("--dry-run", action="store_true", help="count them by type instead")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; its exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    wanted = Wanted(options.since, options.types, options.subjects, options.until)
    if wanted.since and wanted.until and wanted.since >= wanted.until:
        parser.error("--until must be later than --since")
    settings = of_environment(BrokerSettings)
    if options.dry_run:
        return run_command(count_events(settings, wanted, options.to))
    if options.to:
        return run_command(put_events(settings, wanted, options.to))
    return run_command(print_events(settings, wanted))


if __name__ == "__main__":
    sys.exit(main())
