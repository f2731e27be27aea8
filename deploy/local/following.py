"""Follows log files that grow and rotate."""

import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

POLL_SECONDS = 0.2


@dataclass
class _Followed:
    """One file, which may not exist yet, and may be renamed and begun anew."""

    path: Path
    file: BinaryIO | None = None
    unfinished: bytes = b""

    def new_lines(self) -> Iterator[str]:
        """The whole lines since the last call."""
        while True:
            if self.file is None and not self._open():
                return
            yield from self._rest()
            if not self._was_replaced():
                return
            yield from self._rest()  # written between reading and renaming
            self.close()

    def last_lines(self, number: int) -> list[str]:
        """The last lines; afterwards `new_lines` goes on behind them."""
        return list(deque(self.new_lines(), maxlen=number))

    def close(self) -> None:
        """Close the file; the next call opens the path again."""
        if self.file is not None:
            self.file.close()
            self.file = None

    def _open(self) -> bool:
        try:
            self.file = self.path.open("rb")
        except FileNotFoundError:
            return False
        return True

    def _rest(self) -> Iterator[str]:
        assert self.file is not None
        for line in self.file:
            whole = self.unfinished + line
            if whole.endswith(b"\n"):
                self.unfinished = b""
                yield whole[:-1].decode(errors="replace")
            else:
                self.unfinished = whole

    def _was_replaced(self) -> bool:
        assert self.file is not None
        try:
            at_path = self.path.stat()
        except FileNotFoundError:
            return False  # renamed, and the new one is not there yet
        mine = os.fstat(self.file.fileno())
        return not os.path.samestat(at_path, mine) or at_path.st_size < self.file.tell()


@dataclass
class Logs:
    """The log files of processes, read together; a process has the name of its file."""

    paths: Sequence[Path]
    _files: list[_Followed] = field(init=False)

    def __post_init__(self) -> None:
        self._files = [_Followed(path) for path in self.paths]

    def last(self, number: int) -> list[tuple[str, str]]:
        """Process and line of the last lines of each file."""
        return [(each.path.stem, line) for each in self._files for line in each.last_lines(number)]

    def follow(self, until: Callable[[], bool] = lambda: False) -> Iterator[tuple[str, str]]:
        """Process and line of every new line, as it is written."""
        while not until():
            found = False
            for each in self._files:
                for line in each.new_lines():
                    found = True
                    yield each.path.stem, line
            if not found:
                time.sleep(POLL_SECONDS)
