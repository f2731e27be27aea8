"""The terminal of `make`'s commands: their console, their questions, and one command at a time."""

import argparse
import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from rich.console import Console
from rich.markup import escape

from deploy.local.state import StateFolder
from deploy.local.suite import LocalSuite
from deploy.local.switches import is_on
from libs.servers.processes import ServerFailed


class PipedConsole(Console):
    """Ends a command quietly if the reader of its output has enough (`| head`)."""

    def on_broken_pipe(self) -> None:
        """See `Console`, which would end it with 1."""
        raise BrokenPipeError


console = PipedConsole(soft_wrap=True)


INTERRUPTED = 130


@contextmanager
def ending_in_words() -> Iterator[None]:
    """End the program with a sentence where it fails or Ctrl-C ends it: exit codes 1 and 130."""
    try:
        yield
    except ServerFailed as failure:
        tell_failed(failure)
        sys.exit(1)
    except KeyboardInterrupt:
        console.print("Interrupted.")
        sys.exit(INTERRUPTED)


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
    return console.input(f"{consequence} Go on? [y/N] ").strip().lower() in {"y", "yes"}


def running(arguments: argparse.Namespace) -> LocalSuite:
    """The suite of `--state-dir`. Raises `ServerFailed` if it does not run."""
    suite = LocalSuite(arguments.state_dir)
    if not suite.is_running():
        raise ServerFailed("Mostrador is not up. Start it with: make up")
    return suite


@contextmanager
def alone(arguments: argparse.Namespace) -> Iterator[None]:
    """Refuse a command that starts, stops, copies or replaces a suite while another one does."""
    state = StateFolder(arguments.state_dir).make()
    with (state.path / "lock").open("a+b", buffering=0) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().decode() or "another command"
            raise ServerFailed(f"{holder} is at work just now: wait until it has ended, or end it") from None
        with suppress(OSError):  # a suite can be stopped while the disk is full
            file.truncate(0)
            file.write(f"make {arguments.run.__name__} (process {os.getpid()})".encode())
        yield
