"""Raises RabbitMQ's memory alarm at the suite's own node: it then takes nothing from those who publish."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.suite import LocalSuite
from libs.servers.processes import identity_of
from libs.servers.rabbitmq import RabbitNode, installed_server

USUAL_SHARE = "0.4"
"""Of the machine's memory, from which on the node complains by default."""
COMMAND_SECONDS = 60


@contextmanager
def memory_alarm(suite: LocalSuite) -> Iterator[None]:
    """The node complains about its memory within the block."""
    _set_limit(suite, "absolute", "1")
    try:
        yield
    finally:
        _set_limit(suite, USUAL_SHARE)


def _set_limit(suite: LocalSuite, *limit: str) -> None:
    memory = suite.state.memory()
    node = RabbitNode(
        suite.state.rabbitmq,
        *suite.ports.of_rabbitmq,
        password=memory.rabbitmq_password,
        name=memory.rabbitmq_node,
    )
    subprocess.run(
        [Path(installed_server()).with_name("rabbitmqctl"), "set_vm_memory_high_watermark", *limit],
        check=True,
        capture_output=True,
        timeout=COMMAND_SECONDS,
        cwd="/",
        env={"PATH": "/usr/bin:/bin", **node.process().environment},
        **identity_of(node.user),
    )
