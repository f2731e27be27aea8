"""Runs the programs of the suite under supervisord, which restarts those that crash."""

import os
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

import psutil
from supervisor.xmlrpc import Faults, SupervisorTransport

from deploy.local.configuration import STOP_WAIT_SECONDS, Program, configuration
from deploy.local.environment import SUITE_MARK
from deploy.local.layout import ROOT, SERVERS
from deploy.local.state import StateFolder
from libs.common.private_file import write_private
from libs.servers.processes import POLL_SECONDS, ServerFailed, tail, wait_for_end

GONE = "the suite was stopped meanwhile"
LAUNCH_TIMEOUT_SECONDS = 30
SHUTDOWN_TIMEOUT_SECONDS = 60
AT_WORK = frozenset({"STARTING", "RUNNING"})
"""The states of a program that runs; supervisord calls it starting in its first second."""


@dataclass(frozen=True, slots=True)
class ProcessState:
    """A program's state. `state` is one of supervisord's: RUNNING, STARTING, BACKOFF, FATAL, …"""

    name: str
    group: str
    state: str
    pid: int
    up_seconds: int


class Supervisor:
    """The supervisord of one state folder."""

    def __init__(self, state: StateFolder) -> None:
        self._state = state

    def is_running(self) -> bool:
        """True if supervisord answers."""
        if not self._state.supervisor_socket.exists():
            return False
        try:
            self._call("getState")
        except ServerFailed:
            return False
        return True

    def launch(self, programs: Iterable[Program], *, owner_pid: int | None = None) -> None:
        """Start supervisord in the background, without any program. It ends when the owner has ended."""
        write_private(self._state.supervisor_config, configuration(self._state, programs, owner_pid))
        started = subprocess.run(
            [sys.executable, "-m", "deploy.local.forking", "-c", self._state.supervisor_config],
            check=False,
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={**os.environ, SUITE_MARK: str(self._state.path)},
            stdin=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + LAUNCH_TIMEOUT_SECONDS
        while started.returncode == 0 and time.monotonic() < deadline:
            if self.is_running():
                return
            time.sleep(POLL_SECONDS)
        said = started.stderr.strip() or tail(self._state.log("supervisord"))
        raise ServerFailed(f"supervisord did not start: {said}")

    def shut_down(self) -> None:
        """Stop all programs and supervisord, and wait until they have ended."""
        pid = self._pid()
        if pid is None:
            return
        supervisord = psutil.Process(pid)
        supervisord.terminate()
        if wait_for_end([supervisord], timeout_seconds=SHUTDOWN_TIMEOUT_SECONDS):
            supervisord.kill()

    def states(self) -> dict[str, ProcessState]:
        """Program name → state."""
        return {info["name"]: _state(info) for info in self._call("getAllProcessInfo")}

    def start(self, name: str) -> None:
        """Start a program unless it runs, without waiting for it."""
        with _tolerating(Faults.ALREADY_STARTED):
            self._call("startProcess", self._full_name(name), False)  # noqa: FBT003 - XML-RPC has no keywords

    def stop(self, name: str) -> None:
        """Stop a program, and wait until it has ended."""
        with _tolerating(Faults.NOT_RUNNING):
            self._call("stopProcess", self._full_name(name))

    def _full_name(self, name: str) -> str:
        return f"{self.states()[name].group}:{name}"

    def _call(self, method: str, *arguments: Any) -> Any:
        """Ask supervisord. Raises `ServerFailed` if it ends or has ended."""
        transport = SupervisorTransport(None, None, f"unix://{self._state.supervisor_socket}")
        with xmlrpc.client.ServerProxy("http://supervisord", transport=transport) as server:
            try:
                return getattr(server.supervisor, method)(*arguments)
            except (OSError, HTTPException, xmlrpc.client.ProtocolError) as gone:
                raise ServerFailed(GONE) from gone
            except xmlrpc.client.Fault as fault:
                if fault.faultCode == Faults.SHUTDOWN_STATE:
                    raise ServerFailed(GONE) from fault
                raise

    def _pid(self) -> int | None:
        try:
            pid = int(self._state.supervisor_pid.read_text())
            command = psutil.Process(pid).cmdline()
        except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
            return None
        is_ours = str(self._state.supervisor_config) in command  # the pid may have been reused
        return pid if is_ours else None


@contextmanager
def _tolerating(code: int) -> Iterator[None]:
    """Ignore the fault `code`, which means that the work is already done."""
    try:
        yield
    except xmlrpc.client.Fault as fault:
        if fault.faultCode != code:
            raise


def _state(info: Mapping[str, Any]) -> ProcessState:
    up_seconds = info["now"] - info["start"] if info["statename"] == "RUNNING" else 0
    return ProcessState(info["name"], info["group"], info["statename"], info["pid"], up_seconds)


def lost_processes(state: StateFolder) -> list[psutil.Process]:
    """Running processes of this suite without a supervisor, left by a killed supervisord."""
    return [process for process in psutil.process_iter() if _belongs(process, state)]


def _belongs(process: psutil.Process, state: StateFolder) -> bool:
    with suppress(psutil.NoSuchProcess):
        try:
            is_marked = process.environ().get(SUITE_MARK) == str(state.path)
            return is_marked and process.pid != os.getpid()
        except psutil.AccessDenied:  # a server may run as another user; its folder is in its arguments
            servers = [str(state.path / server) for server in SERVERS]
            return any(server in word for word in process.cmdline() for server in servers)
    return False


def end_lost_processes(state: StateFolder) -> int:
    """Stop lost processes, killing them if needed; returns their number."""
    lost = lost_processes(state)
    for process in lost:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    for process in wait_for_end(lost, timeout_seconds=STOP_WAIT_SECONDS):
        with suppress(psutil.NoSuchProcess):
            process.kill()
    return len(lost)
