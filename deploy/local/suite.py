"""The whole suite on one machine as real processes, for `make up`, tests and benchmarks."""

import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from deploy.local.balancing import wait_balanced
from deploy.local.broker import end_remains, forget_data, make_whole
from deploy.local.layout import SERVERS, Layout, Ports, ServiceProcess
from deploy.local.progress import SilentSteps, Steps
from deploy.local.readiness import GIVEN_UP, not_ready, wait_ready
from deploy.local.sources import OURS, Sources
from deploy.local.start import READY_TIMEOUT_SECONDS, Start, addresses_of, start_missing, wait_for_server
from deploy.local.state import DEFAULT_FOLDER, StateFolder
from deploy.local.supervision import ProcessState, Supervisor, end_lost_processes
from libs.servers import postgres, rabbitmq
from libs.servers.postgres import PostgresServer
from libs.servers.processes import LOOPBACK, ServerFailed

POLL_SECONDS = 0.02
NOT_UP = "Mostrador is not up. Start it with: make up"


class LocalSuite:
    """PostgreSQL, RabbitMQ, and all processes of the suite under one supervisor, with state in one folder.

    Processes are named as in `layout.py` (`sales`, `sales-worker`, `gateway`, …), and `postgres`, `rabbitmq`,
    in an observed suite also `prometheus` and `grafana`. The supervisor restarts a process that crashes or is
    killed here.
    """

    def __init__(
        self,
        state_folder: Path = DEFAULT_FOLDER,
        *,
        layout: Layout | None = None,
        environment: Mapping[str, str] | None = None,
        owner_pid: int | None = None,
        steps: Steps | None = None,
        sources: Sources = OURS,
    ) -> None:
        """`layout` is that of the last start by default.

        The processes run from `sources`, their successors from ours.

        `environment` (by default our own) may name servers; processes inherit our environment in any case.
        With an `owner_pid` the suite stops when that process has ended.
        """
        self.state = StateFolder(state_folder)
        self.layout = layout or self.state.memory().layout
        self.processes = self.layout.processes
        self._environment = os.environ if environment is None else environment
        self._owner_pid = owner_pid
        self._sources = sources
        self._steps = steps or SilentSteps()
        self._supervisor = Supervisor(self.state)

    # --- as a whole ---------------------------------------------------------------------------

    def start(self) -> None:
        """Start everything and wait until it is ready. Raises `ServerFailed`, after which nothing runs.

        In a suite that runs in part, only the missing processes are started. A start that was killed begins
        again.
        """
        with self.started():
            pass

    @contextmanager
    def started(self) -> Iterator[None]:
        """Start as `start` does, and stop again if the block fails."""
        if self.is_up():
            self._start_rest()
            yield
            return
        self.stop()  # left by a start or a supervisor that was killed
        try:
            self.processes = self.layout.processes
            Start(
                self.state, self.layout, self._environment, self._steps, self._owner_pid, self._sources
            ).run()
            yield
            self.state.remember(is_starting=False)
        except BaseException:
            with _undisturbed():
                self.stop()
            raise

    def stop(self) -> bool:
        """Stop every process; the data stays. False if nothing was running."""
        was_running = self.is_running()
        self._supervisor.shut_down()
        lost = end_lost_processes(self.state)
        end_remains(self.state)
        return was_running or lost > 0

    def destroy(self) -> None:
        """Stop every process and delete all data."""
        self.stop()
        forget_data(self.state)
        shutil.rmtree(self.state.path, ignore_errors=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def is_running(self) -> bool:
        """True if the supervisor answers; its processes may be in any state."""
        return self._supervisor.is_running()

    def require_running(self) -> None:
        """Raise `ServerFailed` unless it runs."""
        if not self.is_running():
            raise ServerFailed(NOT_UP)

    def is_up(self) -> bool:
        """True if it runs, and its start came to its end; its processes may be in any state."""
        return self.is_running() and not self.state.memory().is_starting

    def _start_rest(self) -> None:
        for name in SERVERS:
            if name in self.states():
                self.start_process(name)
        start_missing(self.state, self.processes)
        self.wait_ready()

    # --- one process --------------------------------------------------------------------------

    def start_process(self, name: str) -> None:
        """Start a process that was stopped; does not wait until it is ready."""
        self._supervisor.start(name)

    def stop_process(self, name: str) -> None:
        """Stop a process gracefully; it stays stopped."""
        self._supervisor.stop(name)

    def processes_of(self, of: str) -> list[str]:
        """The names of a service's web process and worker; any other name is that of one process."""
        return [process.name for process in self.processes if process.service == of] or [of]

    def restart(self, *names: str) -> None:
        """Stop processes gracefully, start them again, and wait until they are ready.

        A broker of our own has all its logins, rights and queues then, also those that were taken away.
        """
        for name in names:
            self.stop_process(name)
        for name in names:
            self.start_process(name)
        if "rabbitmq" in names:
            self.wait_ready("rabbitmq")
            make_whole(self.state.memory())
        self.wait_ready(*names)

    def replace(self, process: ServiceProcess, successor: ServiceProcess) -> None:
        """Start the successor and, once it is ready and gets connections, stop the process gracefully."""
        self.start_process(successor.name)
        self.processes = tuple(successor if each == process else each for each in self.processes)
        self.wait_ready(successor.name)
        self.stop_process(process.name)

    def kill(self, name: str, with_signal: signal.Signals = signal.SIGKILL) -> None:
        """Kill a process as in a crash, unless it has just ended by itself.

        The supervisor restarts it after a while: see `wait_ready`.
        """
        before = self.states()[name]
        assert before.state not in GIVEN_UP, f"{name} does not run"
        if not before.pid:
            return
        with suppress(ProcessLookupError):
            os.kill(before.pid, with_signal)
        while self.states()[name].pid == before.pid:  # until then it would count as running
            time.sleep(POLL_SECONDS)

    def wait_ready(self, *names: str, timeout_seconds: float = READY_TIMEOUT_SECONDS) -> None:
        """Wait until the named processes are ready (none named: all of the suite's own)."""
        if "postgres" in names:
            wait_for_server(self.state, "postgres", lambda: postgres.answers(self.postgres_admin_url))
        if "rabbitmq" in names:
            wait_for_server(self.state, "rabbitmq", lambda: rabbitmq.answers(self.amqp_url))
        wanted = [process for process in self.processes if not names or process.name in names]
        wait_ready(self.state, wanted, timeout_seconds=timeout_seconds, broken=GIVEN_UP)
        if self.layout.is_balanced:
            wait_balanced(self.state, self.layout, wanted)

    def states(self) -> dict[str, ProcessState]:
        """Process name → its state in the supervisor."""
        return self._supervisor.states()

    @property
    def supervisor_pid(self) -> int:
        """The process that runs all others."""
        return int(self.state.supervisor_pid.read_text())

    def not_ready(self) -> dict[str, str]:
        """The suite's own processes that are not ready, with the reasons."""
        reasons = {process.name: not_ready(process) for process in self.processes}
        return {name: reason for name, reason in reasons.items() if reason is not None}

    @property
    def ports(self) -> Ports:
        """The suite's ports."""
        return self.layout.ports

    # --- addresses ----------------------------------------------------------------------------

    @property
    def gateway_url(self) -> str:
        """The gateway's URL."""
        return f"http://{LOOPBACK}:{self.ports.gateway}"

    @property
    def amqp_url(self) -> str:
        """The broker's URL."""
        return self.state.memory().amqp_url

    @property
    def postgres_admin_url(self) -> str:
        """The superuser's URL of the suite's own PostgreSQL."""
        password = self.state.memory().postgres_password
        return PostgresServer(self.state.postgres, self.ports.postgres, password).url()

    def database_url(self, service: str) -> str:
        """The URL of a service's database, as the owner of its tables."""
        return self.state.memory().database_urls[service]

    def environment_of(self, name: str) -> dict[str, str]:
        """The variables of a process, added to those of this process."""
        process = next(process for process in self.processes if process.name == name)
        return addresses_of(self.state, self.layout, self._environment).environment(process)

    def log(self, name: str) -> Path:
        """The log file of a process."""
        return self.state.log(name)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Ignore Ctrl-C while we stop what we started. (Only the main thread gets the signal.)"""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
