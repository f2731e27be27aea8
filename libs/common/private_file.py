"""Writes files that only their owner may read."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def private_file(path: Path, text: str) -> Iterator[None]:
    """Write a file when the block ends without an error, atomically; only its owner may read it.

    It is written under another name before the block, so that a folder that does not allow it is found first.
    """
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    try:
        yield
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)
