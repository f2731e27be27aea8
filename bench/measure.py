"""What does one unit of work cost? A closed loop, and the CPU that every process took for it."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bench.cpu import Calibration, cpu_ms
from bench.load import Outcome, Unit, closed_loop

WARM_UP_SECONDS = 3.0
Roots = Callable[[], Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured run. `parts` are N-ms of CPU per unit and process tree."""

    who: str
    work: str
    clients: int
    per_second: float
    p50_ms: float
    p99_ms: float
    parts: Mapping[str, float]
    calibration_ms: float
    failures: int

    @property
    def n_ms(self) -> float:
        """N-ms per unit, all processes together."""
        return sum(self.parts.values())


@dataclass(frozen=True, slots=True)
class Work:
    """A kind of unit, and how to wait for what it leaves behind."""

    who: str
    name: str
    make: Callable[[int], Unit]
    roots: Roots
    settle: Callable[[], None] | None = None


def measure(work: Work, clients: int, seconds: float) -> Figure:
    """Warm up, settle, load, settle: the CPU of what follows an answer counts for its unit too."""
    asyncio.run(closed_loop(work.make, min(clients, 8), WARM_UP_SECONDS))
    if work.settle:
        work.settle()
    with Calibration() as calibration:
        before = cpu_ms(work.roots())
        outcome: Outcome = asyncio.run(closed_loop(work.make, clients, seconds))
        if work.settle:
            work.settle()
        after = cpu_ms(work.roots())
    units = max(1, outcome.units)
    parts = {name: calibration.normalised(after[name] - before.get(name, 0.0)) / units for name in after}
    if outcome.failures:
        print(f"  {outcome.failures} failed, first: {'; '.join(outcome.first_errors)}")
    return Figure(
        who=work.who,
        work=work.name,
        clients=clients,
        per_second=outcome.units / outcome.seconds,
        p50_ms=outcome.percentile_ms(0.5),
        p99_ms=outcome.percentile_ms(0.99),
        parts=parts,
        calibration_ms=calibration.ms,
        failures=outcome.failures,
    )
