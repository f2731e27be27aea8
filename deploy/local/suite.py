"""The whole suite on one machine as real processes, for `make up`, tests and benchmarks."""

import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from deploy.local.broker import end_remains, forget_data
from deploy.local.layout import Ports, service_processes
from deploy.local.progress import SilentSteps, Steps
from deploy.local.readiness import GIVEN_UP, not_ready, wait_ready
from deploy.local.start import READY_TIMEOUT_SECONDS, Start, addresses_of, start_missing, wait_for_server
from deploy.local.state import DEFAULT_FOLDER, StateFolder
from deploy.local.supervision import ProcessState, Supervisor, end_lost_processes
from libs.servers import postgres, rabbitmq
from libs.servers.postgres import PostgresServer
from libs.servers.processes import LOOPBACK

POLL_SECONDS = 0.02


class LocalSuite:
    """PostgreSQL, RabbitMQ, and all processes of the suite, under one supervisor; state in one folder.

    Processes are named as in `layout.py` (`sales`, `sales-worker`, `gateway`, …), and `postgres`, `rabbitmq`.
    A process that crashes, or is killed here, is started again by the supervisor.
    """

    def __init__(
        self,
        state_folder: Path = DEFAULT_FOLDER,
        *,
        ports: Ports | None = None,
        environment: Mapping[str, str] | None = None,
        owner_pid: int | None = None,
        steps: Steps | None = None,
    ) -> None:
        """`ports` are those of the last start by default.

        In `environment` (our own by default) given servers are looked up; processes inherit ours in any case.
        With an `owner_pid` the suite stops by itself when that process has ended.
        """
        self.state = StateFolder(state_folder)
        self.ports = ports or self.state.memory().ports
        self.processes = service_processes(self.ports)
        self._environment = os.environ if environment is None else environment
        self._owner_pid = owner_pid
        self._steps = steps or SilentSteps()
        self._supervisor = Supervisor(self.state)

    # --- as a whole ---------------------------------------------------------------------------

    def start(self) -> None:
        """Bring everything up, and wait until it is ready; raises `ServerFailed`, and then nothing runs.

        What runs already is left alone; of a suite that runs in part the rest is started.
        """
        with self.started():
            pass

    @contextmanager
    def started(self) -> Iterator[None]:
        """`start`, and what must go well with it: if the block fails, what was started is stopped again."""
        if self.is_running():
            self._start_rest()
            yield
            return
        self.stop()  # what a supervisor that was killed has left
        try:
            Start(self.state, self.ports, self._environment, self._steps, self._owner_pid).run()
            yield
        except BaseException:
            with _undisturbed():
                self.stop()
            raise

    def stop(self) -> bool:
        """End every process; data stays. False if there was nothing to end."""
        was_running = self.is_running()
        self._supervisor.shut_down()
        lost = end_lost_processes(self.state)
        end_remains(self.state)
        return was_running or lost > 0

    def destroy(self) -> None:
        """End every process, and forget all data."""
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

    def _start_rest(self) -> None:
        for name in ("postgres", "rabbitmq"):
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

    def restart(self, name: str) -> None:
        """Stop a process gracefully, start it again, and wait until it is ready."""
        self.stop_process(name)
        self.start_process(name)
        self.wait_ready(name)

    def kill(self, name: str, with_signal: signal.Signals = signal.SIGKILL) -> None:
        """Let a process crash; the supervisor starts it again, sooner or later: see `wait_ready`."""
        pid = self.states()[name].pid
        assert pid, f"{name} does not run"
        os.kill(pid, with_signal)
        while self.states()[name].pid == pid:  # until then it would still be taken for running
            time.sleep(POLL_SECONDS)

    def wait_ready(self, *names: str, timeout_seconds: float = READY_TIMEOUT_SECONDS) -> None:
        """Wait until the named processes are ready (none named: all of the suite's own)."""
        if "postgres" in names:
            wait_for_server(self.state, "postgres", lambda: postgres.answers(self.postgres_admin_url))
        if "rabbitmq" in names:
            wait_for_server(self.state, "rabbitmq", lambda: rabbitmq.answers(self.amqp_url))
        wanted = [process for process in self.processes if not names or process.name in names]
        wait_ready(self.state, wanted, timeout_seconds=timeout_seconds, broken=GIVEN_UP)

    def states(self) -> dict[str, ProcessState]:
        """Process name → what the supervisor says of it."""
        return self._supervisor.states()

    def not_ready(self) -> dict[str, str]:
        """Those of the suite's own processes that are not ready, with the reason."""
        reasons = {process.name: not_ready(process) for process in self.processes}
        return {name: reason for name, reason in reasons.items() if reason is not None}

    # --- addresses ----------------------------------------------------------------------------

    @property
    def gateway_url(self) -> str:
        """The public door."""
        return f"http://{LOOPBACK}:{self.ports.gateway}"

    @property
    def amqp_url(self) -> str:
        """The broker."""
        return self.state.memory().amqp_url

    @property
    def postgres_admin_url(self) -> str:
        """The superuser's way into the suite's own PostgreSQL."""
        password = self.state.memory().postgres_password
        return PostgresServer(self.state.postgres, self.ports.postgres, password).url()

    def database_url(self, service: str) -> str:
        """A service's own database, as its own role."""
        return self.state.memory().database_urls[service]

    def environment_of(self, name: str) -> dict[str, str]:
        """The variables of a process, on top of this process's own."""
        process = next(process for process in self.processes if process.name == name)
        return addresses_of(self.state, self.ports, self._environment).environment(process)

    def log(self, name: str) -> Path:
        """The log file of a process."""
        return self.state.log(name)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Another Ctrl-C does not keep us from ending what we started. (Only the main thread hears of it.)"""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
