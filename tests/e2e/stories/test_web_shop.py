"""The web shop, from the registration of a shopper to the return of goods."""

import pytest

from deploy.local.suite import LocalSuite
from tests.e2e.books import assert_books_agree
from tests.e2e.shop import Shop
from tests.e2e.web_stories import STORIES, Story

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_the_web_shop_sells_as_the_contract_says(suite: LocalSuite, shop: Shop, story: Story) -> None:
    story(shop)
    assert_books_agree(suite)
