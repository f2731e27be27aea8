"""No scan is lost and none lands elsewhere, however fast they come: `make bars` measures how fast."""

import json
from statistics import median

from playwright.sync_api import Browser, Page, expect

from deploy.local.demo_shop import PRODUCTS
from tests.e2e.shop import Shop
from tests.web.slow_tablet import Tablet
from tests.web.speeds import assert_nothing_else_happened, scan_everywhere
from tests.web.tills import BREAD, COLA, Till, selling_till
from tests.web.waiting import NEXT_FRAME

SCANS = 40
STYLED_MAX = 30
"""The elements of two lines, and what shows the sums; in the middle, for what the network's state changes is
styled meanwhile."""


def test_scans_without_a_pause_are_all_taken_whatever_has_the_focus(page: Page, shop: Shop) -> None:
    selling_till(page, shop).scan(COLA)
    expect(page.locator("[data-pieces='1']")).to_be_visible()
    scan_everywhere(Tablet.of(page), (COLA, BREAD), SCANS, seconds=0.05)
    expect(page.locator(f"[data-pieces='{SCANS + 1}']")).to_be_visible()
    assert_nothing_else_happened(page)


def test_a_scan_has_the_browser_style_its_own_line_and_not_the_others(
    browser: Browser, page: Page, shop: Shop
) -> None:
    till = selling_till(page, shop)
    codes = [sku for sku, *_ in PRODUCTS]
    scan_one_by_one(till, codes, pieces=0)
    browser.start_tracing(page=page, categories=["devtools.timeline"])
    scan_one_by_one(till, codes, pieces=len(codes))
    assert median(styled(browser.stop_tracing())) <= STYLED_MAX


def scan_one_by_one(till: Till, codes: list[str], *, pieces: int) -> None:
    """Scan the codes into a sale that has so many pieces, each when the one before it is painted."""
    for more, code in enumerate(codes, 1):
        till.scan(code)
        expect(till.page.locator(f"[data-pieces='{pieces + more}']")).to_be_visible()
        till.page.evaluate(NEXT_FRAME)


def styled(trace: bytes) -> list[int]:
    """How many elements the browser found the style of anew, each time it did."""
    arguments = [event.get("args", {}) for event in json.loads(trace)["traceEvents"]]
    return [found["elementCount"] for found in arguments if found.get("elementCount")]
