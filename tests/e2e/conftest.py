"""One suite of real processes for all stories: beside a running `make up`, with nothing of it in common."""

import json
import os
import re
import tempfile
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from deploy.local.layout import Ports, service_processes
from deploy.local.ports import refuse_taken_ports
from deploy.local.progress import ConsoleSteps
from deploy.local.suite import LocalSuite
from libs.common.clock import iso_utc, system_clock
from libs.common.servers.processes import ServerFailed
from tests.e2e.shop import Shop

PORT_BASES = range(20_000, 32_000, 1_000)  # below the ports that the kernel gives to clients
# As short as a lease can be: sales commits no order in its last 40 s (COMMIT_MARGIN_SECONDS).
SETTINGS = {"ALLOCATION_LEASE_SECONDS": "45", "ALLOCATION_GRACE_SECONDS": "0"}
OWN_SERVERS: Mapping[str, str] = {}
"""An environment that names no database and no broker: stories stop them, so they are the suite's own."""

STARTED_AT = pytest.StashKey[str]()
TROUBLES_MAX = 12
TROUBLE = re.compile(r"error|fatal|panic", re.IGNORECASE)


@pytest.fixture(scope="session")
def suite(pytestconfig: pytest.Config) -> Iterator[LocalSuite]:
    """Everything runs and is ready; ends with the tests, however they end. Tells what it does meanwhile."""
    folder = Path(tempfile.mkdtemp(prefix="mostrador_e2e_"))
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")
    assert capture is not None
    suite = LocalSuite(
        folder,
        ports=free_ports(),
        environment=OWN_SERVERS,
        owner_pid=os.getpid(),
        steps=ConsoleSteps(Console(stderr=True)),
    )
    # The suite's own node even where the machine has a RabbitMQ: that is not ours to stop.
    suite.state.make().remember(broker_way="node")
    try:
        with capture.global_and_fixture_disabled(), settings_for_processes():
            suite.start()
        yield suite
    finally:
        suite.destroy()


@contextmanager
def settings_for_processes() -> Iterator[None]:
    """What is started inside inherits SETTINGS; the tests that come after in this process do not."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in SETTINGS.items():
            environment.setenv(name, value)
        yield


@pytest.fixture(scope="session")
def shop(suite: LocalSuite) -> Iterator[Shop]:
    """The suite as its users see it."""
    shop = Shop.open(suite.gateway_url)
    yield shop
    shop.close()


def free_ports() -> Ports:
    """Ports that nobody listens on just now."""
    for base in PORT_BASES:
        ports = Ports(base)
        needed = [process.port for process in service_processes(ports)]
        needed += [ports.postgres, *ports.of_rabbitmq]
        try:
            refuse_taken_ports(dict.fromkeys(needed, "the stories' suite"))
        except ServerFailed:
            continue
        return ports
    raise ServerFailed(f"no free ports for a suite between {PORT_BASES.start} and {PORT_BASES.stop}")


@pytest.fixture(autouse=True)
def all_ready(request: pytest.FixtureRequest, suite: LocalSuite) -> None:
    """Each story starts with everything up, whatever the one before has left."""
    suite.start()
    request.node.stash[STARTED_AT] = iso_utc(system_clock())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A story that fails shows what its processes complained about."""
    report = yield
    suite = getattr(item, "funcargs", {}).get("suite")
    if report.failed and suite is not None:
        since = item.stash.get(STARTED_AT, "")
        for name in suite.states():
            if told := troubles(suite.log(name), since):
                report.sections.append((f"log of {name}", "\n".join(told)))
    return report


def troubles(log: Path, since: str) -> list[str]:
    """The last lines of a log that tell of trouble, of ours only those since a time (UTC, as we write it)."""
    if not log.exists():
        return []
    lines = log.read_text(errors="replace").splitlines()
    return [line for line in lines if _tells_of_trouble(line, since)][-TROUBLES_MAX:]


def _tells_of_trouble(line: str, since: str) -> bool:
    try:
        told: dict[str, Any] = json.loads(line)
    except ValueError:  # a server's own words, or the trace of a process that did not get far
        return TROUBLE.search(line) is not None
    return told.get("level") != "info" and told.get("timestamp", since) >= since
