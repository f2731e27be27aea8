"""Prints, counts and replays past events: `python -m libs.common.messaging.history --help`."""

import argparse
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from libs.common.clock import system_clock
from libs.common.commands import command_parser, say
from libs.common.messaging.broker import Broker
from libs.common.messaging.cli import BrokerSettings, connected_broker, run_command, type_pattern
from libs.common.messaging.past import (
    Past,
    PastEvents,
    Watcher,
    read_history,
    read_printed,
    replay,
    require_queue,
)
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


@dataclass(frozen=True, slots=True)
class Source:
    """The events that are meant: of the broker's history, or of a file that this command has printed."""

    wanted: Wanted
    file: Path | None = None

    def read(self, broker: Broker, watch: Watcher) -> PastEvents:
        """The events in batches, in their order."""
        if self.file:
            return read_printed(self.file, self.wanted, watch=watch)
        return read_history(broker, self.wanted, watch=watch)


@asynccontextmanager
async def _reading(
    settings: BrokerSettings, source: Source, *, prints: bool = False
) -> AsyncIterator[tuple[Broker, PastEvents, Reading]]:
    """A broker, the events, and a count of those read; with a bar, unless they are printed to a terminal."""
    hidden = prints and sys.stdout.isatty()
    async with connected_broker(settings, name="history") as broker:
        with LateProgress("reading the history", hidden=hidden) as progress:
            reading = Reading(progress)
            async with aclosing(source.read(broker, reading)) as batches:
                yield broker, batches, reading


async def print_events(settings: BrokerSettings, source: Source) -> None:
    """Print the envelopes; in a terminal also how many there were."""
    printed = 0
    async with _reading(settings, source, prints=True) as (_, batches, reading):
        async for events in batches:
            sys.stdout.writelines(event.body.decode() + "\n" for event in events)
            printed += len(events)
    sys.stdout.flush()
    if sys.stderr.isatty():
        sys.stderr.write(f"{printed:,} of {reading.read:,} events\n")


async def put_events(settings: BrokerSettings, source: Source, name: str) -> None:
    """Put the events into a queue, and say how many."""
    async with _reading(settings, source) as (broker, batches, reading):
        replayed = await replay(broker, batches, name)
    say(f"replayed {replayed:,} of {reading.read:,} events to {name}")


async def count_events(settings: BrokerSettings, source: Source, name: str | None) -> None:
    """Count the events by type, and print and put nothing. A queue that is named must exist."""
    counts: Counter[str] = Counter()
    async with _reading(settings, source) as (broker, batches, reading):
        if name:
            await require_queue(broker, name)
        async for events in batches:
            counts.update(event.type for event in events)
    sys.stdout.writelines(f"{count:>10,}  {event_type}\n" for event_type, count in sorted(counts.items()))
    would_be = f"would be replayed to {name}" if name else "would be printed"
    say(f"{counts.total():,} of {reading.read:,} events {would_be}")


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
    parser.add_argument(
        "--from",
        dest="file",
        type=Path,
        metavar="FILE",
        help="the events of this file instead, which this command has printed",
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
    source = Source(wanted, options.file)
    if options.dry_run:
        return run_command(count_events(settings, source, options.to))
    if options.to:
        return run_command(put_events(settings, source, options.to))
    return run_command(print_events(settings, source))


if __name__ == "__main__":
    sys.exit(main())
