"""Short forms of `make chaos` and `make synced-days`."""

import pytest

from deploy.local.suite import LocalSuite
from tests.e2e.chaos import assert_everything_happened, assert_nothing_lost, play_day, short_day
from tests.e2e.faults import Faults
from tests.e2e.shop import Shop
from tests.e2e.synced.days import SHORT_ENDS, SHORT_SEED, Days

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


def test_a_short_day_at_the_shop_loses_nothing_although_every_process_is_killed(
    suite: LocalSuite, shop: Shop, faults: Faults
) -> None:
    report = play_day(suite, shop, faults, short_day(suite), tell=print)
    assert_nothing_lost(report)
    assert_everything_happened(report)


def test_a_day_without_a_network_ends_in_the_same_books_however_it_is_sent_and_whatever_ends(
    suite: LocalSuite, shop: Shop, faults: Faults
) -> None:
    Days(suite, shop, faults, tell=print).play(SHORT_SEED, SHORT_ENDS)
