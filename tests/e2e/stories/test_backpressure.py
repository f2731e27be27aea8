"""More work than there is room for."""

import pytest

from deploy.local.suite import LocalSuite
from tests.e2e.backpressure_stories import STORIES, Story
from tests.e2e.books import assert_books_agree
from tests.e2e.shop import Shop

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


@pytest.mark.backpressure
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_more_work_than_can_be_done_is_refused_and_harms_nothing(
    suite: LocalSuite, shop: Shop, story: Story
) -> None:
    story(suite, shop)
    assert_books_agree(suite)
