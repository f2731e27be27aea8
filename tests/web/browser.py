"""Debian's Chromium, driven by Playwright; the package is installed where it is missing."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from libs.servers import debian

QUIET = (
    *("--no-sandbox", "--disable-quic", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)


@contextmanager
def running_browser() -> Iterator[Browser]:
    """A headless browser, until the block ends."""
    debian.ensure_library("libatomic.so.1", "libatomic1")  # Playwright's own program is linked to it
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=debian.ensure("chromium", "chromium"), args=QUIET
        )
        yield browser
        browser.close()
