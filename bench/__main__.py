"""`make bench`: what a sale and a read cost through the gateway; with BASELINE=1 beside a plain monolith.

`python -m bench hop` (`make bench HOP=1`) measures the gateway's own hop instead, beside nginx;
`python -m bench events` (`make bench EVENTS=1`) an event's way from outbox to inbox.

Ours and the monolith take turns in the same minutes, since this is about ratios: a machine's speed changes.
SECONDS_EACH (15) is how long a run takes, CLIENTS (8,32) how many ask at once, RUNS (1) how often, WORKS
(all of sale, list, detail) which.
Results are printed and appended to .run/bench-results.jsonl.
"""

import json
import os
import platform
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from bench import baseline, events, hop, ours
from bench.measure import Figure, Work, measure
from bench.visibility import seconds_until_visible
from bench.works import LIST_LENGTH

RESULTS = Path(".run/bench-results.jsonl")
SEED = 20261121
OTHERS = {"hop": hop.run, "events": events.run}


def main() -> None:
    """Run it all; a suite of our own is started and stopped."""
    console = Console(highlight=False)
    if sys.argv[1:]:
        OTHERS[sys.argv[1]](console)
        return
    seconds = float(os.environ.get("SECONDS_EACH", "15"))
    clients = [int(number) for number in os.environ.get("CLIENTS", "8,32").split(",")]
    runs = int(os.environ.get("RUNS", "1"))
    only = os.environ.get("WORKS", "").replace(",", " ").split()
    with_baseline = os.environ.get("BASELINE") == "1"
    randomness = random.Random(SEED)  # noqa: S311 - a load, not a secret
    suite = ours.suite(console.print)
    try:
        shop = ours.shop(suite, randomness, console.print)
        roots = partial(ours.process_trees, suite)
        settle = partial(ours.wait_until_drained, suite)
        works = [
            Work("ours", "sale", shop.sale, roots, settle),
            Work("ours", f"list of {LIST_LENGTH}", partial(shop.list_of, LIST_LENGTH), roots),
            Work("ours", "detail", shop.detail, roots),
        ]
        if with_baseline:
            console.print("starting the monolith …")
            monolith = baseline.start(randomness)
            works += [
                Work(
                    "ours",
                    f"list of {baseline.PAGE_LENGTH}",
                    partial(shop.list_of, baseline.PAGE_LENGTH),
                    roots,
                ),
                Work("monolith", "sale", monolith.sale, monolith.roots),
                Work("monolith", f"list of {baseline.PAGE_LENGTH}", monolith.page, monolith.roots),
                Work("monolith", "detail", monolith.detail, monolith.roots),
            ]
        console.print(
            f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()};"
            f" PostgreSQL {ours.settings_of_postgres(suite)}"
        )
        figures = []
        for run in range(runs):
            for count in clients:
                for work in sorted(works, key=lambda each: each.name):
                    if only and work.name.split()[0] not in only:
                        continue
                    console.print(
                        f"run {run + 1}/{runs}: {work.who}, {work.name}, {count} clients, {seconds:.0f} s …",
                        style="dim",
                    )
                    figures.append(measure(work, count, seconds))
        visible = seconds_until_visible(suite, shop)
    finally:
        suite.destroy()
        if with_baseline:
            baseline.stop()
    _keep(figures)
    _print(console, figures, visible)


def _keep(figures: Sequence[Figure]) -> None:
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("a") as file:
        for figure in figures:
            file.write(json.dumps({"at": time.strftime("%FT%TZ", time.gmtime()), **asdict(figure)}) + "\n")


def _print(console: Console, figures: Sequence[Figure], visible: Sequence[float]) -> None:
    table = Table(
        "who", "work", "clients", "per second", "p50 ms", "p99 ms", "N-ms", "calibration ms", "failed"
    )
    for figure in figures:
        table.add_row(
            figure.who,
            figure.work,
            str(figure.clients),
            f"{figure.per_second:.1f}",
            f"{figure.p50_ms:.1f}",
            f"{figure.p99_ms:.1f}",
            f"{figure.n_ms:.2f}",
            f"{figure.calibration_ms:.1f}",
            str(figure.failures),
        )
    console.print(table)
    for figure in figures:
        parts = sorted(figure.parts.items(), key=lambda part: -part[1])
        shown = ", ".join(f"{name} {n_ms:.2f}" for name, n_ms in parts if n_ms >= 0.01)
        console.print(f"{figure.who}, {figure.work}, {figure.clients} clients: {shown}", soft_wrap=True)
    console.print(
        f"paid → in the sales summary: p50 {median(visible) * 1000:.0f} ms,"
        f" p95 {visible[int(len(visible) * 0.95)] * 1000:.0f} ms,"
        f" worst {visible[-1] * 1000:.0f} ms ({len(visible)} sales)"
    )
    for line in ratios(figures):
        console.print(line)


def ratios(figures: Sequence[Figure]) -> list[str]:
    """Our N-ms over the monolith's, for the same work and number of clients (medians of the runs)."""
    lines = []
    for work, clients in sorted({(figure.work, figure.clients) for figure in figures}):
        costs = {
            who: [f.n_ms for f in figures if (f.who, f.work, f.clients) == (who, work, clients)]
            for who in ("ours", "monolith")
        }
        if all(costs.values()):
            ratio = median(costs["ours"]) / median(costs["monolith"])
            lines.append(f"{work}, {clients} clients: {ratio:.2f} of the monolith's CPU")
    return lines


if __name__ == "__main__":
    main()
