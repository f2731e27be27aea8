"""The memory of a running suite, process by process, as Linux counts it."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import psutil

from deploy.local.supervision import ProcessState
from libs.servers.processes import ServerFailed

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Used:
    """The memory of a program with its children (PostgreSQL has one for each connection)."""

    name: str
    processes: int
    pss: int
    """Bytes; pages that several processes share are divided among them, so that a sum is true."""


def memory_of(states: Mapping[str, ProcessState], supervisor_pid: int) -> list[Used]:
    """What each running program uses, in the order of `states`, and last what their supervisor does.

    Raises `ServerFailed` but on Linux.
    """
    if not psutil.LINUX:
        raise ServerFailed("only Linux tells how much of its memory a process shares with others")
    programs = [_used(state) for state in states.values() if state.pid]
    return [*programs, Used("supervisord", 1, _pss(psutil.Process(supervisor_pid)))]


def _used(state: ProcessState) -> Used:
    sizes = []
    with suppress(psutil.NoSuchProcess):
        program = psutil.Process(state.pid)
        for process in (program, *program.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                sizes.append(_pss(process))
    return Used(state.name, len(sizes), sum(sizes))


def _pss(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except psutil.AccessDenied:
        raise ServerFailed(f"process {process.pid} belongs to another user: ask as root") from None
