"""Starts the whole suite as real processes for a test, beside a running `make up`."""

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from rich.console import Console

from deploy.local.progress import ConsoleSteps
from deploy.local.suite import LocalSuite
from deploy.local.tests.ports import free_ports_for_a_suite

PORT_BASES = range(20_000, 32_000, 1_000)  # below the kernel's ephemeral ports
OWN_SERVERS: Mapping[str, str] = {}
"""An environment without databases and broker: tests stop them, so the suite needs its own."""


@contextmanager
def running_suite(
    config: pytest.Config, port_bases: Iterable[int], settings: Mapping[str, str]
) -> Iterator[LocalSuite]:
    """A suite that runs and is ready until the block ends; reports its steps."""
    folder = Path(tempfile.mkdtemp(prefix="mostrador_suite_"))
    capture = config.pluginmanager.getplugin("capturemanager")
    assert capture is not None
    suite = LocalSuite(
        folder,
        ports=free_ports_for_a_suite(port_bases),
        environment=OWN_SERVERS,
        owner_pid=os.getpid(),
        steps=ConsoleSteps(Console(stderr=True)),
    )
    # The suite's own node even if the machine runs a RabbitMQ, which we must not stop.
    suite.state.make().remember(broker_way="node")
    try:
        with capture.global_and_fixture_disabled(), settings_for_processes(settings):
            suite.start()
        yield suite
    finally:
        suite.destroy()


@contextmanager
def settings_for_processes(settings: Mapping[str, str]) -> Iterator[None]:
    """Set the variables in the block, for processes that are started there."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in settings.items():
            environment.setenv(name, value)
        yield
