"""Where does a process write when nobody reads its stdout? A file of its own that never gets too long."""

import math
import os
import stat
from pathlib import Path

MIB = 1024 * 1024
BYTES_MAX = 20 * MIB
KEPT = 3
STDOUT, STDERR = 1, 2


class LogFile:
    """Takes the place of stdout and stderr, so that the last words of a crash are in it too.

    When it is full it becomes `<name>.1` (and `.1` becomes `.2`, up to `KEPT`) and a new one begins.
    A path belongs to one process at a time.
    """

    def __init__(self, path: Path, *, bytes_max: int = BYTES_MAX) -> None:
        self._path = path
        self._bytes_max = bytes_max
        self._left = math.inf
        self._open()

    def write(self, line: bytes) -> None:
        """The line, whole and at once."""
        if len(line) > self._left:
            self._begin_anew()
        self._left -= os.write(STDOUT, line)

    def _open(self) -> None:
        opened = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
        for standard in (STDOUT, STDERR):
            os.dup2(opened, standard)
        found = os.fstat(opened)
        # A device (/dev/null) or a pipe is nobody's to rename.
        self._left = self._bytes_max - found.st_size if stat.S_ISREG(found.st_mode) else math.inf
        os.close(opened)

    def _begin_anew(self) -> None:
        for number in range(KEPT, 0, -1):
            older = self._path if number == 1 else self._numbered(number - 1)
            if older.exists():
                older.replace(self._numbered(number))
        self._open()

    def _numbered(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}")
