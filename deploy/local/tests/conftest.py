"""A suite for these tests only, beside any other on this machine."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT, Popen
from sys import executable
from tempfile import TemporaryDirectory

import pytest

from deploy.local.layout import ROOT, Layout, Ports
from deploy.local.state import StateFolder
from deploy.local.suite import LocalSuite
from deploy.local.supervision import end_lost_processes
from tests.suites import TIMEZONE, claimed_ports, settings_for_processes

Command = Callable[..., Popen[str]]


def succeeded(process: Popen[str]) -> str:
    """The output of a command that must succeed."""
    said, _ = process.communicate()
    assert process.returncode == 0, said
    return said


def said_line(process: Popen[str], text: str) -> None:
    """Wait until the process prints `text`."""
    assert process.stdout
    assert any(text in line for line in process.stdout), f"it never said {text!r}"


@pytest.fixture(scope="module")
def ports() -> Iterator[Ports]:
    """Ports that no other suite on this machine takes meanwhile."""
    with claimed_ports() as ports:
        yield ports


@pytest.fixture(scope="module")
def state_folder() -> Iterator[Path]:
    """A folder outside pytest's, which pytest closes to other users; servers may run as another user."""
    with TemporaryDirectory(prefix="mostrador_suite_") as folder:
        yield Path(folder) / "run"


@pytest.fixture(scope="module")
def command(state_folder: Path, ports: Ports) -> Iterator[Command]:
    """Runs `python -m deploy.local …` on this module's state folder, and stops leftovers after the module."""

    def run(name: str, *arguments: str, **environment: str) -> Popen[str]:
        is_remembered = StateFolder(state_folder).memory().ports == ports
        options = ["--port-base", str(ports.base)] if name == "up" and not is_remembered else []
        return Popen(
            [executable, "-m", "deploy.local", "--state-dir", state_folder, name, *options, *arguments],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=STDOUT,
            text=True,
        )

    with settings_for_processes({"STORE_TIMEZONE": TIMEZONE}):
        yield run
    suite = LocalSuite(state_folder, layout=Layout(ports))
    suite.destroy()
    end_lost_processes(suite.state)
