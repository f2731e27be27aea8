"""Runs a server as a foreground process, never as root, on ports that are free."""

import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import psutil
from ephemeral_port_reserve import reserve

LOOPBACK = "127.0.0.1"
SERVER_USER = "mostrador"
POLL_SECONDS = 0.05
END_POLL_SECONDS = 0.5
END_SECONDS = 20
CONNECT_TIMEOUT_SECONDS = 2
LOG_TAIL_LINES = 8


class ServerFailed(Exception):
    """A server is not available or did not start. The message says in one line why, and what to do."""


class Identity(TypedDict, total=False):
    """The arguments of `subprocess` that run a child as another user; empty for the current user."""

    user: str
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class ServerProcess:
    """The command and user of a foreground server, for the tests' keeper and for `make up`."""

    command: Sequence[str]
    environment: Mapping[str, str]
    user: str | None
    """None for the current user."""
    stop_signal: signal.Signals

    def start(self, log: Path) -> subprocess.Popen[bytes]:
        """Start the server in its own process group, with its output appended to `log`."""
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

    @contextmanager
    def running(
        self,
        what: str,
        answers: Callable[[], bool],
        log: Path,
        *,
        start_seconds: float,
        end_seconds: float = END_SECONDS,
    ) -> Iterator[None]:
        """Start the server, wait until it answers, and end it with the block. Raises `ServerFailed`."""
        process = self.start(log)
        try:
            wait_until(
                answers,
                alive=lambda: process.poll() is None,
                what=what,
                log=log,
                timeout_seconds=start_seconds,
            )
            yield
        finally:
            end(process, self.stop_signal, timeout_seconds=end_seconds)


def identity_of(user: str | None) -> Identity:
    """The options that run a child process as `user` (None: the current user)."""
    if user is None:
        return {}
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


def server_user(*preferred: str) -> str | None:
    """The user for servers if we are root, because servers refuse to run as root; else None.

    It is the first of `preferred` that exists, else a user of our own, made if needed.
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
    """Make a folder that only the server's user may read, and make it reachable for that user."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if user is not None:
        let_pass(path)
        entry = pwd.getpwnam(user)
        if path.stat().st_uid != entry.pw_uid:  # a new folder, or a package has since made the user
            for each in (path, *path.rglob("*")):
                os.chown(each, entry.pw_uid, entry.pw_gid, follow_symlinks=False)
    return path


def write_for(user: str | None, path: Path, text: str) -> None:
    """Write a file that only the server's user may read."""
    path.write_text(text)
    path.chmod(0o600)
    if user is not None:
        shutil.chown(path, user)


def let_pass(path: Path) -> None:
    """Let other users traverse (not list) the folders above `path`; only needed if we are root."""
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def free_ports(count: int) -> list[int]:
    """Currently unused ports on the loopback address, which the system gives to nobody else for a minute.

    A server that sets SO_REUSEADDR can listen there meanwhile.
    """
    return [reserve(LOOPBACK) for _ in range(count)]


def listens(host: str, port: int) -> bool:
    """True if something accepts connections there."""
    try:
        socket.create_connection((host, port), timeout=CONNECT_TIMEOUT_SECONDS).close()
    except OSError:
        return False
    return True


def wait_until(
    ready: Callable[[], bool], *, alive: Callable[[], bool], what: str, log: Path, timeout_seconds: float
) -> None:
    """Wait for a server. Raises `ServerFailed` with the end of its log if it ends or takes too long."""
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
    """True if a process no longer runs, even if its parent has not waited for it yet."""
    with suppress(psutil.NoSuchProcess):
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    return True


def wait_for_end(processes: Iterable[psutil.Process], *, timeout_seconds: float) -> list[psutil.Process]:
    """Wait until the processes, children or not, have ended; returns those still running at the timeout."""
    deadline = time.monotonic() + timeout_seconds
    running = list(processes)
    while running := [process for process in running if not has_ended(process)]:
        if time.monotonic() > deadline:
            break
        time.sleep(POLL_SECONDS)
    return running


def outlive(pid: int) -> None:
    """Wait until process `pid`, our child or not, has ended."""
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        while not has_ended(process):
            time.sleep(END_POLL_SECONDS)


def end(
    process: subprocess.Popen[bytes], stop: signal.Signals, *, timeout_seconds: float = END_SECONDS
) -> None:
    """Stop the process group with the signal `stop`, and kill it after the timeout."""
    for each in (stop, signal.SIGKILL):
        if process.poll() is not None:
            return
        os.killpg(process.pid, each)
        try:
            process.wait(timeout_seconds)
        except subprocess.TimeoutExpired:
            continue
