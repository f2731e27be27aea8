"""A process that runs one test server and stops it when the test run ends, even if the run is killed.

`python -m libs.servers.keeper postgres|rabbitmq FOLDER OWNER_PID` goes into the background, starts the
server, writes its state to `FOLDER/<kind>/state.json`, and stops it on SIGTERM or when the owner has ended.
"""

import json
import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from libs.servers.processes import ServerFailed, outlive
from libs.servers.temporary import temporary_postgres, temporary_rabbitmq


def keep(kind: str, run_folder: Path, owner_pid: int) -> None:
    """Run one server until its owner has ended, then remove everything."""
    ending = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ending.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is meant for the test run, which then stops us
    threading.Thread(target=_watch, args=(owner_pid, ending), daemon=True).start()
    folder = run_folder / kind
    try:
        with _server(kind, folder, run_folder.name) as state:
            _write_state(folder, state)
            ending.wait()
    except ServerFailed as failure:
        _write_state(folder, {"error": str(failure)})
        ending.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if not any(path.is_dir() for path in run_folder.iterdir()):  # no other keeper is left
            shutil.rmtree(run_folder, ignore_errors=True)


@contextmanager
def _server(kind: str, folder: Path, name_prefix: str) -> Iterator[dict[str, str]]:
    if kind == "postgres":
        with temporary_postgres(folder, name_prefix, _tell) as url:
            yield {"url": url}
    else:
        with temporary_rabbitmq(folder, _tell) as urls:
            yield {"url": urls.amqp, "management_url": urls.management}


def _watch(owner_pid: int, ending: threading.Event) -> None:
    outlive(owner_pid)
    ending.set()


def _write_state(folder: Path, state: dict[str, str]) -> None:
    """Replace the file atomically, because other processes wait to read it."""
    unfinished = folder / "state.new"
    unfinished.write_text(json.dumps(state))
    unfinished.chmod(0o600)
    unfinished.rename(folder / "state.json")


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def main() -> None:
    """Go into the background and run the server."""
    kind, run_folder, owner_pid = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    if pid := os.fork():
        (run_folder / kind / "pid").write_text(str(pid))
        os._exit(0)
    os.setsid()
    keep(kind, run_folder, owner_pid)


if __name__ == "__main__":
    main()
