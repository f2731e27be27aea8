"""Runs a soak: a suite of its own, its capacity in a minute, the load with samples beside it, the verdict.

MINUTES (60): how long the load lasts; its first fifth warms up and is not judged. LOAD (0.7): the share of
the capacity at which works arrive; RATE: works a second instead. PORT_BASE (17000). Ends with 1 unless all
is flat.
"""

import asyncio
import os
import random
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console

from bench.cpu import Others
from bench.soak.day import Day
from bench.soak.readings import Reading
from bench.soak.report import Soak, keep, line_of, show
from bench.soak.samples import Places, take
from bench.soak.verdict import judge
from bench.suite import Place, Suite, started
from deploy.local.sources import OURS
from libs.common.contracts.registry import PUBLISHERS

SEED = 20261127
STATE = Path(".run/soak")
SATURATING_CLIENTS = 16
CAPACITY_SECONDS = 60.0
READ_EVERY_SECONDS = 10.0
READINGS_MIN = 60
"""A short soak is read more often."""
LOG_IN_EVERY_SECONDS = 300.0
WARM_UP_SHARE = 0.2
PATIENCE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Options:
    """How long and how much."""

    minutes: float
    load: float
    rate: float | None
    port_base: int

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Options":
        """As the environment says."""
        rate = environment.get("RATE")
        return cls(
            minutes=float(environment.get("MINUTES") or 60),
            load=float(environment.get("LOAD") or 0.7),
            rate=float(rate) if rate else None,
            port_base=int(environment.get("PORT_BASE") or 17_000),
        )

    @property
    def seconds(self) -> float:
        """How long the load lasts."""
        return self.minutes * 60


def run(console: Console) -> None:
    """Run the soak, print and keep what was found, and end the command with 1 unless all is flat."""
    options = Options.of(os.environ)
    randomness = random.Random(SEED)  # noqa: S311 - for load, not for secrets
    with started(OURS, Place(STATE, options.port_base), randomness, console) as suite:
        soak = asyncio.run(_soak(suite, Day(suite.shop, randomness), options, console))
    show(console, soak)
    console.print(f"kept: {keep(soak)} and .json")
    sys.exit(0 if soak.is_flat else 1)


async def _soak(suite: Suite, day: Day, options: Options, console: Console) -> Soak:
    console.print(f"capacity: {SATURATING_CLIENTS} clients for {CAPACITY_SECONDS:.0f} s …")
    saturated = await day.saturate(SATURATING_CLIENTS, CAPACITY_SECONDS)
    capacity = saturated.units / saturated.seconds
    per_second = options.rate or options.load * capacity
    await asyncio.to_thread(suite.settling.wait)
    console.print(
        f"{capacity:.1f} works a second; now {per_second:.1f} arrive, for {options.minutes:g} minutes"
    )
    day.window()  # what was counted while it was saturated
    with Others(suite.process_trees()) as others:
        readings = await _loaded(suite, day, per_second, options.seconds, console)
    day.close()
    await asyncio.to_thread(suite.settling.wait)
    invariants = await asyncio.to_thread(_invariants)
    warm = [reading for reading in readings if reading.at > WARM_UP_SHARE * options.seconds]
    return Soak(
        minutes=options.minutes,
        capacity=capacity,
        per_second=per_second,
        others=others.share,
        readings=warm,
        judgements=judge(warm),
        invariants=invariants.stdout.splitlines()[-1],
        holds=invariants.returncode == 0,
    )


async def _loaded(
    suite: Suite, day: Day, per_second: float, seconds: float, console: Console
) -> Sequence[Reading]:
    """The readings of the load."""
    async with asyncio.TaskGroup() as group:
        readings = group.create_task(_readings(day, _places(suite), seconds, console))
        logged_in = group.create_task(_stay_logged_in(suite, day))
        await day.arrive(per_second, seconds)
        logged_in.cancel()
    return readings.result()


async def _readings(day: Day, places: Places, seconds: float, console: Console) -> list[Reading]:
    """Read again and again, in another process, as reading takes CPU that would delay the load."""
    every = min(READ_EVERY_SECONDS, seconds / READINGS_MIN)
    readings: list[Reading] = []
    began = time.monotonic()
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as elsewhere:
        for number in range(1, int(seconds / every) + 1):
            await asyncio.sleep(max(0.0, began + number * every - time.monotonic()))
            sample = await asyncio.get_running_loop().run_in_executor(elsewhere, take, places)
            readings.append(Reading.of(time.monotonic() - began, day.window(), sample))
            console.print(line_of(readings[-1]), soft_wrap=True)
    return readings


async def _stay_logged_in(suite: Suite, day: Day) -> None:
    while True:
        await asyncio.sleep(LOG_IN_EVERY_SECONDS)
        day.take_over(await asyncio.to_thread(suite.shop_logged_in_again))


def _places(suite: Suite) -> Places:
    return Places(
        roots=suite.process_trees(),
        outboxes={service: suite.local.database_url(service) for service in PUBLISHERS},
        postgres=suite.local.postgres_admin_url,
        metrics={process.name: process.health_address for process in suite.local.processes},
    )


def _invariants() -> subprocess.CompletedProcess[str]:
    """What `make invariants` says, its verdict in the last line."""
    command = [sys.executable, "-m", "tests.e2e.invariants", "--state-dir", str(STATE)]
    done = subprocess.run(
        [*command, "--patience", str(PATIENCE_SECONDS)], check=False, capture_output=True, text=True
    )
    if not done.stdout:
        raise SystemExit(f"The invariants were not judged: {done.stderr}")
    return done
