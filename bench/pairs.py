"""The statistics of two sides that take turns: pairs of slices, their ratios, the median and its interval.

The spread is the width of the 95 % confidence interval of the median, as a share of the median. The interval
comes from the ranks of the ratios only (sign test) and assumes no distribution: a slice that a vacuum
or a neighbour disturbed has no more weight than any other. With a spread of 15 % the medians of two runs
agree within 10 % in 19 cases of 20.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from statistics import median

PAIRS_MIN = 6  # with fewer, even the smallest and largest ratio enclose the median with less than 95 %
UNSURE = 0.05
SPREAD_MAX = 0.15
OTHERS_MAX = 0.10  # of the machine: a side with less CPU sends smaller batches and costs more per unit


@dataclass(frozen=True, slots=True)
class Estimate:
    """A median, and the interval that contains the true one in 19 runs of 20."""

    median: float
    low: float
    high: float
    pairs: int

    @property
    def spread(self) -> float:
        """Width of the interval as a share of the median."""
        return (self.high - self.low) / self.median


def ours_goes_first(pair: int) -> bool:
    """Whether ours is first: the order alternates (AB BA AB …), so a change of speed favours neither side."""
    return pair % 2 == 0


def pairs_within(minutes: float, slice_seconds: float) -> int:
    """The number of pairs of slices that fill `minutes`: even, and enough for an interval."""
    wanted = round(minutes * 60 / (2 * slice_seconds))
    return max(PAIRS_MIN, wanted + wanted % 2)


def estimate(ratios: Sequence[float]) -> Estimate:
    """The median of the ratios with its interval. Raises `ValueError` for fewer than `PAIRS_MIN`."""
    if len(ratios) < PAIRS_MIN:
        raise ValueError(f"{len(ratios)} pairs are too few: at least {PAIRS_MIN}")
    ordered = sorted(ratios)
    outside = _ranks_outside(len(ordered))
    return Estimate(median(ordered), ordered[outside], ordered[-1 - outside], len(ordered))


def _ranks_outside(count: int) -> int:
    """The number of ratios at each end that may be left out of the interval."""
    ranks, tail = 0, 1
    while 2 * (tail + comb(count, ranks + 1)) <= UNSURE * 2**count:
        ranks += 1
        tail += comb(count, ranks)
    return ranks


def verdict(found: Estimate, failures: int, others: float) -> str:
    """The conclusion of a run, in words. `others` is the machine's share used by other processes."""
    if failures:
        return f"proves nothing: {failures} requests failed"
    if others > OTHERS_MAX:
        return f"proves nothing: other processes took {others:.0%} of the machine"
    if found.spread > SPREAD_MAX:
        return f"proves nothing: the spread is above {SPREAD_MAX:.0%}"
    if found.high < 1:
        return "ours costs less"
    if found.low > 1:
        return "ours costs more"
    return "no difference shown"
