"""A device at the counter: its browser can be killed and opened again, and its profile stays."""

import os
import select
import signal
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect
from playwright.sync_api import TimeoutError as NotInTime

from tests.web.browser import QUIET, desktops
from tests.web.tills import Till

SYNC = "**/api/sync/sales/"
ENDED_SECONDS = 60
"""A browser has a hundred threads, and the machine may be busy."""


@dataclass(slots=True)
class Device:
    """A browser with a profile of its own."""

    browser: Browser
    """One that can start others."""
    profile: Path
    url: str
    contexts: list[BrowserContext] = field(default_factory=list)

    def open(self) -> BrowserContext:
        """Start the browser."""
        context = self.browser.browser_type.launch_persistent_context(
            self.profile,
            executable_path=desktops(),
            args=QUIET,
            base_url=self.url,
            locale="es-MX",
        )
        self.contexts.append(context)
        return context

    def kill(self) -> None:
        """Kill the browser as in a crash; when this returns, it has left its profile."""
        browser = os.pidfd_open(_browser_of(self.profile))
        signal.pidfd_send_signal(browser, signal.SIGKILL)
        ended, _, _ = select.select([browser], [], [], ENDED_SECONDS)
        os.close(browser)
        assert ended, f"the browser has not ended within {ENDED_SECONDS} s of its kill"

    def close(self) -> None:
        """Close the browser that was opened last; those before it were killed."""
        self.contexts[-1].close()


def resumed(page: Page, register: int) -> Till:
    """A till in a new tab of a device that stands at this register; it sells without a shift."""
    page.bring_to_front()
    page.goto("/till/")
    try:
        page.get_by_role("button", name="Vender sin turno").click()
    except NotInTime as error:
        raise AssertionError(f"the till shows: {page.inner_text('body')!r}") from error
    expect(page.locator("#search")).to_be_focused()
    return Till(page, page.context.new_cdp_session(page), register)


def _browser_of(profile: Path) -> int:
    """The process of the browser with this profile."""
    asked = f"--user-data-dir={profile}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:  # it has ended meanwhile
            continue
        if asked in words and not any(word.startswith(b"--type=") for word in words):
            return int(process.name)
    raise AssertionError("the browser does not run")
