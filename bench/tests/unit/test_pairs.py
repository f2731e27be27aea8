"""Ratios of pairs: median, interval, spread and conclusion."""

from collections.abc import Iterator
from math import exp
from statistics import NormalDist, median

import pytest

from bench.pairs import PAIRS_MIN, Estimate, estimate, ours_goes_first, pairs_within, verdict


def runs_of_18_pairs(*, noise: float, seed: int) -> Iterator[Estimate]:
    """2,000 runs of one command whose true ratio is 1."""
    drawn = NormalDist(0, noise).samples(18 * 2000, seed=seed)
    for start in range(0, len(drawn), 18):
        yield estimate([exp(each) for each in drawn[start : start + 18]])


def test_the_order_within_a_pair_alternates() -> None:
    assert [ours_goes_first(number) for number in range(4)] == [True, False, True, False]


@pytest.mark.parametrize(
    ("minutes", "slice_seconds", "pairs"),
    [(3, 5, 18), (2, 5, 12), (1.4, 5, 8), (0.1, 5, PAIRS_MIN), (10, 2.5, 120)],
)
def test_pairs_fill_the_minutes_and_are_even(minutes: float, slice_seconds: float, pairs: int) -> None:
    assert pairs_within(minutes, slice_seconds) == pairs


@pytest.mark.parametrize(
    # The sign test's ranks, from tables of the binomial distribution.
    ("count", "low", "high"),
    [(6, 1, 6), (8, 1, 8), (9, 2, 8), (12, 3, 10), (18, 5, 14), (30, 10, 21), (100, 40, 61)],
)
def test_the_interval_leaves_out_as_many_ratios_at_both_ends_as_95_percent_allow(
    count: int, low: int, high: int
) -> None:
    ratios = [float(rank) for rank in range(count, 0, -1)]
    assert estimate(ratios) == Estimate(median(ratios), low, high, count)


def test_fewer_than_six_pairs_have_no_interval() -> None:
    with pytest.raises(ValueError, match="5 pairs are too few"):
        estimate([1.0] * 5)


def test_one_disturbed_slice_moves_nothing() -> None:
    quiet = [0.50, 0.51, 0.52, 0.49, 0.50, 0.51, 0.50, 0.51, 0.49, 0.50, 0.51]
    assert estimate([*quiet, 3.0]).high == 0.51
    assert estimate([*quiet, 3.0]).median == pytest.approx(estimate(quiet).median, rel=0.02)


def test_the_interval_encloses_the_true_median_in_95_of_100_runs() -> None:
    runs = list(runs_of_18_pairs(noise=0.10, seed=1))
    assert sum(run.low <= 1.0 <= run.high for run in runs) / len(runs) == pytest.approx(0.97, abs=0.015)


def test_with_a_spread_of_15_percent_two_runs_agree_within_10() -> None:
    runs = list(runs_of_18_pairs(noise=0.12, seed=2))
    assert median(run.spread for run in runs) == pytest.approx(0.15, abs=0.02)
    apart = [abs(one.median / two.median - 1) for one, two in zip(runs[::2], runs[1::2], strict=True)]
    assert sum(each <= 0.10 for each in apart) / len(apart) >= 0.95


def test_the_spread_is_the_interval_as_a_share_of_the_median() -> None:
    assert Estimate(median=0.5, low=0.48, high=0.53, pairs=18).spread == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("found", "failures", "others", "words"),
    [
        (Estimate(0.45, 0.44, 0.47, 18), 0, 0.02, "ours costs less"),
        (Estimate(1.05, 1.03, 1.06, 18), 0, 0.02, "ours costs more"),
        (Estimate(1.01, 0.99, 1.02, 18), 0, 0.02, "no difference shown"),
        (Estimate(0.45, 0.40, 0.48, 18), 0, 0.02, "proves nothing: the spread is above 15%"),
        (Estimate(0.45, 0.44, 0.47, 18), 0, 0.4, "proves nothing: other processes took 40% of the machine"),
        (Estimate(0.45, 0.44, 0.47, 18), 2, 0.02, "proves nothing: 2 requests failed"),
    ],
)
def test_a_run_says_what_it_proves(found: Estimate, failures: int, others: float, words: str) -> None:
    assert verdict(found, failures, others) == words
