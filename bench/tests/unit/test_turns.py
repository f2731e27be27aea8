"""From slices to a comparison."""

import pytest

from bench.calibration import Calibration
from bench.load import Outcome
from bench.measure import Slice, figure
from bench.report import ratio_line
from bench.turns import Comparison, Pair, Round, Turns


def taken(units: int, failures: int = 0, **cpu_ms: float) -> Slice:
    return Slice(Outcome(5.0, [0.01] * units, failures), cpu_ms)


def compared(*pairs: Pair) -> Comparison:
    half = len(pairs) // 2
    rounds = [
        Round(pairs[:half], Calibration([46.0, 46.0]), 0.01),
        Round(pairs[half:], Calibration([101.0, 101.0]), 0.03),
    ]
    return Turns("sale", 8, len(pairs), 5.0).compare("ours", "monolith", rounds)


def test_a_pairs_ratio_is_of_raw_cpu_per_unit() -> None:
    pair = Pair(ours=taken(100, sales=300, postgres=200), other=taken(50, monolith=400, postgres=100))
    assert pair.ratio == pytest.approx(0.5)


def test_a_machine_of_half_the_speed_changes_no_ratio() -> None:
    fast = Pair(ours=taken(100, sales=500), other=taken(50, monolith=500))
    slow = Pair(ours=taken(50, sales=500), other=taken(25, monolith=500))
    assert slow.ratio == fast.ratio


def test_a_figure_is_of_all_slices_together() -> None:
    found = figure(
        "ours", "sale", 8, [taken(100, sales=300), taken(300, failures=2, sales=500)], Calibration()
    )
    assert (found.per_second, found.cpu_ms, found.parts, found.failures) == (40.0, 2.0, {"sales": 2.0}, 2)


def test_a_comparison_ends_with_what_it_proves() -> None:
    pair = Pair(ours=taken(100, sales=450), other=taken(50, monolith=500))
    assert ratio_line(compared(*[pair] * 6)) == (
        "sale, 8 clients: 0.450 of the CPU of monolith (95 %: 0.450-0.450, spread 0.0%, 6 pairs,"
        " calibration 46.0-101.0 ms, others 2% of the machine): ours costs less"
    )


def test_a_request_of_either_side_that_failed_takes_the_proof_away() -> None:
    pair = Pair(ours=taken(100, sales=450), other=taken(50, failures=1, monolith=500))
    assert ratio_line(compared(*[pair] * 6)).endswith("proves nothing: 6 requests failed")


def test_a_side_that_costs_more_when_it_starts_first_costs_the_same_in_both_orders() -> None:
    first = Pair(ours=taken(100, sales=520), other=taken(100, sales=500))
    second = Pair(ours=taken(100, sales=500), other=taken(100, sales=520))
    assert compared(*[first] * 4, *[second] * 4).ratio.median == pytest.approx(1.0, abs=0.001)
