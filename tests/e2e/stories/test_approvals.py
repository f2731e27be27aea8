"""Approvals of what a cashier does not do alone."""

import pytest

from deploy.local.suite import LocalSuite
from tests.e2e.approval_stories import STORIES
from tests.e2e.books import assert_books_agree
from tests.e2e.shop import Shop
from tests.e2e.web_stories import Story

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_what_a_cashier_does_not_do_alone_is_approved(suite: LocalSuite, shop: Shop, story: Story) -> None:
    story(shop)
    assert_books_agree(suite)
