"""The virtual environment is made with progress, or a line says why it is not."""

import sys
from pathlib import Path

import pytest

from deploy.local import setup
from deploy.local.setup import NoIndex, SetupFailed, bundled_pip, install

RETRYING = "WARNING: Retrying (Retry(total=4, connect=None)) after connection broken by 'NewConnectionError'"
FETCHED = "  Downloading aiohttp-3.14.5-cp311-manylinux.whl (1.7 MB)"


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "dev.txt"
    path.write_text("aiohttp==3.14.5 \\\n    --hash=sha256:0\nyarl==1.0 \\\n    --hash=sha256:1\n")
    return path


def pip_that(does: str) -> list[str]:
    """A command in place of pip."""
    return [sys.executable, "-c", does]


def pip_that_says(*lines: str, status: int = 0) -> list[str]:
    return pip_that(f"import sys\nfor line in {lines!r}: print(line, flush=True)\nsys.exit({status})")


def test_python_brings_a_pip() -> None:
    assert bundled_pip().suffix == ".whl"


def test_an_index_that_does_not_answer_ends_it_at_once(lock: Path) -> None:
    pip = pip_that(f"print({RETRYING!r}, flush=True)\nimport threading; threading.Event().wait()")
    with pytest.raises(NoIndex):
        install(pip, lock)


def test_a_connection_that_breaks_later_is_tried_again_by_pip(lock: Path) -> None:
    install(pip_that_says(FETCHED, RETRYING), lock)


def test_progress_counts_the_packages(
    lock: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "BEAT_SECONDS", 0)
    metadata = "  Downloading aiohttp-3.14.5.whl.metadata (8 kB)"
    install(pip_that_says(metadata, FETCHED, "Installing collected packages: aiohttp"), lock)
    told = [line.strip().partition(",")[0] for line in capsys.readouterr().out.splitlines()]
    assert told == ["0/2 packages", "1/2 packages", "1/2 packages"]


def test_another_failure_is_told_with_the_end_of_what_pip_said(lock: Path) -> None:
    with pytest.raises(SetupFailed, match="hashes do not match"):
        install(pip_that_says(FETCHED, "ERROR: the hashes do not match", status=1), lock)


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (NoIndex(), "No network: the package index does not answer"),
        (SetupFailed("why"), "could not be made: why"),
    ],
)
def test_a_failure_is_one_line_and_an_exit_status(
    failure: Exception, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise failure

    monkeypatch.setattr(setup, "make", fail)
    monkeypatch.setattr(sys, "argv", ["setup", ".venv", "dev.txt"])
    assert setup.main() == 1
    _, line = capsys.readouterr().out.splitlines()
    assert told in line
