"""The fixtures that the end-to-end tests share. Each folder or file of tests starts a suite of its own."""

import json
import re
from collections.abc import Generator, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from deploy.local.suite import LocalSuite
from libs.common.clock import iso_utc, system_clock
from libs.testing.traces import Collector, collector
from tests.e2e.chaos import chaos_minutes
from tests.e2e.faults import Faults, faults_of_this_run
from tests.e2e.one_trace import SETTINGS as TRACED_IF_ASKED
from tests.e2e.shop import Sessions, Shop
from tests.e2e.synced.days import number_of_days

# The shortest possible lease: sales commits no order in its last 40 s (COMMIT_MARGIN_SECONDS).
SETTINGS = {"ALLOCATION_LEASE_SECONDS": "45", "ALLOCATION_GRACE_SECONDS": "0"}
STARTED_AT = pytest.StashKey[str]()
TROUBLES_MAX = 12
TROUBLE = re.compile(r"error|fatal|panic", re.IGNORECASE)


collect_ignore = [
    *([] if chaos_minutes() else ["test_chaos.py"]),
    *([] if number_of_days() else ["test_synced_days.py"]),
]


@pytest.fixture(scope="package")
def faults() -> Iterator[Faults]:
    """The boundaries at which processes of a suite can be ended."""
    with faults_of_this_run() as faults:
        yield faults


@pytest.fixture(scope="package")
def collected() -> Iterator[Collector]:
    """The traces of a suite, of requests whose client asks for them."""
    with collector() as collected:
        yield collected


def settings_of(faults: Faults, collected: Collector) -> Mapping[str, str]:
    """The environment of a suite whose processes end at boundaries and tell their traces."""
    own = {"FAULTS": str(faults.folder), "OTEL_EXPORTER_OTLP_ENDPOINT": collected.url}
    return {**SETTINGS, **TRACED_IF_ASKED, **own}


@pytest.fixture(scope="module")
def sessions(suite: LocalSuite) -> Iterator[Sessions]:
    """The shop's sessions."""
    sessions = Sessions(partial(Shop.open, suite.gateway_url))
    yield sessions
    sessions.end()


@pytest.fixture
def shop(sessions: Sessions) -> Shop:
    """The shop in the suite, used through the gateway."""
    return sessions.shop()


@pytest.fixture(autouse=True)
def all_ready(request: pytest.FixtureRequest, suite: LocalSuite, faults: Faults) -> None:
    """Start each story with all processes ready, whatever the previous one has left."""
    suite.start()
    faults.disarm_all()
    request.node.stash[STARTED_AT] = iso_utc(system_clock())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the suite's warnings and errors to the report of a failed story, whatever still runs of it."""
    report = yield
    suite = getattr(item, "funcargs", {}).get("suite")
    if report.failed and suite is not None:
        since = item.stash.get(STARTED_AT, "")
        for log in sorted(suite.state.logs.glob("*.log")):
            if told := troubles(log, since):
                report.sections.append((f"log of {log.stem}", "\n".join(told)))
    return report


def troubles(log: Path, since: str) -> list[str]:
    """The last warnings and errors in a log; of our own lines those after `since` (UTC, in our format)."""
    lines = log.read_text(errors="replace").splitlines()
    return [line for line in lines if _tells_of_trouble(line, since)][-TROUBLES_MAX:]


def _tells_of_trouble(line: str, since: str) -> bool:
    try:
        told: dict[str, Any] = json.loads(line)
    except ValueError:  # a server's line, or the traceback of a process that failed at its start
        return TROUBLE.search(line) is not None
    return told.get("level") != "info" and told.get("timestamp", since) >= since
