"""Waits for a condition in another process by polling until a deadline."""

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
