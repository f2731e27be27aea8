"""Tries again while a service or a database is away, for commands that may wait longer than a request."""

from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_delay, wait_random

from libs.common.errors import Unavailable

PAUSE_SECONDS = (0.2, 2.0)


def while_unavailable(seconds: float) -> AsyncRetrying:
    """Tries again what raises `Unavailable`; raises it if that still happens after this number of seconds."""
    return AsyncRetrying(
        retry=retry_if_exception_type(Unavailable),
        stop=stop_after_delay(seconds),
        wait=wait_random(*PAUSE_SECONDS),
        reraise=True,
    )
