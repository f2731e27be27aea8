"""The age of the oldest that waits: 0 while nothing does, and never negative."""

from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import CollectorRegistry, Gauge

from libs.common.metrics import set_age

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "seconds"),
    [(NOW - timedelta(seconds=90), 90.0), (NOW + timedelta(seconds=1), 0.0), (None, 0.0)],
)
def test_an_age_is_shown_in_seconds(since: datetime | None, seconds: float) -> None:
    registry = CollectorRegistry()
    set_age(Gauge("oldest_seconds", "Age of the oldest.", registry=registry), since, now=NOW)
    assert registry.get_sample_value("oldest_seconds") == seconds
