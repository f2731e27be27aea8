"""The common parts of commands for operators: the parser and the failure."""

import argparse
import os
import sys


class CommandFailed(Exception):
    """The command failed; the message says why, in one line."""


def command_parser(module: str, description: str) -> argparse.ArgumentParser:
    """The parser of `python -m module`; it shows its description unchanged."""
    return argparse.ArgumentParser(
        prog=f"python -m {module}",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def discard_output() -> None:
    """Send what is still buffered nowhere, after the reader of a pipe has closed it.

    Otherwise the interpreter would try to write it at its end, and complain.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
