"""Restarts a service's processes whenever its sources change (`make dev S=sales`); all others stay."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from watchfiles import Change, watch

from deploy.local.following import Logs
from deploy.local.layout import ROOT
from deploy.local.logs import show_line
from deploy.local.readiness import CRASHED, wait_ready
from deploy.local.suite import LocalSuite
from libs.servers.processes import ServerFailed

READY_SECONDS = 30
OF_PAGES = {".html", ".js", ".css", ".svg", ".webmanifest"}
DEBOUNCE_MS = 400
"""An editor that saves several files, or a switch of branches, restarts once."""


def develop(suite: LocalSuite, of: str, console: Console, *, raw: bool) -> None:
    """Show the logs of a service (or the gateway), and restart it at each change, until interrupted."""
    names = suite.processes_of(of)
    folders = sources_of(of)
    watched = ", ".join(f"{folder.relative_to(ROOT)}/" for folder in folders)
    console.print(
        f"Restarting {' and '.join(names)} at a change in {watched} (Ctrl-C ends this, not the suite)"
    )
    with _logs_shown([suite.log(name) for name in names], console, raw=raw):
        for changes in watch(*folders, watch_filter=is_source, debounce=DEBOUNCE_MS, raise_interrupt=True):
            changed = sorted(str(Path(path).relative_to(ROOT)) for _, path in changes)
            console.print(f"[bold]↻ {escape(', '.join(changed))}[/]", highlight=False)
            reload(suite, names, console)


def sources_of(of: str) -> tuple[Path, ...]:
    """The folders whose changes matter to a service or the gateway."""
    own = (ROOT / "gateway", ROOT / "web") if of == "gateway" else (ROOT / "services" / of,)
    return *own, ROOT / "libs" / "common"


def is_source(_: Change, path: str) -> bool:
    """Whether a changed file is part of a running process: no test, no migration."""
    file = Path(path).relative_to(ROOT)
    suffixes = OF_PAGES if file.parts[0] == "web" else {".py"}
    return file.suffix in suffixes and not {"tests", "versions"}.intersection(file.parent.parts)


def reload(suite: LocalSuite, names: Sequence[str], console: Console) -> None:
    """Restart the processes. One that crashes is stopped until the next change, and named."""
    for name in names:
        suite.stop_process(name)
    for name in names:
        suite.start_process(name)
    processes = [process for process in suite.processes if process.name in names]
    try:
        wait_ready(suite.state, processes, timeout_seconds=READY_SECONDS, broken=CRASHED)
    except ServerFailed as failure:
        for name in names:
            suite.stop_process(name)
        console.print(
            f"[red]{escape(str(failure).splitlines()[0])}[/]; stopped until the next change", highlight=False
        )
    else:
        console.print(f"[green]✓ {' and '.join(names)} ready[/]", highlight=False)


@contextmanager
def _logs_shown(paths: Sequence[Path], console: Console, *, raw: bool) -> Iterator[None]:
    """Show new lines of the logs, in a thread, until the block ends."""
    ended = threading.Event()
    logs = Logs(paths)
    logs.last(0)  # what was written before is not of interest

    def show() -> None:
        for process, line in logs.follow(until=ended.is_set):
            show_line(console, process, line, raw=raw)

    thread = threading.Thread(target=show, name="logs", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
