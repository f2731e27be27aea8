"""Waits for what a page says: Playwright's `wait_for_function` is blocked by the policy of the pages."""

import time

from playwright.sync_api import Error, Page

POLL_MS = 20
DEADLINE_SECONDS = 60
NAVIGATED = ("Execution context was destroyed", "Cannot find context")
SERVED_BY_WORKER = "navigator.serviceWorker.controller !== null"
NEXT_FRAME = "new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))"
"""Resolved when what the page has done so far is painted."""


def until(page: Page, expression: str) -> None:
    """Wait until a JavaScript expression is true, across reloads. Raises `AssertionError` at the deadline."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not _is_true(page, expression):
        assert time.monotonic() < deadline, f"never true within {DEADLINE_SECONDS} s: {expression}"
        page.wait_for_timeout(POLL_MS)


def _is_true(page: Page, expression: str) -> bool:
    try:
        return bool(page.evaluate(expression))
    except Error as error:
        if any(reason in error.message for reason in NAVIGATED):
            return False
        raise
