"""Ends a task in the background for certain."""

import asyncio

# Before Python 3.12 `asyncio.wait_for`, which the connection pool and the broker's client use, can lose a
# cancellation that comes with its result; the broker's client turns one into the error of a broken channel.
CANCEL_AGAIN_SECONDS = 8.0
"""Longer than the last batch may take."""


async def end(task: asyncio.Task[None], *, cancel_again_seconds: float = CANCEL_AGAIN_SECONDS) -> None:
    """Cancel the task and wait until it is done; one that runs on for so long is cancelled again."""
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=cancel_again_seconds)
