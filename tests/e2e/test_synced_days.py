"""Days at tills without a network end in the same books, whatever ends: `make synced-days DAYS=14 SEED=1`.

A run without `SYNCED_DAYS` leaves this file out (`conftest.py`): a short form is among the stories.
"""

from collections.abc import Iterator

import pytest

from deploy.local.suite import LocalSuite
from tests.e2e.conftest import SETTINGS
from tests.e2e.faults import Faults
from tests.e2e.shop import Shop
from tests.e2e.synced.days import DAYS_OF_A_SUITE, Days, any_ends, first_seed, number_of_days
from tests.suites import running_suite

SEEDS = range(first_seed(), first_seed() + number_of_days())
SUITES = [SEEDS[begin : begin + DAYS_OF_A_SUITE] for begin in range(0, len(SEEDS), DAYS_OF_A_SUITE)]

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300 * DAYS_OF_A_SUITE)]


@pytest.fixture(scope="module", params=SUITES, ids=str)
def seeds(request: pytest.FixtureRequest) -> range:
    """The days for which there is room in one suite."""
    days: range = request.param
    return days


@pytest.fixture(scope="module")
def suite(pytestconfig: pytest.Config, faults: Faults, seeds: range) -> Iterator[LocalSuite]:
    """A suite for these days only."""
    with running_suite(pytestconfig, {**SETTINGS, "FAULTS": str(faults.folder)}) as suite:
        yield suite


def test_a_day_ends_in_the_same_books_however_it_is_sent_and_whatever_ends(
    suite: LocalSuite, shop: Shop, faults: Faults, seeds: range
) -> None:
    days = Days(suite, shop, faults, tell=print)
    for seed in seeds:
        days.play(seed, any_ends(suite, seed))
