"""Waits for a condition in another process by polling until a deadline, or sees that it holds."""

import time
from collections.abc import Callable

POLL_SECONDS = 0.1


def eventually(check: Callable[[], None], *, within_seconds: float) -> None:
    """Wait until `check` passes; at the deadline its failure is raised."""
    deadline = time.monotonic() + within_seconds
    while True:
        try:
            check()
        except AssertionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(POLL_SECONDS)
        else:
            return


def throughout(check: Callable[[], None], *, seconds: float) -> None:
    """Check again and again that nothing changes for a while, where nothing tells that all has happened."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        check()
        time.sleep(POLL_SECONDS)
