"""Attempts are counted by their outcome."""

import pytest
from prometheus_client import CollectorRegistry, Counter

from libs.common.db.database import OutcomeUnknown
from libs.common.errors import Throttled, Unavailable
from libs.common.looks import LookAgain
from services.auth.usecases.outcomes import Outcomes

OUTCOMES = ("ok", "throttled", "unavailable")
REGISTRY = CollectorRegistry()
KNOCKS = Outcomes(
    Counter("knocks", "Knocks by outcome", ["outcome"], registry=REGISTRY),
    {Throttled: "throttled", Unavailable: "unavailable"},
)


def counted() -> dict[str, float]:
    (knocks,) = REGISTRY.collect()
    totals = [sample for sample in knocks.samples if sample.name == "knocks_total"]
    return {sample.labels["outcome"]: sample.value for sample in totals}


def test_every_outcome_is_shown_before_it_happens() -> None:
    assert set(counted()) == set(OUTCOMES)


def test_an_attempt_that_succeeds_is_counted_once() -> None:
    before = counted()
    with KNOCKS.counted():
        pass
    assert counted() == {**before, "ok": before["ok"] + 1}


def test_a_refusal_is_counted_by_its_kind_and_goes_on() -> None:
    before = counted()
    with pytest.raises(OutcomeUnknown), KNOCKS.counted():
        raise OutcomeUnknown("database")
    assert counted() == {**before, "unavailable": before["unavailable"] + 1}


@pytest.mark.parametrize("error", [LookAgain(), ValueError("a fault")], ids=["a lost look", "a fault"])
def test_what_is_neither_is_not_counted(error: Exception) -> None:
    before = counted()
    with pytest.raises(type(error)), KNOCKS.counted():
        raise error
    assert counted() == before
