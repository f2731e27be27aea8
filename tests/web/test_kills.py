"""No confirmed sale is lost, however often the browser is killed after one: `make bars KILLS=100`."""

from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from deploy.local.suite import LocalSuite
from tests.e2e.shop import Shop
from tests.web.devices import SYNC, Device, resumed
from tests.web.long_runs import number_of_kills
from tests.web.losses import lose_request
from tests.web.tills import BREAD, orders_of, selling_till

WITHIN_MS = 50
TOLD_EACH = 10
SEED = 1

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600 + 90 * number_of_kills())]


def test_every_confirmed_sale_survives_a_kill_up_to_50_ms_later(
    browser: Browser, suite: LocalSuite, shop: Shop, tmp_path: Path
) -> None:
    chance = Random(SEED)  # noqa: S311 - moments of kills, not secrets
    device = Device(browser, tmp_path, suite.gateway_url)
    till = selling_till(opened_without_sync(device).pages[0], shop)
    for kills in range(1, number_of_kills() + 1):
        till.scan(BREAD)
        expect(till.page.locator("[data-pieces='1']")).to_be_visible()
        till.pay_exactly()
        till.page.wait_for_timeout(chance.uniform(0, WITHIN_MS))
        device.kill()
        till = resumed(opened_without_sync(device).pages[0], till.register)
        expect(till.page.locator(f"[data-unsent='{kills}']")).to_be_visible()
        if kills % TOLD_EACH == 0:
            print(f"{kills} kills, {kills} sales are there")  # noqa: T201 - progress of a long run
    till.page.context.unroute(SYNC)
    till.page.reload()
    till.page.locator("[data-unsent='0']").wait_for()
    shop.log_in_again()
    numbers = [order["ticket_number"] for order in orders_of(shop, till)]
    assert numbers == [f"C{till.register}-{number:06}" for number in range(1, number_of_kills() + 1)]
    device.close()


def opened_without_sync(device: Device) -> BrowserContext:
    """The browser of the device, whose sales do not reach the shop."""
    context = device.open()
    context.route(SYNC, lose_request)
    return context
