"""Requests, or only their answers, that get lost between a page and the shop."""

import time
from contextlib import suppress

from playwright.sync_api import Error, Page, Route

from tests.web.waiting import DEADLINE_SECONDS, POLL_MS

NEVER_GIVES_UP = "AbortSignal.timeout = () => new AbortController().signal"
"""What is held back stays asked for: a page gives up after 10 s, which a busy machine may need."""


def lose_request(route: Route) -> None:
    """The shop is not reached."""
    with suppress(Error):  # the browser may be killed meanwhile
        route.abort()


def lose_answer(route: Route) -> None:
    """The shop does what was posted, and the page does not hear of it."""
    if route.request.method == "POST":
        assert route.fetch().ok
    route.abort()


def hold(page: Page, url: str, *, times: int | None = None) -> list[Route]:
    """Hold requests back from now on, at most so many. Answers those that are held, as they come."""
    held: list[Route] = []

    def keep(route: Route) -> None:
        held.append(route)

    page.route(url, keep, times=times)
    return held


def wait_until_held(page: Page, held: list[Route]) -> None:
    """Wait until one is held back, which the browser tells after the request itself."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not held:
        assert time.monotonic() < deadline, f"nothing was held back within {DEADLINE_SECONDS} s"
        page.wait_for_timeout(POLL_MS)
