"""`make bench`: the CPU of a sale and a read through the gateway, for whole process trees.

    make bench                        ours alone
    BASELINE=1 make bench             ours and a plain monolith take turns
    BASE=<git revision> make bench    ours and an earlier revision take turns
    TRACED=1.0 make bench             ours without traces, and with traces of this share of requests
    POOLER=1 make bench               ours, and the same behind PgBouncer, take turns
    make bench HOP=1                  the hop through the gateway, compared with nginx
    make bench EVENTS=1               an event from outbox to inbox
    make bench REPORTS=1              the owner's reports with years of sales, and their ingest
    make bench GROWTH=1               a shop of three years compared with a new one: see `bench.growth.run`
    make bench SHIFTS=1               a shift of 50,000 sales compared with one of 10
    make soak                         an hour at a constant rate (`bench.soak.run`)

CLIENTS (8,32): numbers of concurrent clients. WORKS (sale,list,detail): kinds of work; also `customer`, a
sale that earns points, `points`, one that is paid with them, and `checkout`, an order of the web shop. Alone,
each is measured for SECONDS_EACH (15), RUNS (1) times. Two sides take turns in slices of SLICE_SECONDS (2)
for MINUTES (3) per kind of work and number of clients, half of them after each order of starting: see
`bench.pairs`.
"""

import os
import platform
import random
import signal
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from rich.console import Console

from bench import events, hop, monolith, report, suite, traced
from bench.growth import run as growth
from bench.measure import Side, measure
from bench.options import Options
from bench.reports import run as reports
from bench.shifts import run as shifts
from bench.soak import run as soak
from bench.turns import Round, Turns
from bench.visibility import seconds_until_visible
from deploy.local.revision import checked_out
from deploy.local.sources import OURS
from libs.servers.processes import ServerFailed

SEED = 20261121
LIST_LENGTH = 50
OTHERS = {
    "hop": hop.run,
    "events": events.run,
    "reports": reports.run,
    "growth": growth.run,
    "shifts": shifts.run,
    "soak": soak.run,
}
TERMINATED = 143
ORDERS_OF_START = (True, False)  # ours first, then the other: the side that starts first costs some 5 % more


def main() -> None:
    """Run the benchmark that the environment names, and stop everything that it started."""
    console = Console(highlight=False)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    if sys.argv[1:]:
        OTHERS[sys.argv[1]](console)
        return
    options = Options.of(os.environ)
    if options.beside_monolith:
        monolith.refuse_without_sources()
    try:
        if options.has_other_side:
            in_turns(options, console)
        else:
            alone(options, console)
    except ServerFailed as failure:
        raise SystemExit(str(failure)) from None


def alone(options: Options, console: Console) -> None:
    """Measure our suite, one run after the other."""
    with suite.started(OURS, suite.FIRST, _randomness(), console) as ours:
        _introduce(ours, console)
        side = ours.side(LIST_LENGTH)
        figures = []
        for run in range(options.runs):
            for clients in options.clients:
                for work in filter(options.asks_for, side.works):
                    doing = f"run {run + 1}/{options.runs}: {work}, {clients} clients"
                    console.print(f"{doing}, {options.seconds_each:.0f} s …", style="dim")
                    figures.append(measure(side, work, clients, options.seconds_each))
                    report.keep(figures[-1])
        visible = seconds_until_visible(ours)
    report.show_figures(console, figures)
    report.show_visible(console, visible)


def in_turns(options: Options, console: Console) -> None:
    """Measure our suite and the other side, slice by slice, half of them after a start in the other order."""
    rounds: dict[Turns, list[Round]] = defaultdict(list)
    for ours_first in ORDERS_OF_START:
        with _both(options, console, ours_first=ours_first) as (ours, other):
            for clients in options.clients:
                for work in filter(options.asks_for, ours.works):
                    turns = Turns(work, clients, options.pairs(len(ORDERS_OF_START)), options.slice_seconds)
                    doing = f"{ours.name} and {other.name}: {work}, {clients} clients"
                    slices = f"{turns.pairs} pairs of {turns.slice_seconds:.0f} s"
                    console.print(f"{doing}, {slices} …", style="dim")
                    rounds[turns].append(turns.take(ours, other))
    comparisons = [turns.compare(ours.name, other.name, taken) for turns, taken in rounds.items()]
    for each in comparisons:
        report.keep(each)
        report.show_ratio(console, each)
    report.show_figures(console, [figure for each in comparisons for figure in (each.ours, each.other)])


@contextmanager
def _both(options: Options, console: Console, *, ours_first: bool) -> Iterator[tuple[Side, Side]]:
    """Both sides, just started: ours, and the other."""
    list_length = monolith.PAGE_LENGTH if options.beside_monolith else LIST_LENGTH
    with ExitStack() as stack:
        if ours_first:
            ours = stack.enter_context(_ours(list_length, console))
            yield ours, stack.enter_context(_other(options, list_length, console))
        else:
            other = stack.enter_context(_other(options, list_length, console))
            yield stack.enter_context(_ours(list_length, console)), other


@contextmanager
def _ours(list_length: int, console: Console) -> Iterator[Side]:
    with suite.started(OURS, suite.FIRST, _randomness(), console) as ours:
        _introduce(ours, console)
        yield ours.side(list_length)


@contextmanager
def _other(options: Options, list_length: int, console: Console) -> Iterator[Side]:
    """The side that ours takes turns with: the monolith, ours with a difference, or the revision in BASE."""
    if options.traced is not None:
        with traced.started(options.traced, _randomness(), console) as ours:
            yield ours.side(list_length)
        return
    if options.behind_pooler:
        with suite.started(
            OURS, suite.SECOND, _randomness(), console, name="pooled", environment={"POOLER": "1"}
        ) as pooled:
            yield pooled.side(list_length)
        return
    if options.base is None:
        console.print("starting the monolith …")
        with monolith.started(_randomness()) as side:
            yield side
        return
    with (
        checked_out(options.base) as sources,
        suite.started(sources, suite.SECOND, _randomness(), console) as earlier,
    ):
        yield earlier.side(list_length)


def _randomness() -> random.Random:
    """The same choices for each side."""
    return random.Random(SEED)  # noqa: S311 - for load, not for secrets


def _introduce(ours: suite.Suite, console: Console) -> None:
    console.print(
        f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()};"
        f" PostgreSQL {ours.settings_of_postgres()}"
    )


if __name__ == "__main__":
    main()
