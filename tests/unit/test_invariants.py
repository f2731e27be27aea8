"""Verdicts about invariants, and the comparison of sorted rows."""

import itertools
from datetime import UTC, datetime

import pytest

from tests.e2e.invariants import judging
from tests.e2e.invariants.judging import Judgement, Look, Suite, Verdict, judge, worst
from tests.e2e.invariants.queues import Queues
from tests.e2e.invariants.rules import BETWEEN, INSIDE, LATE_SALES, OUTBOXES, UNDER_WAY
from tests.e2e.invariants.snapshots import Difference, Waiting, unmatched

GIVEN = BETWEEN[0]
LOST = Difference(GIVEN.name, "sales", "order-1, 7, 2", "order-1")
NONE_WAITS = Waiting(0, None)
SUITE = Suite({}, "UTC", Queues)


def look(
    *differences: Difference,
    broken: dict[str, list[str]] | None = None,
    undecided: frozenset[str] = frozenset(),
    waiting: dict[str, Waiting] | None = None,
    queues: Queues | None = None,
) -> Look:
    return Look(
        broken={rule.name: (broken or {}).get(rule.name, []) for rule in INSIDE},
        differences=frozenset(differences),
        undecided=undecided,
        waiting={work.name: NONE_WAITS for work in UNDER_WAY} | (waiting or {}),
        queues=queues or Queues(),
    )


def judged(monkeypatch: pytest.MonkeyPatch, *looks: Look) -> tuple[dict[str, Judgement], Verdict]:
    left = list(looks)
    monkeypatch.setattr(judging, "look_at", lambda _: left.pop(0) if len(left) > 1 else left[0])
    monkeypatch.setattr(judging, "PAUSE_SECONDS", 0.001)
    judgements, last = judge(SUITE, patience_seconds=0.05)
    return {judgement.name: judgement for judgement in judgements}, worst(judgements, last)


def test_without_differences_everything_is_ok(monkeypatch: pytest.MonkeyPatch) -> None:
    judgements, verdict = judged(monkeypatch, look())
    assert {judgement.verdict for judgement in judgements.values()} == {Verdict.OK}
    assert verdict == Verdict.OK


def test_a_row_that_breaks_a_rule_inside_a_database_is_broken_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rule = INSIDE[0].name
    judgements, verdict = judged(monkeypatch, look(broken={rule: ["product 5"]}))
    assert (judgements[rule].verdict, judgements[rule].rows) == (Verdict.BROKEN, ["product 5"])
    assert verdict == Verdict.BROKEN


def test_a_difference_that_goes_away_is_ok(monkeypatch: pytest.MonkeyPatch) -> None:
    judgements, verdict = judged(monkeypatch, look(LOST), look())
    assert (judgements[GIVEN.name].verdict, verdict) == (Verdict.OK, Verdict.OK)


def test_a_difference_that_becomes_another_is_ok(monkeypatch: pytest.MonkeyPatch) -> None:
    later = Difference(GIVEN.name, "sales", "order-2, 7, 2", "order-2")
    judgements, _ = judged(monkeypatch, look(LOST), look(later))
    assert judgements[GIVEN.name].verdict == Verdict.OK


def test_a_difference_that_lasts_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    judgements, verdict = judged(monkeypatch, look(LOST))
    assert judgements[GIVEN.name].rows == ["only in sales: order-1, 7, 2"]
    assert (judgements[GIVEN.name].verdict, verdict) == (Verdict.BROKEN, Verdict.BROKEN)


@pytest.mark.parametrize(
    "why",
    [
        {"undecided": frozenset({"order-1"})},
        {"queues": Queues(ready={"catalog": 3})},
        {"waiting": {OUTBOXES[0].name: Waiting(1, datetime(2026, 11, 27, tzinfo=UTC))}},
        {"waiting": {LATE_SALES.name: Waiting(1, datetime(2026, 11, 27, tzinfo=UTC))}},
    ],
    ids=[
        "its order is being decided",
        "events wait for the service",
        "events wait in an outbox",
        "a late sale waits to be booked",
    ],
)
def test_a_difference_that_work_under_way_explains_is_in_flight(
    monkeypatch: pytest.MonkeyPatch, why: dict[str, object]
) -> None:
    judgements, verdict = judged(monkeypatch, look(LOST, **why))  # type: ignore[arg-type]  # one of its fields
    assert (judgements[GIVEN.name].verdict, verdict) == (Verdict.IN_FLIGHT, Verdict.IN_FLIGHT)


def test_another_order_under_way_explains_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    _, verdict = judged(monkeypatch, look(LOST, undecided=frozenset({"order-2"})))
    assert verdict == Verdict.BROKEN


def test_a_dead_letter_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    judgements, verdict = judged(monkeypatch, look(queues=Queues(dead={"analytics": 1})))
    assert judgements["no event is a dead letter"].rows == ["1 of analytics"]
    assert verdict == Verdict.BROKEN


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [
        ([], [], []),
        ([(1, "a"), (2, "b")], [(1, "a"), (2, "b")], []),
        ([(1, "a"), (2, "b")], [(2, "b")], [("left", (1, "a"))]),
        ([(2, "b")], [(1, "a"), (2, "b"), (3, "c")], [("right", (1, "a")), ("right", (3, "c"))]),
        ([(1, "a")], [(1, "b")], [("left", (1, "a")), ("right", (1, "b"))]),
        ([(1, "a"), (1, "a")], [(1, "a")], [("left", (1, "a"))]),
        ([(1, None)], [(1, None)], []),
    ],
)
def test_rows_of_one_side_are_found(
    left: list[tuple[int, str | None]],
    right: list[tuple[int, str | None]],
    found: list[tuple[str, tuple[int, str | None]]],
) -> None:
    assert list(unmatched(("left", left), ("right", right), key=1)) == found


def test_rows_are_compared_as_they_come() -> None:
    endless = ((number,) for number in itertools.count())
    assert next(unmatched(("left", endless), ("right", [(5,)]), key=1)) == ("left", (0,))
