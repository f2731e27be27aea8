"""The log file of a process that writes its own log (docs/adr/0018)."""

import math
import os
import stat
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

MIB = 1024 * 1024
BYTES_MAX = 20 * MIB
KEPT = 3
STDOUT, STDERR = 1, 2


class LogFile(RotatingFileHandler):
    """A file that replaces stdout and stderr, so that it also has the last output before a crash.

    When it is full it becomes `<name>.1` (and `.1` becomes `.2`, up to `KEPT`) and a new one begins.
    Only one process at a time may use a path.

    Only rotation uses the standard library: its handler would format each line twice to know the length.
    """

    def __init__(self, path: Path, *, bytes_max: int = BYTES_MAX) -> None:
        self._bytes_max = bytes_max
        self._left = math.inf
        self._is_cut_off = False
        super().__init__(path, backupCount=KEPT)

    def write(self, line: bytes) -> None:
        """Write a whole line at once, unbuffered. Raises `OSError` if the disk has no room for it."""
        if len(line) > self._left:
            # If no new file can be made, lines go on into the old one: each further try would drop one more.
            self._left = self._bytes_max
            self.doRollover()
        if self._is_cut_off:  # by a full disk, in its last line
            line = b"\n" + line
        written = os.write(STDOUT, line)
        self._left -= written
        self._is_cut_off = written < len(line)

    def _open(self) -> TextIOWrapper:
        opened = os.fdopen(os.open(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640), "a")
        for standard in (STDOUT, STDERR):
            os.dup2(opened.fileno(), standard)
        found = os.fstat(opened.fileno())
        # A device (/dev/null) or a pipe is never renamed.
        self._left = self._bytes_max - found.st_size if stat.S_ISREG(found.st_mode) else math.inf
        return opened
