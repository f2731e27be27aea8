"""A newer release takes over whole, and only while nobody is in the middle of something."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.web.releases import Releases, served_releases
from tests.web.waiting import SERVED_BY_WORKER, until

LOOK = "navigator.serviceWorker.ready.then((registration) => registration.update())"
WAITS = "navigator.serviceWorker.ready.then((registration) => registration.waiting !== null)"
VERSION = "document.querySelector('script').src.split('/')[4]"


@pytest.fixture
def releases() -> Iterator[Releases]:
    with served_releases() as releases:
        yield releases


@pytest.fixture
def device(browser: Browser, releases: Releases) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=releases.url)
    yield context
    context.close()


def opened(device: BrowserContext) -> Page:
    """A tab whose page is served by its worker."""
    page = device.new_page()
    page.goto("/till/")
    until(page, SERVED_BY_WORKER)
    return page


def set_busy(page: Page, *, to: bool) -> None:
    page.evaluate("(to) => { isBusy.value = to; }", to)


def test_a_page_that_is_free_takes_the_newer_release_by_itself(
    device: BrowserContext, releases: Releases
) -> None:
    page = opened(device)
    newer = releases.serve("second")
    page.evaluate(LOOK)
    until(page, f"{VERSION} === '{newer}'")


def test_a_busy_page_keeps_its_release_until_it_is_free(device: BrowserContext, releases: Releases) -> None:
    page = opened(device)
    before = page.evaluate(VERSION)
    set_busy(page, to=True)
    newer = releases.serve("second")
    page.evaluate(LOOK)
    until(page, WAITS)
    assert page.evaluate(VERSION) == before
    set_busy(page, to=False)
    until(page, f"{VERSION} === '{newer}'")


def test_a_tab_that_is_busy_keeps_all_tabs_at_their_release(
    device: BrowserContext, releases: Releases
) -> None:
    busy, free = opened(device), opened(device)
    before = free.evaluate(VERSION)
    set_busy(busy, to=True)
    newer = releases.serve("second")
    free.evaluate(LOOK)
    until(free, WAITS)
    free.reload()
    assert (free.evaluate(VERSION), busy.evaluate(VERSION)) == (before, before)
    set_busy(busy, to=False)
    for tab in (busy, free):
        until(tab, f"{VERSION} === '{newer}'")


def test_a_release_that_is_not_whole_is_not_taken(device: BrowserContext, releases: Releases) -> None:
    page = opened(device)
    before = page.evaluate(VERSION)
    releases.serve("second")
    releases.missing = "till/files.json"
    page.evaluate(f"globalThis.looked = {LOOK}.then((registration) => registration.installing)")
    until(page, "looked.then((it) => it === null || it.state === 'redundant')")
    page.reload()
    expect(page.get_by_label("Correo")).to_be_visible()
    assert page.evaluate(VERSION) == before


def test_the_files_of_the_release_before_are_forgotten(device: BrowserContext, releases: Releases) -> None:
    page = opened(device)
    newer = releases.serve("second")
    page.evaluate(LOOK)
    until(page, f"{VERSION} === '{newer}'")
    assert page.evaluate("caches.keys()") == [f"till {newer}"]


def test_a_page_opens_from_the_device_alone(device: BrowserContext, releases: Releases) -> None:
    page = opened(device)
    device.new_cdp_session(page).send("Network.clearBrowserCache")
    releases.missing = ".js"
    page.reload()
    expect(page.get_by_label("Correo")).to_be_visible()


def test_a_screen_that_is_seldom_needed_is_loaded_when_it_is_shown(
    device: BrowserContext, releases: Releases
) -> None:
    page = device.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    page.goto("/till/")
    until(page, SERVED_BY_WORKER)
    assert "main.js" in asked
    assert "later.js" not in asked
    releases.missing = ".js"
    page.evaluate("show()")
    expect(page.locator("body")).to_contain_text("the first release")
