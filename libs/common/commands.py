"""The common parts of commands for operators: parser, output, failure, and what is open meanwhile."""

import argparse
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol, TypeVar


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


def discard_output() -> None:
    """Send what is still buffered nowhere, after the reader of a pipe has closed it.

    Otherwise the interpreter would try to write it at its end, and complain.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
