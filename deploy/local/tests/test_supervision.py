"""A supervisord that ends is told from its signal on; a server that ends while it starts is started again."""

import os
import sys
from pathlib import Path

import psutil
import pytest

from deploy.local.configuration import Program
from deploy.local.start import wait_for_server
from deploy.local.state import StateFolder
from deploy.local.supervision import GONE, Supervisor, end_lost_processes
from libs.servers.processes import ServerFailed, has_ended
from libs.testing.waiting import eventually

pytestmark = pytest.mark.e2e

DEAF = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); signal.pause()"
)


def is_gone(supervisor: Supervisor) -> bool:
    try:
        supervisor.states()
    except ServerFailed as failure:
        return str(failure) == GONE
    return False


async def test_a_supervisor_that_waits_for_its_programs_is_gone_already(tmp_path: Path) -> None:
    state = StateFolder(tmp_path / "run").make()
    supervisor = Supervisor(state)
    program = Program("deaf", "servers", (sys.executable, "-c", DEAF), {})
    try:
        supervisor.launch([program], owner_pid=os.getpid())
        supervisor.start("deaf")
        await eventually(lambda: "deaf" in state.log("deaf").read_text())
        deaf = psutil.Process(supervisor.states()["deaf"].pid)
        supervisord = psutil.Process(int(state.supervisor_pid.read_text()))
        supervisord.terminate()
        await eventually(lambda: is_gone(supervisor))
        assert supervisord.is_running(), "it waits for its program"
        deaf.kill()
        await eventually(lambda: has_ended(supervisord))
        assert is_gone(supervisor)
    finally:
        end_lost_processes(state)


def test_a_server_that_ends_while_it_starts_is_waited_for(tmp_path: Path) -> None:
    state = StateFolder(tmp_path / "run").make()
    supervisor = Supervisor(state)
    seen: set[int] = set()

    def answers() -> bool:
        """The first one is killed once supervisord counts it as running; the second is ready."""
        server = supervisor.states()["server"]
        if server.state == "RUNNING" and not seen:
            psutil.Process(server.pid).kill()
            seen.add(server.pid)
        return bool(seen) and server.state == "RUNNING" and server.pid not in seen

    try:
        supervisor.launch(
            [Program("server", "servers", (sys.executable, "-c", "import signal; signal.pause()"), {})],
            owner_pid=os.getpid(),
        )
        supervisor.start("server")
        wait_for_server(state, "server", answers)
    finally:
        end_lost_processes(state)
