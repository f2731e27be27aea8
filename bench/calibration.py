"""A calibration loop that measures the speed of a core.

1 N-ms is one millisecond on a core that adds a million Python integers in 50 ms. It allows a rough comparison
of figures taken at different times.
"""

import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

REFERENCE_MS = 50.0
SAMPLE_ADDITIONS = 100_000
SAMPLES_A_MILLION = 1_000_000 / SAMPLE_ADDITIONS
SAMPLE_EVERY_SECONDS = 0.25


class Calibration:
    """Samples the speed of a core while it is open: CPU milliseconds for a million additions."""

    def __init__(self, samples: Sequence[float] = ()) -> None:
        self.samples = samples

    def __enter__(self) -> "Calibration":
        self._sampler = subprocess.Popen(
            [sys.executable, "-m", "bench.calibration"], stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._sampler.terminate()
        told, _err = self._sampler.communicate(timeout=10)
        self.samples = [float(line) for line in told.split()]

    @property
    def ms(self) -> float:
        """The median; without two samples, the reference."""
        return statistics.median(self.samples) if len(self.samples) > 1 else REFERENCE_MS

    @property
    def range_ms(self) -> tuple[float, float]:
        """The fastest and the slowest, without the twentieth of the samples at each end."""
        if len(self.samples) < 2:
            return REFERENCE_MS, REFERENCE_MS
        twentieths = statistics.quantiles(self.samples, n=20, method="inclusive")
        return twentieths[0], twentieths[-1]

    def normalised(self, ms: float) -> float:
        """Milliseconds of this machine as N-ms."""
        return ms * REFERENCE_MS / self.ms


def sample_until_told_to_stop() -> None:
    """Run as the sampler's process: sample until SIGTERM, then print the samples."""
    samples: list[float] = []

    def stop(*_: object) -> None:
        print(*samples, flush=True)
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
