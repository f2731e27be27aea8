import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from libs.common import faults
from libs.common.faults import TEST_RUN, Boundary, FaultsRefused, allow_faults, reached

PROGRAM = """
import sys
from pathlib import Path
from libs.common.faults import Boundary, allow_faults, reached
allow_faults(Path(sys.argv[1]))
reached(Boundary.AFTER_ORDER)
print("went on")
"""


@pytest.fixture(autouse=True)
def not_allowed_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "_folder", None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / TEST_RUN).write_text(str(os.getpid()))
    return tmp_path


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder)], check=False, capture_output=True, text=True
    )


def test_a_process_ends_at_an_armed_boundary_once(folder: Path) -> None:
    (folder / Boundary.AFTER_ORDER).touch()
    assert run(folder).returncode == -signal.SIGKILL
    assert run(folder).stdout == "went on\n"


def test_another_boundary_ends_nothing(folder: Path) -> None:
    (folder / Boundary.BEFORE_ORDER).touch()
    assert run(folder).stdout == "went on\n"
    assert (folder / Boundary.BEFORE_ORDER).exists()


def test_without_the_setting_an_armed_boundary_is_not_looked_for(folder: Path) -> None:
    (folder / Boundary.AFTER_ORDER).touch()
    allow_faults(None)
    reached(Boundary.AFTER_ORDER)
    assert (folder / Boundary.AFTER_ORDER).exists()


@pytest.mark.parametrize("named", [None, "", "not a number", "0x1", "4194305"])
def test_a_folder_that_names_no_living_test_run_is_refused(tmp_path: Path, named: str | None) -> None:
    if named is not None:
        (tmp_path / TEST_RUN).write_text(named)
    with pytest.raises(FaultsRefused):
        allow_faults(tmp_path)


def test_an_installation_without_test_code_refuses_every_folder(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setattr(faults, "find_spec", lambda _: None)
    with pytest.raises(FaultsRefused):
        allow_faults(folder)
