"""A task is ended for certain."""

import asyncio

from libs.common.ending import end


async def test_a_task_that_loses_a_cancellation_is_cancelled_again() -> None:
    lost: list[BaseException] = []

    async def losing_the_first() -> None:
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError as cancellation:
                if lost:
                    raise
                lost.append(cancellation)

    task = asyncio.ensure_future(losing_the_first())
    await asyncio.sleep(0)
    await end(task, cancel_again_seconds=0.01)
    assert (len(lost), task.cancelled()) == (1, True)


async def test_a_task_that_is_done_is_left_as_it_ended() -> None:
    async def crashing() -> None:
        raise ValueError("crashed")

    task = asyncio.ensure_future(crashing())
    await asyncio.wait([task])
    await end(task)
    assert str(task.exception()) == "crashed"
