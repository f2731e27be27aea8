"""Deliveries are taken in batches of what has arrived, without waiting for more."""

from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest

from libs.common.errors import Unavailable
from libs.common.messaging.deliveries import Deliveries
from libs.common.messaging.pace import Pace


class CountingPace(Pace):
    """Lets everything through, and counts."""

    def __init__(self) -> None:
        super().__init__()
        self.kept = 0

    async def keep(self) -> None:
        """Once more."""
        self.kept += 1


class FakeQueue:
    """Delivers what the test tells it to."""

    def __init__(self) -> None:
        self.underlay = SimpleNamespace(on_consumer_cancel_callbacks=set())
        self.channel = SimpleNamespace(close_callbacks=set(), get_underlay_channel=self._underlay)
        self.deliver: Callable[[Any], Awaitable[None]]

    async def consume(self, deliver: Callable[[Any], Awaitable[None]], **_: object) -> str:
        """Remember whom to deliver to."""
        self.deliver = deliver
        return "tag"

    async def _underlay(self) -> SimpleNamespace:
        return self.underlay


@pytest.fixture
def queue() -> FakeQueue:
    return FakeQueue()


@pytest.fixture
async def deliveries(queue: FakeQueue) -> Deliveries:
    deliveries = Deliveries(queue)  # type: ignore[arg-type] # a fake of the few members it uses
    await deliveries.start(None)
    return deliveries


async def test_what_is_there_comes_together_up_to_a_number(queue: FakeQueue, deliveries: Deliveries) -> None:
    for number in range(5):
        await queue.deliver(number)
    batches: list[Any] = [await deliveries.batch(3), await deliveries.batch(3)]
    assert batches == [[0, 1, 2], [3, 4]]


async def test_a_batch_that_is_not_full_keeps_the_pace(queue: FakeQueue, deliveries: Deliveries) -> None:
    pace = CountingPace()
    for number in range(2):
        await queue.deliver(number)
    await deliveries.batch(3, pace)
    assert pace.kept == 1


async def test_a_full_batch_does_not_wait(queue: FakeQueue, deliveries: Deliveries) -> None:
    pace = CountingPace()
    for number in range(3):
        await queue.deliver(number)
    await deliveries.batch(3, pace)
    assert pace.kept == 0


async def test_when_no_more_can_come_the_broker_is_away(queue: FakeQueue, deliveries: Deliveries) -> None:
    for ended in queue.channel.close_callbacks:
        ended(None, ConnectionResetError())
    with pytest.raises(Unavailable):
        await deliveries.batch(3)
