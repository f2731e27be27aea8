"""One suite with the demo shop, and one browser, for all tests of the pages."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from deploy.local.demo_shop import DemoShop
from deploy.local.environment import OWNER_DEFAULTS
from deploy.local.suite import LocalSuite
from tests.e2e.shop import Shop
from tests.suites import PORT_BASES, running_suite
from tests.web.browser import running_browser
from tests.web.long_runs import measures_bars, number_of_kills, number_of_sales

WAIT_MS = 20_000

collect_ignore = [
    *([] if measures_bars() else ["test_bars.py"]),
    *([] if number_of_kills() else ["test_kills.py"]),
    *([] if number_of_sales() else ["test_tills.py"]),
]


@pytest.fixture(scope="session")
def suite(pytestconfig: pytest.Config) -> Iterator[LocalSuite]:
    """A suite with the demo shop of `make up`."""
    with running_suite(pytestconfig, PORT_BASES, {}) as suite:
        assert DemoShop(suite.gateway_url, OWNER_DEFAULTS, lambda _: None).seed() == []
        yield suite


@pytest.fixture(scope="session")
def shop(suite: LocalSuite) -> Iterator[Shop]:
    """The shop in the suite, used through the API."""
    shop = Shop.open(suite.gateway_url)
    yield shop
    shop.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for one file: no test with an event loop of its own can run while Playwright's does.

    What is expected of a page may take as long as what is waited for.
    """
    expect.set_options(timeout=WAIT_MS)
    with running_browser() as browser:
        yield browser


@pytest.fixture
def context(browser: Browser, suite: LocalSuite) -> Iterator[BrowserContext]:
    """A device that has never seen the pages; paths are the gateway's."""
    context = browser.new_context(base_url=suite.gateway_url, locale="es-MX")
    context.set_default_timeout(WAIT_MS)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A tab of that device."""
    return context.new_page()
