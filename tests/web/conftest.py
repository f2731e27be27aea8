"""One suite with the demo shop for the pages' tests, which one worker gets, and a browser for each file."""

import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from deploy.local.demo_shop import DemoShop
from deploy.local.environment import OWNER_DEFAULTS
from deploy.local.suite import LocalSuite
from tests.e2e.shop import RENEWED_AFTER_SECONDS, Shop
from tests.suites import OWN_SERVERS, running_suite
from tests.web.browser import desktops, running_browser, without_windows
from tests.web.long_runs import measures_bars, number_of_kills, number_of_sales
from tests.web.looks import keeps_pictures, shows_screens

WAIT_MS = 60_000
WITHOUT_WORKERS = "delete Navigator.prototype.serviceWorker"
"""As in a private window of Firefox. To keep all files of a page takes a new device 0.3 s of a processor."""

collect_ignore = [
    *([] if measures_bars() else ["test_bars.py"]),
    *([] if number_of_kills() else ["test_kills.py"]),
    *([] if number_of_sales() else ["test_tills.py"]),
]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A run for pictures has only the stories that show screens."""
    if keeps_pictures():
        config.hook.pytest_deselected(items=[item for item in items if not shows_screens(item)])
        items[:] = [item for item in items if shows_screens(item)]


class RenewedInTime(httpx.Auth):
    """Logs the owner in again as the stories go on: access tokens hold for 15 minutes."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._since = time.monotonic()

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send the request with a token that holds."""
        if time.monotonic() - self._since > RENEWED_AFTER_SECONDS:
            self._since = time.monotonic()
            self._shop.log_in_again()
            request.headers["Authorization"] = self._shop.owner.headers["Authorization"]
        yield request


@pytest.fixture(scope="package")
def suite(pytestconfig: pytest.Config, amqp_url: str) -> Iterator[LocalSuite]:
    """A suite with the demo shop of `make up`, at the broker of the run unless servers are to be killed.

    Its PostgreSQL is its own: change feeds wait for the longest statement of other tests on their server.
    """
    environment = OWN_SERVERS if number_of_sales() else {"AMQP_URL": amqp_url}
    with running_suite(pytestconfig, {}, environment) as suite:
        DemoShop(suite.gateway_url, OWNER_DEFAULTS, lambda _: None).seed()
        yield suite


@pytest.fixture(scope="package")
def shop(suite: LocalSuite) -> Iterator[Shop]:
    """The shop in the suite, used through the API."""
    shop = Shop.open(suite.gateway_url)
    shop.owner.auth = RenewedInTime(shop)
    yield shop
    shop.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for one file: no test with an event loop of its own can run while Playwright's does.

    What is expected of a page may take as long as what is waited for. Bars are those of a desktop's browser.
    """
    expect.set_options(timeout=WAIT_MS)
    with running_browser(desktops() if measures_bars() else without_windows()) as browser:
        yield browser


@contextmanager
def new_device(
    browser: Browser, suite: LocalSuite, *, has_workers: bool = False, **options: Any
) -> Iterator[BrowserContext]:
    """A device that has never seen the pages, until the block ends; paths are the gateway's.

    It has workers for stories about what they do: without a network, in several tabs, at a first visit.
    """
    context = browser.new_context(base_url=suite.gateway_url, locale="es-MX", **options)
    context.set_default_timeout(WAIT_MS)
    if not has_workers:
        context.add_init_script(WITHOUT_WORKERS)
    elif not measures_bars():  # which it would slow down
        _intercept_requests(context)
    yield context
    context.close()


def _intercept_requests(context: BrowserContext) -> None:
    """Have the browser offer all requests of the pages to the stories from the beginning.

    If that begins with a story's own `route`, in one of about a hundred pages with a service worker it never
    does: their requests are neither routed nor seen.
    """
    context.route("**/nothing-has-this-path", lambda route: route.abort())


@pytest.fixture
def context(request: pytest.FixtureRequest, browser: Browser, suite: LocalSuite) -> Iterator[BrowserContext]:
    """A new device for each story; it has workers if the story is marked `with_workers`."""
    has_workers = request.node.get_closest_marker("with_workers") is not None
    with new_device(browser, suite, has_workers=has_workers) as context:
        yield context


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A tab of that device."""
    return context.new_page()
