"""Shows the logs of a suite as they are written: `make logs`, readable; with JSON=1, unchanged."""

import sys
from pathlib import Path

from rich.console import Console

from deploy.local.following import Logs
from deploy.local.log_lines import readable, time_of
from libs.servers.processes import ServerFailed

FIRST_LINES = 50


def log_files(folder: Path, of: str | None) -> list[Path]:
    """The logs of a service's processes, of a server, or all. Raises `ServerFailed` if there is none."""
    files = sorted(folder.glob(f"{of or '*'}.log"))
    if of:
        files += sorted(folder.glob(f"{of}-worker.log"))
    if not files:
        names = ", ".join(sorted(path.stem for path in folder.glob("*.log"))) or "there are none yet"
        raise ServerFailed(f"no log of {of or 'anything'}; logs: {names}")
    return files


def show_logs(files: list[Path], console: Console, *, raw: bool) -> None:
    """Show the last lines by time, then every new one, until interrupted."""
    logs = Logs(files)
    for process, line in _by_time(logs.last(FIRST_LINES))[-FIRST_LINES:]:
        show_line(console, process, line, raw=raw)
    for process, line in logs.follow():
        show_line(console, process, line, raw=raw)


def _by_time(lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The lines of several processes, sorted. A line without a time keeps its place behind the one before."""
    timed = []
    writer, time = "", ""
    for process, line in lines:
        time = time_of(line) or (time if process == writer else "")
        writer = process
        timed.append((time, process, line))
    return [(process, line) for _, process, line in sorted(timed, key=lambda each: each[0])]


def show_line(console: Console, process: str, line: str, *, raw: bool) -> None:
    """Show one line at once, also into a pipe."""
    if raw:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    else:
        console.print(readable(process, line), soft_wrap=True, highlight=False)
