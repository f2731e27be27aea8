"""Lets two sides take turns in slices of a few seconds, pair by pair."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from bench.calibration import Calibration
from bench.cpu import Others
from bench.measure import Figure, Side, Slice, figure, take_slice
from bench.pairs import Estimate, estimate, ours_goes_first


@dataclass(frozen=True, slots=True)
class Pair:
    """Two slices, one after the other."""

    ours: Slice
    other: Slice

    @property
    def ratio(self) -> float:
        """Our CPU per unit over the other's, as the kernel counted it."""
        return self.ours.ms_a_unit / self.other.ms_a_unit


@dataclass(frozen=True, slots=True)
class Round:
    """The pairs of one start of both sides, and what the machine did meanwhile."""

    pairs: Sequence[Pair]
    calibration: Calibration
    others: float
    """The machine's share used by processes of neither side."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The pairs of one work and number of clients, with their result."""

    ours: Figure
    other: Figure
    ratios: Sequence[float]
    others: float
    """The machine's share used by processes of neither side."""
    calibration_range_ms: tuple[float, float]

    @property
    def ratio(self) -> Estimate:
        """The median of the pairs' ratios."""
        return estimate(self.ratios)

    @property
    def failures(self) -> int:
        """The number of failed requests on both sides."""
        return self.ours.failures + self.other.failures


@dataclass(frozen=True, slots=True)
class Turns:
    """The turns of two sides at one work."""

    work: str
    clients: int
    pairs: int
    slice_seconds: float

    def take(self, ours: Side, other: Side) -> Round:
        """Let the sides take turns, after a pair that does not count.

        After that pair the tables are analysed, because plans made for empty tables cost more. A
        checkpoint then keeps PostgreSQL from making one of its own for some minutes.
        """
        self._pair(ours, other, first=True)
        for side in (ours, other):
            side.tidy()
        with Calibration() as calibration, Others(ours.roots, other.roots) as others:
            pairs = [self._pair(ours, other, first=ours_goes_first(number)) for number in range(self.pairs)]
        return Round(pairs, calibration, others.share)

    def compare(self, ours: str, other: str, rounds: Sequence[Round]) -> Comparison:
        """The result of all rounds of the sides of these names."""
        pairs = [pair for each in rounds for pair in each.pairs]
        calibration = Calibration([sample for each in rounds for sample in each.calibration.samples])
        return Comparison(
            ours=figure(ours, self.work, self.clients, [pair.ours for pair in pairs], calibration),
            other=figure(other, self.work, self.clients, [pair.other for pair in pairs], calibration),
            ratios=[pair.ratio for pair in pairs],
            others=fmean(each.others for each in rounds),
            calibration_range_ms=calibration.range_ms,
        )

    def _pair(self, ours: Side, other: Side, *, first: bool) -> Pair:
        """One slice each; ours goes first or second."""
        if first:
            return Pair(ours=self._slice(ours), other=self._slice(other))
        others = self._slice(other)
        return Pair(ours=self._slice(ours), other=others)

    def _slice(self, side: Side) -> Slice:
        return take_slice(side, self.work, self.clients, self.slice_seconds)
