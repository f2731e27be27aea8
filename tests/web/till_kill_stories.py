"""A sale that was confirmed survives the kill of the browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from deploy.local.suite import LocalSuite
from tests.e2e.shop import Shop
from tests.web.devices import SYNC, Device, send_nothing
from tests.web.tills import BREAD, selling_till

AFTER_MS = (0, 15, 50)


@pytest.mark.parametrize("after_ms", AFTER_MS)
def test_a_confirmed_sale_survives_the_kill_of_the_browser(
    after_ms: int, browser: Browser, suite: LocalSuite, shop: Shop, tmp_path: Path
) -> None:
    device = Device(browser, tmp_path, suite.gateway_url)
    context = device.open()
    context.route(SYNC, send_nothing)
    till = selling_till(context.pages[0], shop)
    till.scan(BREAD)
    expect(till.page.locator("[data-pieces='1']")).to_be_visible()
    till.pay_exactly()
    till.page.wait_for_timeout(after_ms)
    device.kill()
    context = device.open()
    context.route(SYNC, send_nothing)
    context.pages[0].goto("/till/")
    expect(context.pages[0].locator("[data-unsent='1']")).to_be_visible()
    device.close()
