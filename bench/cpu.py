"""How much CPU did which process take? Whole process trees from /proc, normalised by a calibration loop.

1 N-ms is one millisecond on a core that adds a million Python integers in 50 ms, so that figures from
different minutes of a busy machine can be compared.
"""

import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
REFERENCE_MS = 50.0
SAMPLE_ADDITIONS = 100_000
SAMPLES_A_MILLION = 1_000_000 / SAMPLE_ADDITIONS
SAMPLE_EVERY_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class _Process:
    parent: int
    ticks: int


def cpu_ms(roots: Mapping[str, int]) -> dict[str, float]:
    """Name → CPU milliseconds (user and system) that the tree under the pid has taken so far.

    Ended children count through their parent; a tree inside another one counts for itself only.
    """
    table = _processes()
    owned = _owners(table, {pid: name for name, pid in roots.items()})
    sums = dict.fromkeys(roots, 0.0)
    for pid, name in owned.items():
        sums[name] += table[pid].ticks * 1000.0 / TICKS_PER_SECOND
    return sums


def _processes() -> dict[int, _Process]:
    table = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                text = (entry / "stat").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended while we looked
            fields = text[text.rindex(")") + 2 :].split()
            table[int(entry.name)] = _Process(int(fields[1]), sum(map(int, fields[11:15])))
    return table


def _owners(table: Mapping[int, _Process], roots: Mapping[int, str]) -> dict[int, str]:
    owned = {}
    for pid in table:
        ancestor = pid
        while ancestor in table and ancestor not in roots:
            ancestor = table[ancestor].parent
        if ancestor in roots:
            owned[pid] = roots[ancestor]
    return owned


class Calibration:
    """Samples, while it is open, how fast a core is: `ms` is the CPU time of a million additions."""

    ms: float = REFERENCE_MS

    def __enter__(self) -> "Calibration":
        self._sampler = subprocess.Popen(
            [sys.executable, "-m", "bench.cpu"], stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._sampler.terminate()
        told, _err = self._sampler.communicate(timeout=10)
        self.ms = float(told) if told.strip() else REFERENCE_MS

    def normalised(self, ms: float) -> float:
        """Milliseconds of this machine as N-ms."""
        return ms * REFERENCE_MS / self.ms


def sample_until_told_to_stop() -> None:
    """The sampler's own process: prints the median on SIGTERM."""
    samples: list[float] = []

    def stop(*_: object) -> None:
        print(statistics.median(samples) if samples else REFERENCE_MS, flush=True)
        sys.exit(0)

    signal.signal(signal.SIGTERM, stop)
    while True:
        samples.append(_sample_ms() * SAMPLES_A_MILLION)
        signal.sigtimedwait([], SAMPLE_EVERY_SECONDS)


def _sample_ms() -> float:
    started = time.process_time()
    total = 0
    for number in range(SAMPLE_ADDITIONS):
        total += number
    return (time.process_time() - started) * 1000.0


if __name__ == "__main__":
    sample_until_told_to_stop()
