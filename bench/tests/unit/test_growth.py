"""The past of a shop, and what a comparison of two shops says."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bench.calibration import Calibration
from bench.growth.overview import P95_MAX_MS, Opened
from bench.growth.past import BATCH, large, small
from bench.growth.run import judged
from bench.load import Outcome
from bench.measure import Slice, figure
from bench.turns import Comparison

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def compared(*ratios: float, failures: int = 0) -> Comparison:
    one = figure("small", "sale", 8, [Slice(Outcome(2.0, [0.01], failures), {"postgres": 1})], Calibration())
    return Comparison(one, replace(one, failures=0), ratios, 0.5, (50.0, 50.0))


@pytest.mark.parametrize(
    ("ratios", "said"),
    [
        ([1.00, 1.02, 1.05, 1.07, 1.10, 1.14], "within 15%"),
        ([1.00, 1.02, 1.05, 1.07, 1.10, 1.16], "not shown"),
        ([1.16, 1.18, 1.20, 1.20, 1.20, 1.20], "grows by more than 15%"),
    ],
)
def test_a_work_grows_if_its_whole_interval_does(ratios: list[float], said: str) -> None:
    assert judged(compared(*ratios)) == said


def test_failed_requests_prove_nothing() -> None:
    assert judged(compared(*[1.0] * 6, failures=2)) == "proves nothing: 2 requests failed"


def test_batches_have_every_order_once() -> None:
    past = large(2 * BATCH + 1, 1_000, NOW)
    assert list(past.batches()) == [(1, BATCH), (BATCH + 1, 2 * BATCH), (2 * BATCH + 1, 2 * BATCH + 1)]


def test_the_large_shop_has_no_less_of_anything_than_the_small_one() -> None:
    few, many = small(NOW), large(1_000, 200, NOW)
    assert (many.products, many.customers) == (few.products, few.customers)


@pytest.mark.parametrize(("slow", "is_within"), [(1, True), (2, False)])
def test_the_page_may_be_slow_once_in_twenty_times(slow: int, *, is_within: bool) -> None:
    times = [80.0] * (40 - slow) + [P95_MAX_MS + 1.0] * slow
    assert Opened("today", times, 10_000).is_within_bar is is_within
