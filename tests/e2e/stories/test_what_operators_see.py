"""Metrics and logs after all other stories: by its name, the file is the last of the folder."""

import pytest

from deploy.local.demo_shop import EMPLOYEE, SHOPPER
from deploy.local.suite import LocalSuite
from tests.e2e.observed import assert_panels_show_something
from tests.e2e.secrets_in_logs import secrets_in_logs
from tests.e2e.shop import Shop
from tests.e2e.tills import Receipt, Till

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

PASSWORDS_IN_CLEAR = (
    *("password123", "adminpass123", "some-password"),
    *(str(person["password"]) for person in (EMPLOYEE, SHOPPER)),
)
"""Of the stories that are told as their documents tell them, and of the demo shop's people."""


def test_every_panel_of_the_dashboards_has_something_to_show(suite: LocalSuite, shop: Shop) -> None:
    _sell_one(shop, shop.new_product(stock=1))
    assert_panels_show_something(suite)


def test_no_log_of_all_these_stories_holds_a_secret(suite: LocalSuite) -> None:
    assert secrets_in_logs(suite, PASSWORDS_IN_CLEAR) == []


def _sell_one(shop: Shop, product_id: int) -> Receipt:
    with Till(shop) as till:
        return till.sell({"items": [{"product_id": product_id, "quantity": 1}]})
