"""Writes supervisord.conf: no autostart, crashed programs are restarted, servers' logs are rotated."""

import os
import shlex
import signal
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.layout import ROOT
from deploy.local.state import StateFolder
from libs.servers.processes import ServerFailed

STOP_WAIT_SECONDS = 25
GROUPS = ("servers", "services")
"""Programs stop in the reverse order, so that services finish their requests while the servers run."""


@dataclass(frozen=True, slots=True)
class Program:
    """A process that supervisord keeps running."""

    name: str
    group: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    user: str | None = None
    folder: Path = ROOT
    stop_signal: signal.Signals = signal.SIGTERM
    keeps_log: bool = False
    """True if the program writes LOG_FILE itself, because supervisord's pipes double the cost of a line."""


def configuration(state: StateFolder, programs: Iterable[Program], owner_pid: int | None = None) -> str:
    """The file's text. With an owner, supervisord ends when that process has ended."""
    programs = list(programs)
    sections = [
        "[unix_http_server]",
        f"file = {_escaped(state.supervisor_socket)}",
        "chmod = 0700",
        "[supervisord]",
        f"pidfile = {_escaped(state.supervisor_pid)}",
        f"logfile = {_escaped(state.log('supervisord'))}",
        "logfile_maxbytes = 1MB",
        "logfile_backups = 1",
        f"childlogdir = {_escaped(state.logs)}",
        *(["user = root"] if os.geteuid() == 0 else []),
        "[rpcinterface:supervisor]",
        "supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface",
    ]
    for priority, group in enumerate(GROUPS, start=1):
        members = [program for program in programs if program.group == group]
        if members:
            names = ",".join(program.name for program in members)
            sections += [f"[group:{group}]", f"programs = {names}", f"priority = {priority}"]
            sections += [line for program in members for line in _program(state, program)]
    if owner_pid is not None:
        sections += _owner_watch(state, owner_pid)
    return "\n".join(sections) + "\n"


def _program(state: StateFolder, program: Program) -> list[str]:
    log = state.log(program.name)
    environment = {**program.environment, **({"LOG_FILE": str(log)} if program.keeps_log else {})}
    return [
        f"[program:{program.name}]",
        f"command = {_escaped(shlex.join(program.command))}",
        f"directory = {_escaped(program.folder)}",
        f"environment = {_environment(environment)}",
        *([f"user = {program.user}"] if program.user else []),
        "autostart = false",
        "autorestart = true",
        "startsecs = 1",
        "startretries = 20",
        f"stopsignal = {program.stop_signal.name.removeprefix('SIG')}",
        f"stopwaitsecs = {STOP_WAIT_SECONDS}",
        "killasgroup = true",
        "redirect_stderr = true",
        f"stdout_logfile = {_escaped(log)}",
        # Output from before the program opens its log file goes to the same file.
        f"stdout_logfile_maxbytes = {0 if program.keeps_log else '20MB'}",
        "stdout_logfile_backups = 3",
    ]


def _owner_watch(state: StateFolder, owner_pid: int) -> list[str]:
    return [
        "[program:owner-watch]",
        f"command = {_escaped(sys.executable)} -m deploy.local.owner_watch {owner_pid}",
        f"directory = {_escaped(ROOT)}",
        "autostart = true",
        "autorestart = false",
        "startsecs = 0",
        "redirect_stderr = true",
        f"stdout_logfile = {_escaped(state.log('owner-watch'))}",
    ]


def _environment(environment: Mapping[str, str]) -> str:
    return ",".join(f"{name}={_quoted(name, value)}" for name, value in environment.items())


def _quoted(name: str, value: str) -> str:
    """The value in quotes; supervisord cannot escape quotes and the beginnings of comments."""
    if found := set(value) & set("\"';#\n"):
        raise ServerFailed(
            f"{name} must not have any of {sorted(found)}; in a URL write them as %22 and so on"
        )
    return f'"{_escaped(value)}"'


def _escaped(value: object) -> str:
    """The value with `%` escaped, because supervisord expands %(…)s."""
    return str(value).replace("%", "%%")
