"""A failed `up` ends with a message of one line and an exit code, and leaves nothing running."""

import os
import pty
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from sys import executable

import pytest

from deploy.local.layout import ROOT, Ports
from deploy.local.state import StateFolder
from deploy.local.supervision import lost_processes
from deploy.local.terminal import alone_in
from deploy.local.tests.conftest import Command, said_line, succeeded
from deploy.local.tests.ports import listening_socket
from libs.testing.interrupts import interruptible

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


def test_a_port_in_use_is_named(command: Command, ports: Ports, state_folder: Path) -> None:
    with listening_socket(ports.worker("catalog")):
        up = command("up", SEPARATE="1")
        said, _ = up.communicate()
    assert up.returncode == 1
    assert said.splitlines()[-1].startswith(
        f"Failed: port {ports.worker('catalog')}, which catalog-worker needs"
    )
    assert lost_processes(StateFolder(state_folder)) == []


def test_a_broker_that_is_not_there_is_told(command: Command, ports: Ports, state_folder: Path) -> None:
    up = command("up", AMQP_URL=f"amqp://guest:guest@127.0.0.1:{ports.rabbitmq}/")
    said, _ = up.communicate()
    assert up.returncode == 1
    assert said.splitlines()[-1].startswith("Failed: AMQP_URL is set, but no broker answers there")
    assert lost_processes(StateFolder(state_folder)) == []


def test_a_database_that_is_not_there_is_told(command: Command, ports: Ports, amqp_url: str) -> None:
    url = f"postgresql://sales:secret@127.0.0.1:{ports.postgres}/sales"
    up = command("up", AMQP_URL=amqp_url, SALES_DATABASE_URL=url)
    said, _ = up.communicate()
    assert up.returncode == 1
    assert said.splitlines()[-1].startswith("Failed: SALES_DATABASE_URL is set, but nobody answers there")


def test_ctrl_c_stops_what_was_started(command: Command, state_folder: Path) -> None:
    up = command("up")
    said_line(up, "migrations: sales")
    assert lost_processes(StateFolder(state_folder))
    up.send_signal(signal.SIGINT)
    said, _ = up.communicate()
    # Python ends itself by the signal in place of its exit code if the signal arrived within an `exec` of
    # source text, as in an import; a shell shows 130 for both.
    assert up.returncode in {130, -signal.SIGINT}
    assert said.splitlines()[-1] == "Interrupted; nothing is left running."
    assert lost_processes(StateFolder(state_folder)) == []


def test_ctrl_c_before_the_commands_are_imported_is_one_line(command: Command, tmp_path: Path) -> None:
    (tmp_path / "psycopg.py").write_text("print('importing', flush=True)\nimport time\ntime.sleep(60)")
    with interruptible():
        up = command("up", PYTHONPATH=str(tmp_path))
    said_line(up, "importing")
    up.send_signal(signal.SIGINT)
    said, _ = up.communicate()
    assert (up.returncode, said) == (130, "Interrupted before anything was begun.\n")


@pytest.mark.parametrize("name", ["up", "down", "reset"])
def test_a_suite_is_started_and_stopped_by_one_command_at_a_time(
    command: Command, state_folder: Path, name: str
) -> None:
    with alone_in(StateFolder(state_folder), "up"):
        second = command(name)
        said, _ = second.communicate()
    told = f"Failed: make up (process {os.getpid()}) is at work just now: wait until it has ended, or end it"
    assert (second.returncode, said.splitlines()[-1]) == (1, told)
    assert state_folder.exists()


