"""A process is killed also if it ends by itself just then, as one that reaches an armed boundary."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.suite import LocalSuite
from deploy.local.supervision import ProcessState


class Suite(LocalSuite):
    """A suite whose supervisor says these states of `sales`, one after the other."""

    def __init__(self, folder: Path, *states: tuple[str, int]) -> None:
        super().__init__(folder)
        self._states: Iterator[tuple[str, int]] = iter(states)

    def states(self) -> dict[str, ProcessState]:
        state, pid = next(self._states)
        return {"sales": ProcessState("sales", "services", state, pid, 0)}


@pytest.fixture
def ended() -> int:
    """The id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_what_has_ended_by_itself_counts_as_killed(tmp_path: Path) -> None:
    Suite(tmp_path, ("EXITED", 0)).kill("sales")


def test_what_ends_meanwhile_counts_as_killed(tmp_path: Path, ended: int) -> None:
    Suite(tmp_path, ("RUNNING", ended), ("RUNNING", ended), ("BACKOFF", 0)).kill("sales")


@pytest.mark.parametrize("state", ["STOPPED", "FATAL"])
def test_what_does_not_run_is_not_killed(tmp_path: Path, state: str) -> None:
    with pytest.raises(AssertionError, match="sales does not run"):
        Suite(tmp_path, (state, 0)).kill("sales")
