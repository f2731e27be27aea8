"""Attempts are counted by their outcome."""

from collections.abc import Iterator
from itertools import repeat

import pytest
from prometheus_client import CollectorRegistry, Counter

from libs.common.db.database import OutcomeUnknown
from libs.common.errors import Throttled, Unavailable
from libs.common.looks import LOOKS_MAX, LookAgain, looks_again
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


@KNOCKS.counted
async def knock(error: Exception | None = None) -> str:
    if error:
        raise error
    return "in"


@KNOCKS.counted
@looks_again("the door")
async def knock_and_look(*, lost: Iterator[None]) -> str:
    for _ in lost:
        raise LookAgain
    return "in"


async def test_an_attempt_that_succeeds_is_counted_once() -> None:
    before = counted()
    assert await knock() == "in"
    assert counted() == {**before, "ok": before["ok"] + 1}


async def test_a_refusal_is_counted_by_its_kind_and_goes_on() -> None:
    before = counted()
    with pytest.raises(OutcomeUnknown):
        await knock(OutcomeUnknown("database"))
    assert counted() == {**before, "unavailable": before["unavailable"] + 1}


async def test_what_fails_by_a_fault_is_not_counted() -> None:
    before = counted()
    with pytest.raises(ValueError, match="a fault"):
        await knock(ValueError("a fault"))
    assert counted() == before


async def test_an_attempt_that_looks_again_is_counted_by_how_it_ends() -> None:
    before = counted()
    assert await knock_and_look(lost=repeat(None, LOOKS_MAX - 1)) == "in"
    with pytest.raises(Unavailable):
        await knock_and_look(lost=repeat(None, LOOKS_MAX))
    assert counted() == {**before, "ok": before["ok"] + 1, "unavailable": before["unavailable"] + 1}
