"""Suites of tests that start at once, in one run or in several, do not get into each other's way."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from deploy.local.layout import Ports
from libs.common.store_calendar import store_day
from tests import suites
from tests.suites import claimed_ports, timezone_at


def test_two_suites_never_take_the_same_ports(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def all_are_free(bases: Sequence[int]) -> Ports:
        return Ports(bases[0])

    monkeypatch.setattr(suites, "CLAIMS", tmp_path)  # suites of other tests come and go
    monkeypatch.setattr(suites, "free_ports_of", all_are_free)
    with claimed_ports() as one:
        with claimed_ports() as another:
            assert another.base != one.base
        with claimed_ports() as later:
            assert later.base == another.base, "what is claimed no more is free"


@pytest.mark.parametrize("hour", range(24))
def test_no_day_of_the_store_begins_or_ends_near_a_run(hour: int) -> None:
    moment = datetime(2026, 12, 31, hour, 59, tzinfo=UTC)
    zone = ZoneInfo(timezone_at(moment))
    assert store_day(moment - timedelta(hours=1), zone) == store_day(moment + timedelta(hours=2), zone)
