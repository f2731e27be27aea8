"""Progress bars of operators' commands, on stderr; nothing is written where that is no terminal."""

import time
from collections.abc import Callable
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

LATE_SECONDS = 2.0


def progress_bar(console: Console | None = None) -> Progress:
    """A bar that disappears at its end. Meanwhile stdout stays what it is, so that it can be a file."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console or Console(stderr=True), transient=True, redirect_stdout=False)


class LateProgress:
    """One bar, shown once the work takes longer than 2 s, unless it is `hidden`. A context manager."""

    def __init__(
        self,
        task: str,
        *,
        total: float = 1.0,
        hidden: bool = False,
        console: Console | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bar = progress_bar(console)
        self._task = self._bar.add_task(task, total=total)
        self._hidden = hidden
        self._clock = clock
        self._started = clock()

    def reach(self, completed: float, task: str) -> None:
        """So much of the total is done; `task` says what is being done now."""
        self._bar.update(self._task, completed=completed, description=task)
        late = self._clock() - self._started > LATE_SECONDS
        if late and not self._hidden and self._bar.console.is_terminal and not self._bar.live.is_started:
            self._bar.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar.live.is_started:
            self._bar.stop()
