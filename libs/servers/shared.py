"""Servers that many test processes share: the first process that asks has them started."""

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
    """The servers of one test run, known to its processes by a folder that belongs to the run alone."""

    def __init__(self, folder: Path, owner_pid: int) -> None:
        self.folder = folder
        self.owner_pid = owner_pid

    @property
    def run_id(self) -> str:
        """A name no other run has; fit for databases and queues."""
        return self.folder.name

    def start(self, kind: str) -> None:
        """Have the server started unless it is; returns at once. `kind` is `postgres` or `rabbitmq`."""
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
        """The server's URL, once it answers; raises `ServerFailed` if it cannot be had."""
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
        return found["url"]

    def stop(self) -> None:
        """End every server that was started, and wait for it. Only the owner does this."""
        kinds = [path.parent.name for path in self.folder.glob("*/pid")]
        keepers = [keeper for kind in kinds if (keeper := self._keeper(kind)) is not None]
        for keeper in keepers:
            keeper.terminate()
        wait_for_end(keepers, timeout_seconds=STOP_TIMEOUT_SECONDS)
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Only one process of the run at a time is inside, for each name."""
        self.folder.mkdir(mode=0o755, exist_ok=True)
        with (self.folder / f"{name}.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _keeper(self, kind: str) -> psutil.Process | None:
        """The process that keeps a server, while it lives; its number may be another's later."""
        with suppress(psutil.NoSuchProcess):
            keeper = psutil.Process(int((self.folder / kind / "pid").read_text()))
            return keeper if str(self.folder) in keeper.cmdline() else None
        return None


def new_run_folder() -> Path:
    """A new folder's path for the servers of a test run; nothing is made on disk."""
    return Path(tempfile.gettempdir()) / f"mostrador_test_{uuid4().hex[:12]}"
