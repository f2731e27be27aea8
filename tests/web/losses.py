"""Requests, or only their answers, that get lost between a page and the shop."""

import time
from contextlib import suppress

from playwright.sync_api import Error, Page, Route

from tests.web.waiting import DEADLINE_SECONDS, POLL_MS

NEVER_GIVES_UP = "AbortSignal.timeout = () => new AbortController().signal"
"""A page waits for each answer as long as it takes."""
TELLS_OF_THE_NETWORK = "**/api/sync/bootstrap/"
"""A till without a network asks for this every 2 s: unless it is held back, the network is back at once."""


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
    """Hold requests back from now on, at most so many. Answers those that are held, as they come.

    The page does not give up meanwhile, nor after a reload: it would after 10 s, and machines are busy.
    """
    page.add_init_script(NEVER_GIVES_UP)
    page.evaluate(NEVER_GIVES_UP)
    held: list[Route] = []

    def keep(route: Route) -> None:
        held.append(route)

    page.route(url, keep, times=times)
    return held


def wait_until_held(page: Page, held: list[Route], *, count: int = 1) -> None:
    """Wait until so many are held back, which the browser tells after the requests themselves."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while len(held) < count:
        assert time.monotonic() < deadline, f"{len(held)} held back within {DEADLINE_SECONDS} s, not {count}"
        page.wait_for_timeout(POLL_MS)
