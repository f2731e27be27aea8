"""Moments on the command line, and what a selection includes."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from libs.common.messaging.selections import Wanted, moment
from libs.testing.clock import FakeClock

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01T00:00:00Z", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T00:00:00-06:00", datetime(2026, 3, 1, 6, tzinfo=UTC)),
        ("30m", datetime(2026, 3, 2, 17, 30, tzinfo=UTC)),
        ("2h", datetime(2026, 3, 2, 16, tzinfo=UTC)),
        ("5d", datetime(2026, 2, 25, 18, tzinfo=UTC)),
    ],
)
def test_a_time_with_its_zone_or_an_age(clock: FakeClock, text: str, expected: datetime) -> None:
    assert moment(text, clock) == expected


@pytest.mark.parametrize(
    "text", ["2026-03-01", "2026-03-01T00:00:00", "yesterday", "5", "5w", "-2h", "999999d", "9999999999d"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the text is datetime's own for some
        moment(text)


@dataclass(frozen=True)
class Told:
    """An event."""

    type: str = "sales.order_paid.v1"
    subject: str = "order/1"
    time: datetime = NOON


@pytest.mark.parametrize(
    ("wanted", "included"),
    [
        (Wanted(), True),
        (Wanted(types=["catalog.#", "sales.#"]), True),
        (Wanted(types=["catalog.#"]), False),
        (Wanted(subjects=["order/1"]), True),
        (Wanted(subjects=["order/"]), False),
        (Wanted(subjects=["order/*"]), True),
        (Wanted(subjects=["order/10", "cart/*"]), False),
        (Wanted(subjects=["*"]), True),
        (Wanted(since=NOON), True),
        (Wanted(until=NOON), False),
        (Wanted(types=["sales.#"], subjects=["cart/*"]), False),
    ],
)
def test_a_selection_includes_what_meets_all_it_says(wanted: Wanted, *, included: bool) -> None:
    assert wanted.includes(Told()) is included