def without_suite(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """What a command says and does on a folder that has no running suite."""
    return subprocess.run(
        [executable, "-m", "deploy.local", "--state-dir", folder, *command],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_no_events_are_replayed_to_a_service_that_consumes_none(tmp_path: Path) -> None:
    done = without_suite(tmp_path, "reconcile", "--service", "auth", "--since", "2h")
    assert (done.returncode, done.stderr) == (1, "")
    assert "no events can be replayed to auth" in done.stdout


def test_events_are_replayed_to_services_from_a_time_on(tmp_path: Path) -> None:
    for half in (("--service", "catalog"), ("--since", "2h")):
        done = without_suite(tmp_path, "reconcile", *half)
        assert (done.returncode, done.stderr) == (1, "")
        assert "name both, S=… and SINCE=…" in done.stdout


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = without_suite(tmp_path / "file" / "run", "up")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines()[-1].startswith("Failed: [Errno 20] Not a directory")


@pytest.mark.parametrize("name", ["status", "psql"])
def test_what_needs_a_running_suite_says_how_to_start_it(command: Command, name: str) -> None:
    asked = command(name, *(["sales"] if name == "psql" else []))
    said, _ = asked.communicate()
    assert asked.returncode == 1
    assert "Mostrador is not up. Start it with: make up" in said


def test_down_with_nothing_running_is_no_failure(command: Command) -> None:
    down = command("down")
    said, _ = down.communicate()
    assert (down.returncode, said.strip()) == (0, "Nothing was running.")


def test_down_where_there_was_no_suite_leaves_nothing(tmp_path: Path) -> None:
    done = without_suite(tmp_path / "run", "down")
    assert (done.returncode, done.stdout.strip()) == (0, "Nothing was running.")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["up", "down", "status", "backup"])
def test_a_damaged_memory_is_told_and_stays(tmp_path: Path, name: str) -> None:
    memory = tmp_path / "state.json"
    memory.write_text('{"port_base": 80')
    done = without_suite(tmp_path, name)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(f"Failed: {memory} is damaged")
    assert memory.exists()


def test_the_invariants_tell_of_a_damaged_memory(tmp_path: Path) -> None:
    (tmp_path / "state.json").touch()
    done = subprocess.run(
        [executable, "-m", "tests.e2e.invariants", "--state-dir", tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.startswith(f"could not be read: {tmp_path / 'state.json'} is damaged")


@pytest.mark.parametrize("lose", [lambda path: path.write_text(""), Path.unlink], ids=["damaged", "missing"])
def test_a_reset_needs_no_memory(tmp_path: Path, lose: Callable[[Path], object]) -> None:
    folder = tmp_path / "run"
    state = StateFolder(folder).make()
    state.remember()
    state.postgres.mkdir()
    lose(folder / "state.json")
    done = without_suite(folder, "reset")
    assert (done.returncode, done.stdout.strip()) == (0, "Stopped, and all data is gone.")
    assert not folder.exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("admin",), "revoke-sessions"),
        (("keys", "rotate"), "usage: python -m services.auth.keys rotate"),
        (("events", "deadletters"), "{list,show,replay,discard}"),
        (("events",), 'make events A="history'),
    ],
)
def test_the_help_of_operators_commands_is_their_own_and_needs_no_suite(
    command: Command, arguments: tuple[str, ...], told: str
) -> None:
    assert told in succeeded(command(*arguments, "--help"))


@pytest.mark.parametrize(
    ("answer", "yes", "is_left"),
    [("\x04", "", True), ("n", "", True), ("n", "0", True), ("y", "", False), ("", "1", False)],
)
def test_a_reset_asks_in_a_terminal(state_folder: Path, answer: str, yes: str, *, is_left: bool) -> None:
    StateFolder(state_folder).make()
    ours, its = pty.openpty()
    os.write(ours, f"{answer}\n".encode())
    done = subprocess.run(
        [executable, "-m", "deploy.local", "--state-dir", state_folder, "reset"],
        cwd=ROOT,
        env={**os.environ, "YES": yes},
        stdin=its,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode == 1) is is_left
    assert (f"This deletes all data in {state_folder}. Go on? [y/N]" in done.stdout) is (yes != "1")
    assert "Traceback" not in done.stderr
    assert state_folder.exists() is is_left


def test_a_command_whose_terminal_is_closed_ends_as_if_it_were_told_to(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    StateFolder(folder).make()
    pid, terminal = pty.fork()
    if pid == 0:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)  # a run below `nohup` ignores it, and so would the child
        os.chdir(ROOT)
        command = [executable, "-m", "deploy.local", "--state-dir", str(folder), "reset"]
        os.execv(executable, command)  # noqa: S606 - the child of a terminal
    shown = b""
    while b"Go on?" not in shown:
        shown += os.read(terminal, 1024)
    os.close(terminal)
    _, ended = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(ended) == 143
    assert folder.exists()
