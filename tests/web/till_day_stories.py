"""A short day of two tills while answers are lost, and browsers and servers killed: see `make tills`."""

from pathlib import Path

from playwright.sync_api import Browser

from deploy.local.suite import LocalSuite
from tests.e2e.shop import Shop
from tests.web.devices import Device
from tests.web.many_tills import SERVERS, Trouble, open_counter, plan, play

TILLS, SALES, SEED = 2, 12, 1
TROUBLES = len(Trouble) + len(SERVERS)


def test_the_shop_has_what_the_tills_have_whatever_is_lost_or_killed(
    browser: Browser, suite: LocalSuite, shop: Shop, tmp_path: Path
) -> None:
    devices = [Device(browser, tmp_path / str(number), suite.gateway_url) for number in range(TILLS)]
    counters = [open_counter(device, shop) for device in devices]
    play(plan(SEED, tills=TILLS, sales=SALES, troubles=TROUBLES), counters, suite, shop)
    for device in devices:
        device.close()
