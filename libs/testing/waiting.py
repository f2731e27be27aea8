"""Waits for a condition by polling until a deadline."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar, overload

T = TypeVar("T")
POLL_SECONDS = 0.02
PATIENCE_SECONDS = 30.0
"""Costs nothing where all is well, and lets a machine stall that is busy with other tests."""


@overload
def eventually(
    condition: Callable[[], Awaitable[T | None]], timeout: float = PATIENCE_SECONDS
) -> Coroutine[None, None, T]: ...


@overload
def eventually(
    condition: Callable[[], T | None], timeout: float = PATIENCE_SECONDS
) -> Coroutine[None, None, T]: ...


async def eventually(condition: Callable[[], Any], timeout: float = PATIENCE_SECONDS) -> Any:  # noqa: ASYNC109 - a deadline with its own message; see the overloads
    """The first true value of `condition`, a function or coroutine function, within `timeout` seconds.

    A failing assert inside counts as "not yet"; at the deadline the test fails with it.
    """
    deadline = time.monotonic() + timeout
    while True:
        try:
            found = condition()
            value = await found if inspect.isawaitable(found) else found
            failure = AssertionError(f"not within {timeout} s; the last answer was {value!r}")
        except AssertionError as not_yet:
            value, failure = None, not_yet
        if value:
            return value
        if time.monotonic() > deadline:
            raise failure
        await asyncio.sleep(POLL_SECONDS)
