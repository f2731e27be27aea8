"""Requests, or only their answers, that get lost between a page and the shop."""

from contextlib import suppress

from playwright.sync_api import Error, Route


def lose_request(route: Route) -> None:
    """The shop is not reached."""
    with suppress(Error):  # the browser may be killed meanwhile
        route.abort()


def lose_answer(route: Route) -> None:
    """The shop does what was posted, and the page does not hear of it."""
    if route.request.method == "POST":
        assert route.fetch().ok
    route.abort()
