"""Debian's Chromium, driven by Playwright; its packages are installed where they are missing."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from libs.servers import debian

QUIET = (
    *("--no-sandbox", "--disable-quic", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)


def desktops() -> str:
    """The browser of a desktop: what it has kept on the disk survives its kill."""
    return debian.ensure("chromium", "chromium")


def without_windows() -> str:
    """The same engine without windows, which take a fifth of a story's time of the processor."""
    return debian.ensure("chromium-headless-shell", "chromium-headless-shell")


@contextmanager
def running_browser(program: str) -> Iterator[Browser]:
    """The browser, headless, until the block ends."""
    debian.ensure_library("libatomic.so.1", "libatomic1")  # Playwright's own program is linked to it
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()
