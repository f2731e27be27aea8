"""Runs a server as a foreground process, never as root, on ports that are free."""

import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import psutil

LOOPBACK = "127.0.0.1"
SERVER_USER = "mostrador"
POLL_SECONDS = 0.05
END_POLL_SECONDS = 0.5
CONNECT_TIMEOUT_SECONDS = 2
LOG_TAIL_LINES = 8


class ServerFailed(Exception):
    """A server cannot be had, or did not come up. The message says why, and what to do, in one line."""


class Identity(TypedDict, total=False):
    """The arguments of `subprocess` that make a child run as another user; none of them: as ourselves."""

    user: str
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class ServerProcess:
    """The command and user of a server in the foreground, for the tests' keeper and for `make up`."""

    command: Sequence[str]
    environment: Mapping[str, str]
    user: str | None
    """None: as whoever we are."""
    stop_signal: signal.Signals

    def start(self, log: Path) -> subprocess.Popen[bytes]:
        """Start it in a process group of its own, its output appended to `log`."""
        with log.open("ab") as output:
            return subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.environment},
                cwd="/",
                start_new_session=True,
                **identity_of(self.user),
            )


def identity_of(user: str | None) -> Identity:
    """Options that make a child process run as `user` (None: as this process's user)."""
    if user is None:
        return {}
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


def server_user(*preferred: str) -> str | None:
    """The user that servers run as when we are root, else None. Servers refuse to run as root, rightly.

    The first of `preferred` that exists, else one of our own, made on the spot.
    """
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    for name in (*preferred, SERVER_USER):
        if name in names:
            return name
    if not shutil.which("useradd"):
        raise ServerFailed(
            f"servers do not run as root: make a system user named {SERVER_USER}, or be another user"
        )
    subprocess.run(
        ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SERVER_USER],
        check=True,
        capture_output=True,
    )
    return SERVER_USER


def own_folder(path: Path, user: str | None) -> Path:
    """Make a folder that only the server's user may read, and let that user pass through to it."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if user is not None:
        let_pass(path)
        entry = pwd.getpwnam(user)
        if path.stat().st_uid != entry.pw_uid:  # new, or a package has brought the server a user of its own
            for each in (path, *path.rglob("*")):
                os.chown(each, entry.pw_uid, entry.pw_gid, follow_symlinks=False)
    return path


def let_pass(path: Path) -> None:
    """Let other users walk through (not list) the folders above `path`; only needed when we are root."""
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def free_ports(count: int) -> list[int]:
    """Ports on the loopback address that nobody listens on just now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind((LOOPBACK, 0))
        return [int(each.getsockname()[1]) for each in sockets]
    finally:
        for each in sockets:
            each.close()


def listens(host: str, port: int) -> bool:
    """True if something takes connections there."""
    try:
        socket.create_connection((host, port), timeout=CONNECT_TIMEOUT_SECONDS).close()
    except OSError:
        return False
    return True


def wait_until(
    ready: Callable[[], bool], *, alive: Callable[[], bool], what: str, log: Path, timeout_seconds: float
) -> None:
    """Wait for a server; raises `ServerFailed` with the end of its log if it dies or takes too long."""
    deadline = time.monotonic() + timeout_seconds
    while time.monotonic() < deadline:
        if ready():
            return
        if not alive():
            raise ServerFailed(f"{what} ended while starting; its log is {log} and ends:\n{tail(log)}")
        time.sleep(POLL_SECONDS)
    raise ServerFailed(
        f"{what} did not answer within {timeout_seconds:.0f} s; its log is {log} and ends:\n{tail(log)}"
    )


def tail(log: Path) -> str:
    """The end of a log, for a message."""
    if not log.is_file():
        return "(nothing)"
    lines = log.read_text(errors="replace").splitlines()
    return "\n".join(lines[-LOG_TAIL_LINES:]) or "(nothing)"


def has_ended(process: psutil.Process) -> bool:
    """True if a process does not run any more, whether its parent has taken notice or not."""
    with suppress(psutil.NoSuchProcess):
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    return True


def wait_for_end(processes: Iterable[psutil.Process], *, timeout_seconds: float) -> list[psutil.Process]:
    """Wait until processes have ended that need not be our children; those that have not in that time."""
    deadline = time.monotonic() + timeout_seconds
    running = list(processes)
    while running := [process for process in running if not has_ended(process)]:
        if time.monotonic() > deadline:
            break
        time.sleep(POLL_SECONDS)
    return running


def outlive(pid: int) -> None:
    """Return when process `pid`, which need not be our child, has ended."""
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        while not has_ended(process):
            time.sleep(END_POLL_SECONDS)


def end(process: subprocess.Popen[bytes], stop: signal.Signals, *, timeout_seconds: float = 20) -> None:
    """Ask the process group to stop, and kill it if it does not."""
    for each in (stop, signal.SIGKILL):
        if process.poll() is not None:
            return
        os.killpg(process.pid, each)
        try:
            process.wait(timeout_seconds)
        except subprocess.TimeoutExpired:
            continue
