"""The common parts of commands for operators: parser, output, failure, and what is open meanwhile."""

import argparse
import errno
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from threading import current_thread, main_thread
from typing import Protocol, TypeVar

INTERRUPTED = 130


class CommandFailed(Exception):
    """The command failed; the message says why, in one line."""


class Openable(Protocol):
    """A pool or a connection that is opened before it is used, and closed in the end."""

    async def open(self) -> None:
        """Begin to connect."""

    async def close(self) -> None:
        """Close all connections."""


T = TypeVar("T", bound=Openable)


@asynccontextmanager
async def opened(part: T) -> AsyncIterator[T]:
    """Open the database or the broker for a block."""
    await part.open()
    try:
        yield part
    finally:
        await part.close()


def command_parser(module: str, description: str) -> argparse.ArgumentParser:
    """The parser of `python -m module`; it shows its description unchanged."""
    return argparse.ArgumentParser(
        prog=f"python -m {module}",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def say(line: str) -> None:
    """Write a line to standard output."""
    sys.stdout.write(f"{line}\n")


def visible(text: str) -> str:
    """The text in one line, with what a terminal would obey, or what is not seen, written out: `\\x1b`.

    Names, paths and files are others' words: an escape sequence in them could hide lines or fill a clipboard,
    and what follows a line end in them would look like a line of ours.
    """
    return "".join(
        letter if letter.isprintable() or letter == "\t" else letter.encode("unicode_escape").decode()
        for letter in text
    )


def visible_lines(text: str) -> str:
    """The same of a body or a traceback, whose line ends stay."""
    return "\n".join(map(visible, text.split("\n")))


@contextmanager
def ending_in_words() -> Iterator[None]:
    """End a command by Ctrl-C or on a full disk in one line, and quietly if its reader has enough.

    The exit status is 130, 1 or 0.
    """
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        discard_output()
        sys.exit(0)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        discard_output()
        sys.stderr.write(f"{error.strerror}\n")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        sys.exit(INTERRUPTED)


@contextmanager
def asking() -> Iterator[None]:
    """Let Ctrl-C and Ctrl-D end a question at once; asyncio would wait for its answer first.

    Only the main thread hears Ctrl-C. Raises `CommandFailed` if there is no answer.
    """
    before = signal.getsignal(signal.SIGINT)
    hears = current_thread() is main_thread()
    if hears:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    except (EOFError, KeyboardInterrupt) as no_answer:
        sys.stderr.write("\n")  # the cursor stands behind the question
        if isinstance(no_answer, EOFError):
            raise CommandFailed("nothing was entered") from None
        raise
    finally:
        if hears:
            signal.signal(signal.SIGINT, before)


def discard_output() -> None:
    """Send what is still buffered nowhere, after the reader of a pipe has closed it.

    Otherwise the interpreter would try to write it at its end, and complain.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
