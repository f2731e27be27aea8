"""The moments at which a batch may start."""

from types import SimpleNamespace

import pytest

from libs.common.messaging import pace
from libs.common.messaging.pace import Pace


class Clock:
    """The time of an event loop in which only waiting takes any."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def time(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds

    async def seconds_for(self, batches: int, pace: Pace) -> float:
        started = self.now
        for _ in range(batches):
            await pace.keep()
        return self.now - started


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(pace, "asyncio", SimpleNamespace(get_running_loop=lambda: clock, sleep=clock.sleep))
    return clock


async def test_a_few_batches_follow_each_other_at_once(clock: Clock) -> None:
    pace = Pace(per_second=0.5, burst=5)
    assert await clock.seconds_for(5, pace) == 0
    assert await clock.seconds_for(1, pace) == 2


async def test_under_load_batches_keep_their_distance(clock: Clock) -> None:
    assert await clock.seconds_for(9, Pace(per_second=50, burst=5)) == pytest.approx(4 / 50)


async def test_after_a_quiet_spell_nothing_waits(clock: Clock) -> None:
    pace = Pace(per_second=4, burst=2)
    await clock.seconds_for(3, pace)
    clock.now += 0.6
    assert await clock.seconds_for(2, pace) == 0
