"""A small disk of its own for a test that fills it."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Disk:
    """The disk that is mounted at `folder`."""

    folder: Path

    def fill(self) -> None:
        """Take all space that is left."""
        with self._ballast.open("ab", buffering=0) as ballast:
            try:
                while ballast.write(bytes(MIB)):
                    pass
            except OSError:
                return  # full

    def make_room_for(self, kib: int) -> None:
        """Give so much of the space back."""
        os.truncate(self._ballast, self._ballast.stat().st_size - kib * 1024)

    def make_room(self) -> None:
        """Give the space back."""
        self._ballast.unlink()

    @property
    def _ballast(self) -> Path:
        return self.folder / "ballast"


@contextmanager
def small_disk_of_a_server(kib: int) -> Iterator[Disk]:
    """A small disk in a folder that the server's user may enter, as it may not enter pytest's."""
    with (
        TemporaryDirectory(prefix="mostrador_disk_") as folder,
        small_disk(Path(folder) / "disk", kib) as disk,
    ):
        yield disk


@contextmanager
def small_disk(folder: Path, kib: int) -> Iterator[Disk]:
    """A disk of this size at the new `folder`; skips the test where it may not be mounted."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a disk")
    folder.mkdir()
    options = f"size={kib}k,mode=0755"
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    mounted = subprocess.run(command, check=False, capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
