"""The bars of the pages, on a tablet four times slower than this machine, with 20,000 products: `make bars`.

A run without `BARS` leaves this file out; what a busy machine cannot spoil is among the stories.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from deploy.local.suite import LocalSuite
from tests.e2e.shop import Shop
from tests.web.bars import Bars, told_bars
from tests.web.big_shop import UNSENT, code_of, fill, keep_sales
from tests.web.people import log_in, new_login
from tests.web.slow_tablet import WATCH_STATUS, Tablet, told_at
from tests.web.speeds import SCANS, assert_nothing_else_happened, most_rows, scan_everywhere, type_searches
from tests.web.tills import open_till, take_no_sales
from tests.web.waiting import SERVED_BY_WORKER, until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600), pytest.mark.with_workers]

SCAN_MS = 50
KEY_MS = 50
ROWS_MAX = 30
READY_MS = 2_000
DOWNLOAD_MS = 3_000
DOWNLOAD_KB = 1_000
NOTICED_MS = 2_000
SHELL_MS = 1_000
FEED = "/products/changes/"
UP_TO_DATE, OFFLINE = "productos al día", "Sin red"
CATALOGUE_IS_KEPT = """
    new Promise((resolve) => {
      const opening = indexedDB.open("till");
      opening.onsuccess = () => {
        const asked = opening.result.transaction("settings").objectStore("settings").get("feed");
        asked.onsuccess = () => {
          opening.result.close();
          resolve(asked.result !== undefined);
        };
      };
    })"""
# When the search field takes the focus, scans are heard: milliseconds since the page was asked for.
TELL_READY = """
    addEventListener("focusin", ({ target }) => {
      if (target.id === "search") globalThis.readyAt ??= performance.now();
    });"""
# When the places of the owner's page are painted: milliseconds since the page was asked for.
TELL_SHELL = """
    new MutationObserver((_, watch) => {
      if (!document.querySelector("nav.places")) return;
      watch.disconnect();
      requestAnimationFrame(() => setTimeout(() => (globalThis.shellAt = performance.now())));
    }).observe(document, { childList: true, subtree: true });"""
FEED_BEGAN = f"""
    performance.timeOrigin + performance.getEntriesByType("resource")
      .find(({{ name }}) => name.includes("{FEED}")).startTime"""


@pytest.fixture(scope="module")
def bars() -> Iterator[Bars]:
    """All bars of the run, shown at its end."""
    with told_bars() as bars:
        yield bars


@pytest.fixture(scope="module")
def big_shop(shop: Shop) -> Shop:
    """The shop with 20,000 products more."""
    fill(shop)
    return shop


def test_the_first_download(page: Page, big_shop: Shop, bars: Bars) -> None:
    tablet = Tablet.of(page)
    page.add_init_script(f"({WATCH_STATUS})('{UP_TO_DATE}')")
    tablet.slow_down()
    received = received_bytes(tablet.keys, FEED)
    open_till(page, big_shop, new_login(big_shop))
    took = told_at(page) - float(page.evaluate(FEED_BEGAN))
    kilobytes = sum(received.values()) / 1000
    bars.at_most("first download", DOWNLOAD_KB, kilobytes, "kB", beside=f"{len(received)} answers")
    bars.at_most("first download, until all can be scanned", DOWNLOAD_MS, took, "ms")


def test_scans_become_lines_whatever_has_the_focus(page: Page, big_shop: Shop, bars: Bars) -> None:
    tablet = old_till(page, big_shop)
    tablet.slow_down()
    painted = tablet.painted(lambda: scan_everywhere(tablet), shows=".till", key="Enter")
    pieces = int(page.locator("[data-pieces]").get_attribute("data-pieces") or "")
    need = f"{SCANS} scans at 10/s, focus in search, button, line, dialog"
    bars.hold(need, f"{SCANS} units", f"{pieces} units", is_met=pieces == SCANS)
    assert_nothing_else_happened(page)
    bars.at_most("a scan is painted as a line, p95", SCAN_MS, painted.p95, "ms", beside=painted.told)


def test_products_are_found_by_their_names(page: Page, big_shop: Shop, bars: Bars) -> None:
    tablet = old_till(page, big_shop)
    tablet.slow_down()
    painted = tablet.painted(lambda: type_searches(tablet), shows=".goods")
    bars.at_most("rows of a search", ROWS_MAX, most_rows(page), "rows")
    bars.at_most("a key of a search is painted, p95", KEY_MS, painted.p95, "ms", beside=painted.told)


@pytest.mark.parametrize("server", ["up", "down"])
def test_the_till_is_ready_from_its_cache(
    server: str, page: Page, suite: LocalSuite, big_shop: Shop, bars: Bars
) -> None:
    page.add_init_script(TELL_READY)
    tablet = old_till(page, big_shop)
    until(page, SERVED_BY_WORKER)
    with ExitStack() as after:
        if server == "down":
            after.enter_context(without_gateway(suite))
        tablet.slow_down()
        page.reload(wait_until="commit")
        expect(page.locator("#search")).to_be_focused()
        tablet.scan(code_of(1))
        expect(page.locator("[data-pieces='1']")).to_be_visible()
        ready = float(page.evaluate("readyAt"))
    bars.at_most(f"ready to scan from cache, server {server}", READY_MS, ready, "ms")


def test_the_owners_page_is_there_from_its_cache(page: Page, shop: Shop, bars: Bars) -> None:
    log_in(page, "/owner/")
    until(page, SERVED_BY_WORKER)
    page.add_init_script(TELL_SHELL)
    Tablet.of(page).slow_down()
    page.reload(wait_until="commit")
    until(page, "globalThis.shellAt !== undefined")
    bars.at_most("the owner's page from cache", SHELL_MS, float(page.evaluate("shellAt")), "ms")


@pytest.mark.parametrize("loss", ["device offline", "server down", "no answers"])
def test_the_loss_of_the_network_is_shown_and_the_sale_goes_on(
    loss: str, context: BrowserContext, page: Page, suite: LocalSuite, big_shop: Shop, bars: Bars
) -> None:
    tablet = old_till(page, big_shop)
    tablet.scan(code_of(1))
    expect(page.locator("[data-pieces='1']")).to_be_visible()
    page.evaluate(WATCH_STATUS, OFFLINE)
    with ExitStack() as after:
        began = lose(loss, context, suite, after)
        page.get_by_role("button", name="Cobrar").click()
        page.get_by_role("button", name="Exacto").click()
        took = told_at(page) - began
        expect(page.locator(f"[data-unsent='{UNSENT + 1}']")).to_be_visible()
        assert page.get_by_role("dialog").count() == 0
    bars.at_most(f"network lost in a sale: {loss}", NOTICED_MS, took, "ms", beside="it is paid, no dialog")


@pytest.mark.parametrize("loss", ["server down", "no answers"])
def test_a_till_that_nobody_touches_shows_the_loss_of_the_network(
    loss: str, context: BrowserContext, page: Page, suite: LocalSuite, big_shop: Shop, bars: Bars
) -> None:
    old_till(page, big_shop)
    page.evaluate(WATCH_STATUS, OFFLINE)
    with ExitStack() as after:
        began = lose(loss, context, suite, after)
        took = told_at(page) - began
    bars.at_most(f"network lost, idle till: {loss}", NOTICED_MS, took, "ms")


def lose(loss: str, context: BrowserContext, suite: LocalSuite, after: ExitStack) -> float:
    """From now on nothing is answered, until `after`. Answers when that began, in milliseconds since 1970."""
    began = time.time() * 1000
    if loss == "device offline":
        context.set_offline(True)
    elif loss == "server down":
        after.enter_context(without_gateway(suite))
    else:
        context.route(lambda _: True, lambda _: None)
    return began


def old_till(page: Page, shop: Shop) -> Tablet:
    """A till with an open shift that has sold for a week, loaded anew and ready for a scan.

    The shop takes no sale for an hour, and many are unsent or put aside.
    """
    open_till(page, shop, new_login(shop))
    page.get_by_label("Efectivo al abrir").fill("500")
    page.get_by_role("button", name="Abrir turno").click()
    expect(page.locator("#search")).to_be_focused()
    page.get_by_text(UP_TO_DATE).wait_for()
    until(page, CATALOGUE_IS_KEPT)
    keep_sales(page)
    take_no_sales(page.context)
    page.reload()
    expect(page.locator(f"[data-unsent='{UNSENT}']")).to_be_visible()
    expect(page.locator("#search")).to_be_focused()
    page.get_by_text(UP_TO_DATE).wait_for()
    return Tablet.of(page)


@contextmanager
def without_gateway(suite: LocalSuite) -> Iterator[None]:
    """The server is down in the block, in a moment."""
    suite.kill("gateway")
    suite.stop_process("gateway")
    try:
        yield
    finally:
        suite.start_process("gateway")
        suite.wait_ready("gateway")


def received_bytes(network: CDPSession, of: str) -> dict[str, int]:
    """Request → bytes of its answer as they came over the network, of the addresses that contain `of`."""
    received: dict[str, int] = {}

    def begin(event: dict[str, Any]) -> None:
        if of in event["response"]["url"]:
            received[event["requestId"]] = 0

    def end(event: dict[str, Any]) -> None:
        if event["requestId"] in received:
            received[event["requestId"]] = event["encodedDataLength"]

    network.send("Network.enable")
    network.on("Network.responseReceived", begin)
    network.on("Network.loadingFinished", end)
    return received
