"""Processes end at every boundary of the protocols, and at random during a day at the shop: `make chaos`.

A run without `CHAOS_MINUTES` leaves this file out (`conftest.py`): a short day is among the stories.
"""

import time
from collections.abc import Iterator

import pytest

from deploy.local.suite import LocalSuite
from libs.common.faults import Boundary
from libs.testing.traces import Collector
from tests.e2e.books import LAPSE_SECONDS, SETTLED_WITHIN_SECONDS, assert_books_agree, assert_nothing_held
from tests.e2e.chaos import (
    assert_everything_happened,
    assert_nothing_lost,
    chaos_minutes,
    chaos_replicas,
    long_day,
    play_day,
)
from tests.e2e.conftest import settings_of
from tests.e2e.crash_scene import Scene, Story
from tests.e2e.crashes import STORIES
from tests.e2e.faults import HIT_WITHIN_SECONDS, Faults
from tests.e2e.shop import Shop
from tests.e2e.waiting import eventually
from tests.suites import running_suite

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300 + 300 * chaos_minutes())]


@pytest.fixture(scope="module")
def suite(pytestconfig: pytest.Config, faults: Faults, collected: Collector) -> Iterator[LocalSuite]:
    """A suite for the crashes and the day, with as many replicas as the environment says."""
    with running_suite(pytestconfig, settings_of(faults, collected), replicas=chaos_replicas()) as suite:
        yield suite


def _named(part: Boundary | Story) -> str:
    return str(part) if isinstance(part, Boundary) else part.__name__


@pytest.mark.parametrize(("boundary", "story"), STORIES, ids=_named)
def test_a_process_ends_at_a_boundary_and_everything_is_settled_within_a_minute(
    suite: LocalSuite, shop: Shop, faults: Faults, boundary: Boundary, story: Story
) -> None:
    scene = Scene.set(suite, shop, faults)
    faults.arm(boundary)
    outcome = story(scene)
    lapses = boundary is Boundary.SETTLING_AFTER_FENCE
    eventually(
        lambda: faults.assert_hit(boundary), within_seconds=LAPSE_SECONDS if lapses else HIT_WITHIN_SECONDS
    )

    ended_at = time.monotonic()
    assert_nothing_held(suite, within_seconds=SETTLED_WITHIN_SECONDS)
    assert_books_agree(suite, within_seconds=SETTLED_WITHIN_SECONDS)
    eventually(lambda: outcome.assert_seen(scene), within_seconds=SETTLED_WITHIN_SECONDS)
    assert time.monotonic() - ended_at < SETTLED_WITHIN_SECONDS


def test_a_day_at_the_shop_loses_nothing_whatever_ends(suite: LocalSuite, shop: Shop, faults: Faults) -> None:
    report = play_day(suite, shop, faults, long_day(suite), tell=print)
    assert_nothing_lost(report)
    assert_everything_happened(report)
