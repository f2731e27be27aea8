"""A day of four tills while answers are lost, browsers and servers killed: `make tills SALES=1000 SEED=1`."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from deploy.local.suite import LocalSuite
from tests.e2e.shop import Shop
from tests.web.devices import Device
from tests.web.long_runs import number_of_sales, seed_of_tills
from tests.web.many_tills import open_counter, plan, play

TILLS = 4
SALES_OF_A_TROUBLE = 8

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300 + 10 * number_of_sales())]


def test_the_shop_has_what_four_tills_have_whatever_is_lost_or_killed(
    browser: Browser, suite: LocalSuite, shop: Shop, tmp_path: Path
) -> None:
    sales = number_of_sales()
    steps = plan(seed_of_tills(), tills=TILLS, sales=sales, troubles=sales // SALES_OF_A_TROUBLE)
    devices = [Device(browser, tmp_path / str(number), suite.gateway_url) for number in range(TILLS)]
    counters = [open_counter(device, shop) for device in devices]
    play(steps, counters, suite, shop, tell=print)
    for device in devices:
        device.close()
