"""A sale that was confirmed survives the kill of the browser."""

import os
import signal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from deploy.local.suite import LocalSuite
from libs.servers import debian
from tests.e2e.shop import Shop
from tests.web.browser import QUIET
from tests.web.tills import BREAD, selling_till

AFTER_MS = (0, 15, 50)


@pytest.mark.parametrize("after_ms", AFTER_MS)
def test_a_confirmed_sale_survives_the_kill_of_the_browser(
    after_ms: int, browser: Browser, suite: LocalSuite, shop: Shop, tmp_path: Path
) -> None:
    def opened() -> BrowserContext:
        context = browser.browser_type.launch_persistent_context(
            tmp_path,
            executable_path=debian.ensure("chromium", "chromium"),
            args=QUIET,
            base_url=suite.gateway_url,
            locale="es-MX",
        )
        context.route("**/api/sync/sales/", lambda route: route.abort())
        return context

    till = selling_till(opened().pages[0], shop)
    till.scan(BREAD)
    expect(till.page.locator("[data-pieces='1']")).to_be_visible()
    till.pay_exactly()
    till.page.wait_for_timeout(after_ms)
    os.kill(browser_of(tmp_path), signal.SIGKILL)
    context = opened()
    context.pages[0].goto("/till/")
    expect(context.pages[0].locator("[data-unsent='1']")).to_be_visible()
    context.close()


def browser_of(profile: Path) -> int:
    """The process of the browser with this profile."""
    asked = f"--user-data-dir={profile}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:  # it has ended meanwhile
            continue
        if asked in words and not any(word.startswith(b"--type=") for word in words):
            return int(process.name)
    raise AssertionError("the browser does not run")
