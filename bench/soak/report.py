"""Shows a soak: a line while it runs, tables at the end, and files with all figures."""

import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.soak.readings import Reading, quarters
from bench.soak.verdict import Judgement

FOLDER = Path(".run")
ERRORS_SHOWN = 5
ERROR_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Soak:
    """A soak that has ended. `readings` are those after the warm-up."""

    minutes: float
    capacity: float
    """Works a second of clients that do one after the other."""
    per_second: float
    """The rate at which works arrived."""
    others: float
    """The share of the machine that programs took which are no part of the soak."""
    readings: Sequence[Reading]
    judgements: Sequence[Judgement]
    invariants: str
    """What the invariants said."""
    holds: bool
    """Whether they hold."""

    @property
    def is_flat(self) -> bool:
        """The verdict."""
        return self.holds and all(judgement.is_flat for judgement in self.judgements)

    @property
    def headline(self) -> str:
        """The load in one sentence."""
        return (
            f"{self.minutes:g} minutes, {self.per_second:.1f} works a second arrived"
            f" ({self.per_second / self.capacity:.0%} of the {self.capacity:.1f} that this machine gave just"
            f" before); other programs took {self.others:.0%} of it"
        )


def line_of(reading: Reading) -> str:
    """A reading in a line."""
    sample = reading.sample
    return (
        f"{reading.at / 60:5.1f} min: {reading.done} done, {reading.failures} failed,"
        f" p50 {reading.p50_ms:.0f}, p95 {reading.p95_ms:.0f}, p99 {reading.p99_ms:.0f} ms,"
        f" {sum(sample.pss_mib.values()):.0f} MiB, outbox {sum(sample.outbox.values())},"
        f" queues {sum(sample.waiting.values()):.0f}, {sum(sample.connections.values())} connections"
    )


def show(console: Console, soak: Soak) -> None:
    """Print the tables and the verdict."""
    console.print(soak.headline, soft_wrap=True)
    for head, rows in _tables(soak):
        table = Table(*head)
        for row in rows:
            table.add_row(*row)
        console.print(table)
    for error in _first_errors(soak):
        console.print(f"failed: {error}", soft_wrap=True, markup=False)
    console.print(soak.invariants, soft_wrap=True)
    console.print(_conclusion(soak), style="bold", soft_wrap=True)


def keep(soak: Soak) -> Path:
    """Write all readings as JSON and the tables as Markdown; returns the path of the latter."""
    FOLDER.mkdir(exist_ok=True)
    name = f"soak-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}"
    (FOLDER / f"{name}.json").write_text(json.dumps(asdict(soak), indent=1))
    page = FOLDER / f"{name}.md"
    page.write_text(_markdown(soak))
    return page


def _markdown(soak: Soak) -> str:
    parts = [soak.headline + "."]
    for head, rows in _tables(soak):
        lines = [head, ["---"] * len(head), *rows]
        parts.append("\n".join(f"| {' | '.join(line)} |" for line in lines))
    parts += [f"Failed: `{error}`" for error in _first_errors(soak)]
    return "\n\n".join([*parts, soak.invariants, _conclusion(soak)]) + "\n"


def _first_errors(soak: Soak) -> list[str]:
    """Some of what failed, each kind of answer once."""
    errors = {error[:ERROR_SHOWN]: None for reading in soak.readings for error in reading.first_errors}
    return list(errors)[:ERRORS_SHOWN]


def _conclusion(soak: Soak) -> str:
    rising = [judgement.thing for judgement in soak.judgements if not judgement.is_flat]
    if not soak.holds:
        rising.append("the invariants")
    return "flat" if not rising else f"not flat: {', '.join(rising)}"


def _tables(soak: Soak) -> list[tuple[Sequence[str], list[list[str]]]]:
    over_time = [
        [
            f"{part[0].at / 60:.0f}-{part[-1].at / 60:.0f}",
            str(sum(reading.done for reading in part)),
            str(sum(reading.failures for reading in part)),
            *(f"{statistics.median(ms):.1f}" for ms in _latencies(part)),
            f"{statistics.median(sum(reading.sample.pss_mib.values()) for reading in part):.0f}",
            str(max(sum(reading.sample.outbox.values()) for reading in part)),
            f"{max(sum(reading.sample.waiting.values()) for reading in part):.0f}",
        ]
        for part in quarters(soak.readings)
    ]
    judged = [[each.thing, each.found, "flat" if each.is_flat else "RISES"] for each in soak.judgements]
    return [
        (
            ("minutes", "done", "failed", "p50 ms", "p95 ms", "p99 ms", "MiB in all", "outbox", "queues"),
            over_time,
        ),
        (("what", "first → last quarter", "verdict"), judged),
    ]


def _latencies(part: Sequence[Reading]) -> tuple[list[float], list[float], list[float]]:
    return (
        [reading.p50_ms for reading in part],
        [reading.p95_ms for reading in part],
        [reading.p99_ms for reading in part],
    )
