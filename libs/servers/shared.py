"""Servers shared by the processes of a test run; the first process that needs one starts it."""

import fcntl
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import psutil

from libs.servers.processes import POLL_SECONDS, ServerFailed, wait_for_end

ROOT = Path(__file__).parents[2]
START_TIMEOUT_SECONDS = 400  # a first start may pull an image or install a package
STOP_TIMEOUT_SECONDS = 30


class SharedServers:
    """The servers of one test run, found by its processes through the run's own folder."""

    def __init__(self, folder: Path, owner_pid: int) -> None:
        self.folder = folder
        self.owner_pid = owner_pid

    @property
    def run_id(self) -> str:
        """A name unique to this run, valid for databases and queues."""
        return self.folder.name

    def start(self, kind: str) -> None:
        """Start the server unless it is started, without waiting. `kind` is `postgres` or `rabbitmq`."""
        with self.lock(kind):
            folder = self.folder / kind
            if folder.exists():
                return
            folder.mkdir(mode=0o755)
            subprocess.run(
                [sys.executable, "-m", "libs.servers.keeper", kind, self.folder, str(self.owner_pid)],
                check=True,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
            )

    def url(self, kind: str) -> str:
        """The server's URL, once it answers. Raises `ServerFailed` if it is not available."""
        return self._found(kind)["url"]

    def management_url(self) -> str:
        """Where the broker's management plugin answers; empty for the usual port of its host."""
        return self._found("rabbitmq")["management_url"]

    def _found(self, kind: str) -> dict[str, str]:
        self.start(kind)
        state = self.folder / kind / "state.json"
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while not state.exists():
            if self._keeper(kind) is None:
                raise ServerFailed(f"the keeper of {kind} ended without a word")
            if time.monotonic() > deadline:
                raise ServerFailed(f"{kind} did not start within {START_TIMEOUT_SECONDS} s")
            time.sleep(POLL_SECONDS)
        found: dict[str, str] = json.loads(state.read_text())
        if "error" in found:
            raise ServerFailed(found["error"])
        return found

    def stop(self) -> None:
        """Stop every started server and wait for its end. Only the owner of the run does this."""
        kinds = [path.parent.name for path in self.folder.glob("*/pid")]
        keepers = [keeper for kind in kinds if (keeper := self._keeper(kind)) is not None]
        for keeper in keepers:
            keeper.terminate()
        wait_for_end(keepers, timeout_seconds=STOP_TIMEOUT_SECONDS)
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """A lock by name between the processes of the run."""
        self.folder.mkdir(mode=0o755, exist_ok=True)
        with (self.folder / f"{name}.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _keeper(self, kind: str) -> psutil.Process | None:
        """The running keeper of a server; checked, because its pid may have been reused."""
        with suppress(psutil.NoSuchProcess):
            keeper = psutil.Process(int((self.folder / kind / "pid").read_text()))
            return keeper if str(self.folder) in keeper.cmdline() else None
        return None


def new_run_folder() -> Path:
    """The path of a new folder for a test run's servers; the folder is not made."""
    return Path(tempfile.gettempdir()) / f"mostrador_test_{uuid4().hex[:12]}"
