"""The terminal of `make`'s commands: their console, their questions, and one command at a time."""

import argparse
import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

from rich.console import Console
from rich.markup import escape

from deploy.local.state import StateFolder
from deploy.local.suite import LocalSuite
from deploy.local.switches import is_on
from libs.common import commands
from libs.servers.processes import ServerFailed


class PipedConsole(Console):
    """Ends a command quietly if the reader of its output has enough (`| head`)."""

    def on_broken_pipe(self) -> None:
        """See `Console`, which would end it with 1."""
        raise BrokenPipeError


class WorkConsole(PipedConsole):
    """Goes on without output where that cannot be written any more: a restore must not end half-way for it.

    The reader has enough, the terminal is gone, or the disk of the file is full.
    """

    def print(self, *objects: Any, **options: Any) -> None:
        """See `Console`."""
        try:
            super().print(*objects, **options)
        except OSError:
            commands.discard_output()


FAILED = 1  # the exit code; see also `commands.INTERRUPTED`

console = WorkConsole(soft_wrap=True)


@contextmanager
def ending_in_words() -> Iterator[None]:
    """End the program with a sentence and 1 where the suite fails, and else as every command ends."""
    with commands.ending_in_words():
        try:
            yield
        except ServerFailed as failure:
            tell_failed(failure)
            sys.exit(FAILED)


def tell_failed(failure: Exception) -> None:
    """Print what has failed: its first line, and the others below."""
    what, *details = str(failure).splitlines()
    console.print(f"[red]Failed:[/] {escape(what)}", highlight=False)
    for line in details:
        console.print(f"  [dim]{escape(line)}[/]", highlight=False)


def agreed(consequence: str) -> bool:
    """Ask in a terminal, unless YES=1; without one, the command itself is the agreement."""
    if not sys.stdin.isatty() or is_on("YES", os.environ):
        return True
    try:
        answer = console.input(f"{consequence} Go on? [y/N] ", markup=False)
    except EOFError:
        console.print()
        return False
    return answer.strip().lower() in {"y", "yes"}


def running(arguments: argparse.Namespace) -> LocalSuite:
    """The suite of `--state-dir`. Raises `ServerFailed` if it does not run."""
    suite = LocalSuite(arguments.state_dir)
    suite.require_running()
    return suite


def alone(arguments: argparse.Namespace) -> AbstractContextManager[None]:
    """Refuse a command that starts, stops, copies or replaces a suite while another one does."""
    return alone_in(StateFolder(arguments.state_dir), arguments.run.__name__)


@contextmanager
def alone_in(state: StateFolder, command: str) -> Iterator[None]:
    """Refuse this command while another one has the suite for itself; see `alone`."""
    with (state.make().path / "lock").open("a+b", buffering=0) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().decode() or "another command"
            raise ServerFailed(f"{holder} is at work just now: wait until it has ended, or end it") from None
        with suppress(OSError):  # a suite can be stopped while the disk is full
            file.truncate(0)
            file.write(f"make {command} (process {os.getpid()})".encode())
        yield
