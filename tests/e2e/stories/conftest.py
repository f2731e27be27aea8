"""The suite that all stories share, and what several files find sold in it."""

from collections.abc import Iterator

import pytest

from deploy.local.suite import LocalSuite
from libs.testing.traces import Collector
from tests.e2e.books import assert_books_agree, assert_nothing_held
from tests.e2e.conftest import settings_of
from tests.e2e.faults import Faults
from tests.e2e.shop import Shop
from tests.e2e.spoilt_web_shop import sell_on_the_web
from tests.e2e.stories.counter import pay, place_order
from tests.e2e.tills import Goods
from tests.e2e.web_shop import WebShop
from tests.suites import running_suite


@pytest.fixture(scope="package")
def suite(pytestconfig: pytest.Config, faults: Faults, collected: Collector) -> Iterator[LocalSuite]:
    """A suite that runs and is ready, and is stopped after the last story even if stories fail."""
    with running_suite(pytestconfig, settings_of(faults, collected)) as suite:
        yield suite


@pytest.fixture
def goods(shop: Shop) -> Goods:
    """Two customers, and five products with prices that need rounding, with enough stock for any story."""
    prices = ("86.21", "18.53", "7.77", "129.31", "0.99")
    return Goods(
        [shop.new_product(stock=100_000, price=price) for price in prices],
        [shop.new_customer(credit_limit="1000000.00") for _ in range(2)],
    )


@pytest.fixture
def sold_on_credit(suite: LocalSuite, shop: Shop) -> None:
    """An order that a customer paid on credit, taken over by all services."""
    customer_id = shop.new_customer(credit_limit="500.00")
    order = place_order(shop, shop.new_product(stock=5), pieces=2, customer_id=customer_id)
    assert pay(shop, order, "CREDIT").status_code == 200
    assert_books_agree(suite)
    assert_nothing_held(suite)


@pytest.fixture
def sold_on_the_web(suite: LocalSuite, shop: Shop) -> None:
    """Orders of the web shop in every state that the invariants judge, taken over by all services."""
    sell_on_the_web(WebShop.of(shop), (shop.new_product(stock=20), shop.new_product(stock=20)))
    assert_books_agree(suite)
