"""The owner's reports, after sales through the gateway."""

import pytest

from deploy.local.suite import LocalSuite
from tests.e2e import report_stories, stock_report_stories
from tests.e2e.books import assert_books_agree
from tests.e2e.shop import Shop
from tests.e2e.web_stories import Story

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


@pytest.mark.parametrize(
    "story", [*report_stories.STORIES, *stock_report_stories.STORIES], ids=lambda story: story.__name__
)
def test_the_owner_s_reports_are_right(suite: LocalSuite, shop: Shop, story: Story) -> None:
    story(shop)
    assert_books_agree(suite)
