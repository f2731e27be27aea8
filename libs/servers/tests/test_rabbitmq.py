"""A real RabbitMQ node of our own: what it makes of its definitions at each start."""

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest

from libs.common.messaging.definitions import Definitions, binding, exchange, permission, queue
from libs.servers import debian, rabbitmq
from libs.servers.processes import free_ports
from libs.servers.rabbitmq import RabbitNode

pytestmark = pytest.mark.timeout(300)  # it is installed where it is missing

STREAM = {"x-queue-type": "stream"}
LOGIN = {
    "users": [{"name": "mostrador", "password": "x", "tags": "administrator"}],
    "vhosts": [{"name": "/"}],
    "permissions": [permission("/", "mostrador", configure=".*", write=".*", read=".*")],
}


@pytest.fixture
def folder() -> Iterator[Path]:
    """Outside pytest's, which pytest closes to other users."""
    debian.ensure("rabbitmq-server", "rabbitmq-server")
    with TemporaryDirectory(prefix="mostrador_rabbitmq_") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def queues_after_each_start(folder: Path, *definitions: Definitions) -> list[list[str]]:
    """The names of the queues of one node, after a start with each of these definitions.

    Before it ends the queue `once` is deleted.
    """
    amqp, distribution, name_server, management = free_ports(4)
    found: list[list[str]] = []
    try:
        for number, content in enumerate(definitions):
            text = json.dumps({**LOGIN, **content})
            node = RabbitNode(folder / "node", amqp, distribution, name_server, management, "x", text)
            node.initialise()
            log = folder / f"{number}.log"
            with (
                node.process().running("RabbitMQ", node.answers, log, start_seconds=120, end_seconds=60),
                httpx.Client(base_url=node.management_url, auth=("mostrador", "x")) as api,
            ):
                found.append(
                    sorted(each["name"] for each in api.get("/api/queues").raise_for_status().json())
                )
                api.delete("/api/queues/%2F/once")
    finally:
        rabbitmq.end_name_server(name_server)
    return found


def test_a_node_imports_definitions_that_have_changed_and_starts_again_without_importing(
    folder: Path,
) -> None:
    """With a stream: RabbitMQ 4 might not start if it imported the same again."""
    once = queue("/", "once", {})
    streaming: Definitions = {
        "exchanges": [exchange("/", "events", "topic")],
        "queues": [once, queue("/", "history", STREAM)],
        "bindings": [binding("/", "events", "history", "#")],
    }
    found = queues_after_each_start(folder, Definitions(queues=[once]), streaming, streaming)
    assert found == [["once"], ["history", "once"], ["history"]]
