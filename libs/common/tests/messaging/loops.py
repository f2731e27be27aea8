"""Endless loops in the background of a test."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from libs.common.clock import system_clock
from libs.common.commands import opened
from libs.common.db.database import Database
from libs.common.ending import end
from libs.common.messaging.broker import Broker
from libs.common.messaging.outbox import Outbox


@asynccontextmanager
async def running(loop: Coroutine[Any, Any, None]) -> AsyncIterator[asyncio.Task[None]]:
    """Run an endless loop beside the block, and cancel it at the end. A loop that crashed fails the test."""
    task = asyncio.ensure_future(loop)
    try:
        yield task
    finally:
        await end(task)
    if not task.cancelled():
        task.result()


@asynccontextmanager
async def a_broker(url: str, prefix: str, *, declares: bool = True) -> AsyncIterator[Broker]:
    """A broker that is connected."""
    broker = Broker(url, prefix=prefix, name="test", declares=declares)
    async with opened(broker):
        await asyncio.wait_for(broker.connected(), 30)
        yield broker


@asynccontextmanager
async def a_database(url: str, outbox: Outbox | None = None) -> AsyncIterator[Database]:
    """A database that is open, with the outbox of sales."""
    database = Database(url, events=outbox or Outbox("sales", system_clock), size=4)
    async with opened(database):
        yield database
