"""Progress bars of operators' commands, on stderr."""

import time
from collections.abc import Callable
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

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
        hidden: bool = False,
        console: Console | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bar = progress_bar(console)
        self._task = self._bar.add_task(task, total=1.0)
        self._hidden = hidden
        self._clock = clock
        self._started = clock()

    def reach(self, completed: float, task: str) -> None:
        """So much of the work is done, from 0 to 1; `task` says what is being done now."""
        self._bar.update(self._task, completed=completed, description=task)
        late = self._clock() - self._started > LATE_SECONDS
        if late and not self._hidden and self._bar.console.is_terminal and not self._bar.live.is_started:
            self._bar.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar.live.is_started:
            self._bar.stop()


class StepProgress:
    """The steps of a long command, one after the other: a bar for each. A context manager.

    Where that is no terminal, a line for each step that took longer than 2 s. `counts` are the items done of
    every step that has items.
    """

    def __init__(
        self, *, console: Console | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._bar = progress_bar(console)
        self._clock = clock
        self._step: str | None = None
        self._task: TaskID | None = None
        self._started = clock()
        self.counts: dict[str, int] = {}

    def begin(self, step: str, total: int | None = None) -> None:
        """A step begins, and the one before has ended. `total`: about how many items it has."""
        self._end()
        self._step, self._started = step, self._clock()
        self._task = self._bar.add_task(step, total=total or None)
        if total is not None:
            self.counts[step] = 0

    def advance(self, count: int) -> None:
        """This many more items of the step are done."""
        assert self._step is not None
        assert self._task is not None
        done = self.counts[self._step] = self.counts.get(self._step, 0) + count
        self._bar.update(self._task, advance=count, description=f"{done:,} {self._step}")

    def __enter__(self) -> Self:
        if self._bar.console.is_terminal:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end()
        if self._bar.live.is_started:
            self._bar.stop()

    def _end(self) -> None:
        """Fill the bar of the step that is over, or say how long it took."""
        if self._task is None:
            return
        seconds = self._clock() - self._started
        done = self.counts.get(self._step or "", 0)
        self._bar.update(self._task, total=max(done, 1), completed=max(done, 1))
        if seconds > LATE_SECONDS and not self._bar.console.is_terminal:
            what = f"{done:,} {self._step}" if done else self._step
            self._bar.console.print(f"{what}: {seconds:.1f} s", highlight=False)
        self._task = None
