"""Arms boundaries of a suite's processes, which then end there (`libs/common/faults.py`)."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from libs.common.faults import TEST_RUN, Boundary

HIT_WITHIN_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Faults:
    """The folder of armed boundaries, which processes get as `FAULTS`."""

    folder: Path

    def arm(self, boundary: Boundary) -> None:
        """Let the next process that reaches the boundary end there."""
        (self.folder / boundary).touch()

    def is_armed(self, boundary: Boundary) -> bool:
        """Whether no process has ended at the boundary since it was armed."""
        return (self.folder / boundary).exists()

    def assert_hit(self, boundary: Boundary) -> None:
        """Fail while the boundary is armed."""
        assert not self.is_armed(boundary), f"no process has reached {boundary}"

    def disarm_all(self) -> None:
        """Disarm every boundary."""
        for boundary in Boundary:
            (self.folder / boundary).unlink(missing_ok=True)


@contextmanager
def faults_of_this_run() -> Iterator[Faults]:
    """A folder that this process vouches for, open to the user of the suite's processes."""
    folder = Path(tempfile.mkdtemp(prefix="mostrador_faults_"))
    try:
        folder.chmod(0o777)  # processes of another user delete what ended them
        (folder / TEST_RUN).write_text(str(os.getpid()))
        yield Faults(folder)
    finally:
        shutil.rmtree(folder)
