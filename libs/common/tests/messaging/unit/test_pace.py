"""The moments at which a batch may start."""

import asyncio
from contextlib import suppress

from libs.common.messaging.pace import Pace


async def seconds_for(batches: int, pace: Pace) -> float:
    loop = asyncio.get_running_loop()
    started = loop.time()
    for _ in range(batches):
        await pace.keep()
    return loop.time() - started


async def test_a_few_batches_follow_each_other_at_once() -> None:
    assert await seconds_for(5, Pace(per_second=0.5, burst=5)) < 2, "the sixth would wait for 2 s"


async def test_under_load_batches_keep_their_distance() -> None:
    assert await seconds_for(9, Pace(per_second=50, burst=5)) >= 4 / 50


async def test_after_a_quiet_spell_nothing_waits() -> None:
    pace = Pace(per_second=4, burst=2)
    await seconds_for(3, pace)
    with suppress(TimeoutError):
        async with asyncio.timeout(0.6):
            await asyncio.Event().wait()
    assert await seconds_for(2, pace) < 0.25
