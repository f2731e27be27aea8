"""Supervises background loops: a crashed loop is logged and started again."""

import asyncio
import functools
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import structlog

from libs.common.ending import end
from libs.common.metrics import background_task_restarts_total

Task = Callable[[], Coroutine[Any, Any, None]]

RESTART_DELAY_SECONDS = 0.5
RESTART_DELAY_SECONDS_MAX = 30.0
HEALTHY_AFTER_SECONDS = 60.0

log = structlog.get_logger(__name__)


class Supervisor:
    """Runs tasks until `stop`, which ends them in the given order."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        self._tasks = tasks
        self._running: list[asyncio.Task[None]] = []

    def start(self, group: asyncio.TaskGroup) -> None:
        """Start every task in the group."""
        self._running = [group.create_task(_kept_running(task), name=task_name(task)) for task in self._tasks]

    async def stop(self) -> None:
        """Cancel the tasks one after the other, each once the previous one has finished."""
        for running in self._running:
            await end(running)


def task_name(task: Callable[..., object]) -> str:
    """The name of a task in logs and metrics."""
    function = task.func if isinstance(task, functools.partial) else task
    return getattr(function, "__name__", type(function).__name__)


async def _kept_running(task: Task) -> None:
    loop, delay = asyncio.get_running_loop(), RESTART_DELAY_SECONDS
    while True:
        started = loop.time()
        try:
            await task()
            log.warning("task_ended", task=task_name(task), restart_in_seconds=delay)
        except Exception:
            log.exception("task_crashed", task=task_name(task), restart_in_seconds=delay)
        background_task_restarts_total.labels(task_name(task)).inc()
        await asyncio.sleep(delay)
        ran_well = loop.time() - started > HEALTHY_AFTER_SECONDS
        delay = RESTART_DELAY_SECONDS if ran_well else min(delay * 2, RESTART_DELAY_SECONDS_MAX)
