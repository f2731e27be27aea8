"""Makes the virtual environment: `python -m deploy.local.setup FOLDER LOCK`. It needs nothing but Python.

Shows how many packages are there. If the package index does not answer, it says so in one line within
seconds; pip alone would try again for minutes.
"""

from __future__ import annotations  # an older Python gets as far as the line that says so

import importlib.util
import re
import subprocess
import sys
import sysconfig
import time
import venv
from collections import deque
from collections.abc import Iterable, Sequence
from pathlib import Path

OLDEST_PYTHON = (3, 11)
CONNECT_SECONDS = 5
BEAT_SECONDS = 10
"""Without a terminal a line is written so often."""
PACKAGE = re.compile(r"^(?P<name>[A-Za-z0-9][\w.-]*)==", re.MULTILINE)
FETCHED = re.compile(r"^\s*(Downloading|Using cached|Processing) (?P<file>\S+)")
NO_ANSWER = re.compile(r"Retrying \(Retry\(")
TOLD_LINES = 8


class NoIndex(Exception):
    """The package index does not answer."""


class SetupFailed(Exception):
    """pip failed; the message is the end of its output."""


class Progress:
    """Shows the number of fetched packages: in a terminal in place, else as a line from time to time."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._begun = self._told_at = time.monotonic()
        self._is_terminal = sys.stdout.isatty()

    def tell(self, fetched: int, doing: str) -> None:
        """Show the state."""
        now = time.monotonic()
        if not self._is_terminal and now - self._told_at < BEAT_SECONDS:
            return
        self._told_at = now
        line = f"{fetched}/{self._total} packages, {now - self._begun:.0f} s: {doing}"
        sys.stdout.write(f"\r\033[K  {line[:76]}" if self._is_terminal else f"  {line}\n")
        sys.stdout.flush()

    def end(self) -> None:
        """Take the line back."""
        if self._is_terminal:
            sys.stdout.write("\r\033[K")
            sys.stdout.flush()


def make(folder: Path, lock: Path) -> None:
    """Make the environment. Raises `NoIndex`, `SetupFailed`.

    pip runs from the wheel that Python brings, and is installed last: it takes longer than asking the index.
    """
    venv.create(folder, symlinks=True)
    python = str(folder / "bin" / "python")
    install([python, str(bundled_pip() / "pip")], lock)
    subprocess.run([python, "-I", "-m", "ensurepip", "--default-pip"], check=True, capture_output=True)


def bundled_pip() -> Path:
    """Python's own pip, as a wheel. Raises `SetupFailed` if the system's package leaves it out."""
    spec = importlib.util.find_spec("ensurepip")
    folders = [Path(str(sysconfig.get_config_var("WHEEL_PKG_DIR")))]
    if spec and spec.origin:
        folders.append(Path(spec.origin).parent / "_bundled")
        for wheel in (wheel for folder in folders for wheel in folder.glob("pip-*.whl")):
            return wheel
    raise SetupFailed("Python's venv is not complete (Debian, Ubuntu: sudo apt-get install python3-venv)")


def install(pip_command: Sequence[str], lock: Path) -> None:
    """Install the packages of a lock with hashes. Raises `NoIndex`, `SetupFailed`."""
    pip = subprocess.Popen(
        [
            *(*pip_command, "install", "--disable-pip-version-check", "--no-input"),
            *("--progress-bar", "off", "--timeout", str(CONNECT_SECONDS)),
            *("--require-hashes", "-r", str(lock)),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert pip.stdout is not None
    progress = Progress(len(set(PACKAGE.findall(lock.read_text()))))
    try:
        said = _watch(pip.stdout, progress)
    except BaseException:
        pip.kill()
        raise
    finally:
        progress.end()
        pip.stdout.close()
        failed = pip.wait() != 0
    if failed:
        raise SetupFailed("\n".join(said))


def _watch(output: Iterable[str], progress: Progress) -> deque[str]:
    """Follow pip's output to its end and return the last lines."""
    said: deque[str] = deque(maxlen=TOLD_LINES)
    fetched = 0
    for line in output:
        said.append(line.rstrip())
        if found := FETCHED.match(line):
            fetched += not found["file"].endswith(".metadata")
            progress.tell(fetched, found["file"].rpartition("/")[2])
        elif NO_ANSWER.search(line) and not fetched:
            raise NoIndex
        elif line.startswith("Installing"):
            progress.tell(fetched, "installing")
    return said


def main() -> int:
    """Make the environment; returns the exit status."""
    folder, lock = Path(sys.argv[1]), Path(sys.argv[2])
    if sys.version_info < OLDEST_PYTHON:
        return _failed("Python 3.11 or newer is needed; name it: make setup PYTHON=python3.12")
    sys.stdout.write(f"Setting up {folder} (about half a minute) …\n")
    sys.stdout.flush()
    try:
        make(folder, lock)
    except NoIndex:
        return _failed(
            "No network: the package index does not answer, and the packages are needed once "
            "(pip's settings apply: PIP_INDEX_URL, PIP_FIND_LINKS, HTTPS_PROXY)."
        )
    except (SetupFailed, OSError, subprocess.CalledProcessError) as failure:
        return _failed(f"The virtual environment could not be made: {failure}")
    return 0


def _failed(why: str) -> int:
    sys.stdout.write(f"{why}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
