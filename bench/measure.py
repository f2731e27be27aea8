"""The cost of a unit of work: a closed loop, and the CPU that one side's processes used for it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bench.calibration import Calibration
from bench.cpu import cpu_ms
from bench.load import Outcome, Work, closed_loop
from bench.percentiles import percentile

WARM_UP_SECONDS = 3.0
WARM_UP_CLIENTS = 8


def _nothing() -> None:
    """Do nothing: the default for waiting and tidying."""


@dataclass(frozen=True, slots=True)
class Side:
    """A measured system: ours, the monolith, a proxy."""

    name: str
    works: Mapping[str, Work]
    roots: Mapping[str, int]
    """Its process trees: name → pid, shared with no other side."""
    settle: Callable[[], None] = _nothing
    """Waits until all work that follows the answers is done."""
    tidy: Callable[[], None] = _nothing
    """Vacuums and checkpoints the databases now, so that it does not happen during a measurement."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Some seconds of load on one side, and the CPU milliseconds of each of its process trees."""

    outcome: Outcome
    cpu_ms: Mapping[str, float]

    @property
    def ms_a_unit(self) -> float:
        """CPU milliseconds per unit of work, not normalised."""
        return sum(self.cpu_ms.values()) / self.outcome.units


@dataclass(frozen=True, slots=True)
class Figure:
    """The result of one side in one or more slices. `parts` are N-ms of CPU per unit and process tree."""

    side: str
    work: str
    clients: int
    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float
    parts: Mapping[str, float]
    calibration_ms: float
    failures: int

    @property
    def n_ms(self) -> float:
        """N-ms per unit, all processes together."""
        return sum(self.parts.values())


def measure(side: Side, work: str, clients: int, seconds: float) -> Figure:
    """Warm up, then take one slice during a calibration."""
    asyncio.run(closed_loop(side.works[work], min(clients, WARM_UP_CLIENTS), WARM_UP_SECONDS))
    side.settle()
    with Calibration() as calibration:
        taken = take_slice(side, work, clients, seconds)
    return figure(side.name, work, clients, [taken], calibration)


def take_slice(side: Side, work: str, clients: int, seconds: float) -> Slice:
    """Load a settled side and wait until it has settled again, so that work after the answers counts too.

    Ends the command if no unit was done.
    """
    before = cpu_ms(side.roots)
    outcome = asyncio.run(closed_loop(side.works[work], clients, seconds))
    side.settle()
    after = cpu_ms(side.roots)
    if not outcome.units:
        raise SystemExit(f"{side.name} did no {work} at all: {'; '.join(outcome.first_errors)}")
    if outcome.failures:
        print(f"  {outcome.failures} failed on {side.name}, first: {'; '.join(outcome.first_errors)}")
    return Slice(outcome, {name: after[name] - before[name] for name in after})


def figure(side: str, work: str, clients: int, slices: Sequence[Slice], calibration: Calibration) -> Figure:
    """The figure for several slices of one side."""
    outcome = Outcome.of_all([each.outcome for each in slices])
    spent = {name: sum(each.cpu_ms[name] for each in slices) / outcome.units for name in slices[0].cpu_ms}
    return Figure(
        side=side,
        work=work,
        clients=clients,
        per_second=outcome.units / outcome.seconds,
        p50_ms=percentile(outcome.latencies, 50) * 1000,
        p99_ms=percentile(outcome.latencies, 99) * 1000,
        cpu_ms=sum(spent.values()),
        parts={name: calibration.normalised(ms) for name, ms in spent.items()},
        calibration_ms=calibration.ms,
        failures=outcome.failures,
    )
