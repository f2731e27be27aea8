"""No scan is lost and none lands elsewhere, however fast they come: `make bars` measures how fast."""

from playwright.sync_api import Page, expect

from tests.e2e.shop import Shop
from tests.web.slow_tablet import Tablet
from tests.web.speeds import assert_nothing_else_happened, scan_everywhere
from tests.web.tills import BREAD, COLA, selling_till

SCANS = 40


def test_scans_without_a_pause_are_all_taken_whatever_has_the_focus(page: Page, shop: Shop) -> None:
    selling_till(page, shop).scan(COLA)
    expect(page.locator("[data-pieces='1']")).to_be_visible()
    scan_everywhere(Tablet.of(page), (COLA, BREAD), SCANS, seconds=0.05)
    expect(page.locator(f"[data-pieces='{SCANS + 1}']")).to_be_visible()
    assert_nothing_else_happened(page)
