"""The common parts of commands for operators: the parser and the failure."""

import argparse


class CommandFailed(Exception):
    """The command failed; the message says why, in one line."""


def command_parser(module: str, description: str) -> argparse.ArgumentParser:
    """The parser of `python -m module`; it shows its description unchanged."""
    return argparse.ArgumentParser(
        prog=f"python -m {module}",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
