"""Writes files that only their owner may read, or a few others."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OWNER_ONLY = 0o600


@contextmanager
def private_file(path: Path, text: str, *, mode: int = OWNER_ONLY) -> Iterator[None]:
    """Write a file when the block ends without an error, atomically; `mode` says who may read it.

    It is written under another name before the block, so that a folder that does not allow it is found first.
    """
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())  # a rename may reach the disk before the text does
        yield
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)


def write_private(path: Path, text: str, *, mode: int = OWNER_ONLY) -> None:
    """Write a file atomically; `mode` says who may read it."""
    with private_file(path, text, mode=mode):
        pass
