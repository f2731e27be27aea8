"""A suite of the tests' own, beside whatever else runs on this machine."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import PIPE, STDOUT, Popen
from sys import executable

import pytest

from deploy.local.layout import ROOT, Ports
from deploy.local.suite import LocalSuite
from deploy.local.supervision import end_lost_processes
from deploy.local.tests.ports import free_ports_for_a_suite

Command = Callable[..., Popen[str]]


@pytest.fixture(scope="module")
def ports() -> Ports:
    return free_ports_for_a_suite()


@pytest.fixture(scope="module")
def state_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("suite") / "run"


@pytest.fixture(scope="module")
def command(state_folder: Path, ports: Ports) -> Iterator[Command]:
    """`python -m deploy.local …` for this module's state folder; whatever it leaves behind is ended after."""

    def run(name: str, *arguments: str, **environment: str) -> Popen[str]:
        options = ["--port-base", str(ports.base)] if name == "up" else []
        return Popen(
            [executable, "-m", "deploy.local", "--state-dir", state_folder, name, *options, *arguments],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=PIPE,
            stderr=STDOUT,
            text=True,
        )

    yield run
    suite = LocalSuite(state_folder, ports=ports)
    suite.stop()
    end_lost_processes(suite.state)
