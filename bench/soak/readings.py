"""Readings of a soak, each of some seconds: what became of the works, and a sample at the end."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from bench.percentiles import percentile
from bench.soak.day import Window
from bench.soak.samples import Sample

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reading:
    """`at` is in seconds since the load began; latencies are in milliseconds."""

    at: float
    sample: Sample
    done: int
    failures: int
    first_errors: Sequence[str]
    p50_ms: float
    p95_ms: float
    p99_ms: float
    p50_ms_of: Mapping[str, float]
    """Work → its p50; without those of which none ended."""

    @classmethod
    def of(cls, at: float, window: Window, sample: Sample) -> "Reading":
        """The reading of a window that has ended."""
        everything = [latency for kind in window.latencies.values() for latency in kind]
        return cls(
            at=at,
            sample=sample,
            done=len(everything),
            failures=window.failures,
            first_errors=window.first_errors,
            p50_ms=percentile(everything, 50) * 1000,
            p95_ms=percentile(everything, 95) * 1000,
            p99_ms=percentile(everything, 99) * 1000,
            p50_ms_of={kind: percentile(each, 50) * 1000 for kind, each in window.latencies.items() if each},
        )


@dataclass(frozen=True, slots=True)
class Trend:
    """The straight line through values: how much it rises in an hour, and the standard error of that."""

    an_hour: float
    error: float

    @property
    def at_least(self) -> float:
        """The rise in an hour that the scatter of the values does not explain."""
        return self.an_hour - 2 * self.error


def trend(readings: Sequence[Reading], values: Sequence[float]) -> Trend:
    """The trend of one value of each reading; nothing of fewer than three."""
    if len(readings) < 3:
        return Trend(0.0, 0.0)
    hours = [reading.at / 3600 for reading in readings]
    line = statistics.linear_regression(hours, values)
    off = sum(
        (value - line.intercept - line.slope * hour) ** 2 for hour, value in zip(hours, values, strict=True)
    )
    spread = statistics.pvariance(hours) * len(hours)
    return Trend(line.slope, (off / (len(hours) - 2) / spread) ** 0.5)


def quarters(values: Sequence[T]) -> list[Sequence[T]]:
    """The values in four parts, in order; there are at least four."""
    bounds = [len(values) * quarter // 4 for quarter in range(5)]
    return [values[begin:end] for begin, end in pairwise(bounds)]
