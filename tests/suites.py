"""Starts the whole suite as real processes for a test, beside a running `make up`."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

import psycopg
import pytest
from psycopg import sql
from rich.console import Console

from deploy.local.free_ports import free_ports_of
from deploy.local.layout import Layout, Ports
from deploy.local.pooling import is_pooled
from deploy.local.progress import ConsoleSteps
from deploy.local.sources import OURS, Sources
from deploy.local.suite import LocalSuite
from libs.common.clock import system_clock
from libs.common.store_calendar import store_hour
from libs.services import SERVICES
from libs.testing.databases import with_database
from libs.testing.files import allow_open_files

PORT_BASES = range(20_000, 32_000, 1_000)  # below the kernel's ephemeral ports
CLAIMS = Path(tempfile.gettempdir())
OPEN_FILES = 2_500
"""Of the process that is asked by two thousand at once, and of the test that asks."""
OWN_SERVERS: Mapping[str, str] = {}
"""An environment without databases and broker, for tests that stop them: the suite starts its own."""

ZONES = ("America/Mexico_City", "Asia/Tokyo")
HOURS_OF_A_RUN = range(1, 22)
"""In which tests may begin: what they sell today is not of yesterday when they look at it."""


def timezone_at(moment: datetime) -> str:
    """The first of the zones whose day has begun and does not end soon."""
    return next(zone for zone in ZONES if store_hour(moment, ZoneInfo(zone)).hour in HOURS_OF_A_RUN)


TIMEZONE = timezone_at(system_clock())
"""The store's, in the suites of this run."""


@contextmanager
def given_servers(postgres_admin_url: str, amqp_url: str, name: str) -> Iterator[Mapping[str, str]]:
    """An environment that names a broker and a new database for each service, at the servers of the run."""
    names = {service: f"{name}_{service}" for service in SERVICES}
    with psycopg.connect(postgres_admin_url, autocommit=True) as admin, ExitStack() as after:
        for each in names.values():
            identifier = sql.Identifier(each)
            admin.execute(sql.SQL("create database {}").format(identifier))
            after.callback(admin.execute, sql.SQL("drop database {} with (force)").format(identifier))
        urls = {
            f"{service.upper()}_DATABASE_URL": with_database(postgres_admin_url, each)
            for service, each in names.items()
        }
        yield {**urls, "AMQP_URL": amqp_url}


@contextmanager
def running_suite(
    config: pytest.Config,
    settings: Mapping[str, str],
    environment: Mapping[str, str] = OWN_SERVERS,
    *,
    owner_pid: int | None = None,
    replicas: int = 1,
    replaced: Sources | None = None,
) -> Iterator[LocalSuite]:
    """A suite that runs and is ready until the block ends; reports its steps. Its owner is this process.

    POOLER=1 puts PgBouncer in front of its databases. If it is `replaced`, it runs from those sources, and
    successors of its processes can be started from ours.
    """
    allow_open_files(OPEN_FILES)
    folder = Path(tempfile.mkdtemp(prefix="mostrador_suite_"))
    capture = config.pluginmanager.getplugin("capturemanager")
    assert capture is not None
    with claimed_ports() as ports, settings_for_processes({"STORE_TIMEZONE": TIMEZONE}):
        suite = LocalSuite(
            folder,
            layout=Layout(ports, replicas, replaced is not None, is_pooled()),
            environment=environment,
            owner_pid=owner_pid or os.getpid(),
            steps=ConsoleSteps(Console(stderr=True)),
            sources=replaced or OURS,
        )
        # Unless a broker is given, the suite takes a node of its own: it must not stop the machine's.
        suite.state.make().remember(broker_way="node")
        try:
            with capture.global_and_fixture_disabled(), settings_for_processes(settings):
                suite.start()
            yield suite
        finally:
            suite.destroy()


@contextmanager
def claimed_ports() -> Iterator[Ports]:
    """Ports that are free, and that no other test on this machine takes while the block lasts.

    Two suites that start at once would find the same ports free, as none listens there yet.
    """
    for base in PORT_BASES:
        with (CLAIMS / f"mostrador-ports-{base}.lock").open("w") as claim:
            if _is_first(claim) and (ports := free_ports_of([base])):
                yield ports
                return
    raise AssertionError("no free ports for a suite")


def _is_first(claim: TextIO) -> bool:
    """Lock the file until it is closed; false if another has it."""
    try:
        flock(claim, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def settings_for_processes(settings: Mapping[str, str]) -> Iterator[None]:
    """Set the variables in the block, for processes that are started there."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in settings.items():
            environment.setenv(name, value)
        yield
