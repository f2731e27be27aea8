"""Shows the steps of `make up`, one line each with its duration, with or without a terminal."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol, Self

from rich.console import Console
from rich.markup import escape
from rich.status import Status

Tell = Callable[[str], None]


class Steps(Protocol):
    """Reports steps as they begin and end; steps may be nested."""

    def step(self, name: str) -> AbstractContextManager[Tell]:
        """Run the block as one step; it gets a function that reports the step's progress."""
        ...

    def note(self, line: str) -> None:
        """Report a line that is not a step."""
        ...


class SilentSteps:
    """Reports nothing, where nobody waits for the steps."""

    @contextmanager
    def step(self, name: str) -> Iterator[Tell]:
        """See `Steps`."""
        yield lambda _: None

    def note(self, line: str) -> None:
        """See `Steps`."""


class ConsoleSteps:
    """Shows running steps in the last line of a terminal; elsewhere it writes only finished lines."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._running: dict[str, str] = {}
        self._interrupted = False
        self._status: Status | None = Status("", console=console) if console.is_terminal else None

    def __enter__(self) -> Self:
        if self._status:
            self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._status:
            self._status.stop()

    @contextmanager
    def step(self, name: str) -> Iterator[Tell]:
        """See `Steps`."""
        if self._interrupted:
            raise KeyboardInterrupt
        started = time.monotonic()
        self._show(name, "")
        mark = "[red]✗[/]"
        try:
            yield lambda detail: self._detail(name, detail)
            mark = "[green]✓[/]"
        finally:
            seconds = time.monotonic() - started
            self._running.pop(name)
            self._console.print(f"{mark} {escape(name):<48} {seconds:5.1f} s", highlight=False)
            self._refresh()

    def interrupt(self, *_: object) -> None:
        """Handle SIGINT: end the step or, if a library has swallowed the exception, the next one."""
        self._interrupted = True
        raise KeyboardInterrupt

    def note(self, line: str) -> None:
        """See `Steps`."""
        self._console.print(f"  {escape(line)}", highlight=False, soft_wrap=True)

    def _detail(self, name: str, detail: str) -> None:
        if self._status:
            self._show(name, detail)
        else:
            self.note(f"{name}: {detail}")

    def _show(self, name: str, detail: str) -> None:
        self._running[name] = detail
        self._refresh()

    def _refresh(self) -> None:
        if self._status:
            running = [f"{name} ({detail})" if detail else name for name, detail in self._running.items()]
            self._status.update(escape(", ".join(running)[: self._console.width - 4]))
