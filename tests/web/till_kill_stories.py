"""Sales that were confirmed survive the kill of the browser."""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from deploy.local.suite import LocalSuite
from tests.e2e.shop import Shop
from tests.web.devices import SYNC, Device, resumed
from tests.web.losses import lose_request
from tests.web.tills import BREAD, selling_till

AFTER_MS = (0, 15, 50)


def test_confirmed_sales_survive_kills_of_the_browser(
    browser: Browser, suite: LocalSuite, shop: Shop, tmp_path: Path
) -> None:
    device = Device(browser, tmp_path, suite.gateway_url)
    till = selling_till(opened_without_sync(device), shop)
    for kills, after_ms in enumerate(AFTER_MS, start=1):
        till.scan(BREAD)
        expect(till.page.locator("[data-pieces='1']")).to_be_visible()
        till.pay_exactly()
        till.page.wait_for_timeout(after_ms)
        device.kill()
        till = resumed(opened_without_sync(device), till.register)
        expect(till.page.locator(f"[data-unsent='{kills}']")).to_be_visible()
    device.close()


def opened_without_sync(device: Device) -> Page:
    """A tab of the device, whose sales do not reach the shop."""
    context = device.open()
    context.route(SYNC, lose_request)
    return context.pages[0]
