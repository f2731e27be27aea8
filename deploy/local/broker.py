"""Finds a RabbitMQ: one named by the environment, else the machine's, else a node or container of our own."""

import asyncio
import json
import shutil
import signal
import subprocess
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.layout import Ports
from deploy.local.observing import is_observed
from deploy.local.state import Memory, StateFolder
from deploy.logins import ADMINISTRATOR, with_logins
from libs.servers import debian, rabbitmq
from libs.servers.processes import LOOPBACK, ServerFailed, ServerProcess
from libs.servers.rabbitmq import (
    DEFINITIONS_FILE,
    IMAGE,
    SMALL_LOG,
    WITHOUT_STATISTICS,
    RabbitNode,
    definitions_from,
)
from libs.services import SERVICES

DOCKER_TIMEOUT_SECONDS = 300


@dataclass(frozen=True, slots=True)
class BrokerChoice:
    """A broker to use. `server` is None if it already runs and is not ours to start."""

    way: str
    url: str
    prefix: str
    server: ServerProcess | None = None
    login_urls: Mapping[str, str] = field(default_factory=dict)
    """The URLs of the services' and the gateway's logins, if they have their own."""
    management_url: str = ""
    """Where its management plugin answers; empty for the usual port of its host."""


class BrokerWays:
    """The ways to get a broker, in order of preference."""

    def __init__(
        self,
        state: StateFolder,
        ports: Ports,
        environment: Mapping[str, str],
        tell: Callable[[str], None],
    ) -> None:
        self._state = state
        self._memory: Memory = state.memory()
        self._ports = ports
        self._environment = environment
        self._tell = tell
        self._prefix = environment.get("AMQP_PREFIX", self._memory.broker_prefix)

    def choose(self) -> BrokerChoice:
        """The first way that works. Raises `ServerFailed` with a message of one line if none does.

        A node of our own, once made, is used until a reset, because its queues may contain events.
        """
        if given := self._environment.get("AMQP_URL"):
            return self._given(given)
        if self._memory.broker_way == "node" and rabbitmq.is_installed():
            return self._own_node()
        if self._memory.broker_way != "container" and rabbitmq.answers(rabbitmq.DEFAULT_URL):
            return BrokerChoice("machine", rabbitmq.DEFAULT_URL, self._prefix)
        if rabbitmq.is_installed():
            return self._own_node()
        if docker_offers_image(self._tell):
            return self._own_container()
        if debian.can_install():
            debian.install("rabbitmq-server", self._tell)
            return self._own_node()
        raise ServerFailed(rabbitmq.HOW_TO_GET_IT.format(variable="AMQP_URL"))

    def _given(self, url: str) -> BrokerChoice:
        if not rabbitmq.answers(url):
            raise ServerFailed("AMQP_URL is set, but no broker answers there or it does not let us in")
        return BrokerChoice("given", url, self._prefix)

    def _own_node(self) -> BrokerChoice:
        memory = self._memory
        node = RabbitNode(
            self._state.rabbitmq,
            *self._ports.of_rabbitmq,
            password=memory.rabbitmq_password,
            name=memory.rabbitmq_node,
            definitions=with_logins(memory.broker_passwords, memory.rabbitmq_password),
            metrics_port=self._ports.rabbitmq_metrics if is_observed(self._environment) else None,
        )
        node.initialise()
        return BrokerChoice("node", node.url, "", node.process(), self._login_urls(), node.management_url)

    def _own_container(self) -> BrokerChoice:
        port, management_port = self._ports.rabbitmq, self._ports.rabbitmq_management
        password = self._memory.rabbitmq_password
        name, files = self._state.name, self._container_files()
        server = ServerProcess(
            command=(
                *("docker", "run", "--rm", "--name", name, "--hostname", ADMINISTRATOR),
                *("--publish", f"{LOOPBACK}:{port}:5672", "--publish", f"{LOOPBACK}:{management_port}:15672"),
                *("--volume", f"{name}:/var/lib/rabbitmq"),
                *(argument for source, target in files for argument in ("--volume", f"{source}:{target}:ro")),
                *("--env", "RABBITMQ_DEFAULT_USER", "--env", "RABBITMQ_DEFAULT_PASS", IMAGE),
            ),
            environment={"RABBITMQ_DEFAULT_USER": ADMINISTRATOR, "RABBITMQ_DEFAULT_PASS": password},
            user=None,
            stop_signal=signal.SIGTERM,
        )
        url = f"amqp://{ADMINISTRATOR}:{password}@{LOOPBACK}:{port}/"
        management_url = f"http://{LOOPBACK}:{management_port}"
        return BrokerChoice("container", url, "", server, self._login_urls(), management_url)

    def _login_urls(self) -> dict[str, str]:
        return {
            login: f"amqp://{login}:{password}@{LOOPBACK}:{self._ports.rabbitmq}/"
            for login, password in self._memory.broker_passwords.items()
        }

    def _container_files(self) -> list[tuple[Path, str]]:
        """Files and their places in the container, whose own user must be able to read them."""
        memory, folder = self._memory, self._state.path  # only its owner may enter this folder
        contents = {
            DEFINITIONS_FILE: with_logins(memory.broker_passwords, memory.rabbitmq_password),
            "conf.d/20-definitions.conf": definitions_from(f"/etc/rabbitmq/{DEFINITIONS_FILE}")
            + WITHOUT_STATISTICS
            + SMALL_LOG,
        }
        files = []
        for target, text in contents.items():
            path = folder / f"rabbitmq-{Path(target).name}"
            path.write_text(text)
            path.chmod(0o644)
            files.append((path, f"/etc/rabbitmq/{target}"))
        return files


def make_whole(memory: Memory) -> None:
    """Make what somebody has taken away at a running broker of our own. Raises `ServerFailed`."""
    from libs.common.commands import CommandFailed
    from libs.common.messaging import repair
    from libs.common.messaging.management import ManagementSettings

    broker = ManagementSettings(amqp_url=memory.amqp_url, amqp_management_url=memory.amqp_management_url)
    wanted = json.loads(with_logins(memory.broker_passwords, memory.rabbitmq_password))
    try:
        asyncio.run(repair.make_whole(broker, wanted))
    except CommandFailed as failure:
        raise ServerFailed(f"the broker lacks queues or rights: {failure}") from failure


def end_remains(state: StateFolder) -> None:
    """Stop Erlang's name server and the container of a killed client, which outlive the broker's process."""
    memory = state.memory()
    if memory.broker_way == "node":
        rabbitmq.end_name_server(memory.ports.of_rabbitmq[2])
    elif memory.broker_way == "container":
        _docker("rm", "--force", state.name)


def forget_data(state: StateFolder) -> None:
    """Delete the broker's data outside the state folder; a broker of our own must have ended."""
    memory = state.memory()
    if memory.broker_way == "container":
        _docker("volume", "rm", "--force", state.name)
    elif memory.broker_way in {"given", "machine"} and rabbitmq.answers(memory.amqp_url):
        forget_queues(memory.amqp_url, memory.amqp_prefix)


def forget_queues(url: str, prefix: str) -> None:
    """Delete the suite's queues and exchanges at a broker that is not its own."""
    with ThreadPoolExecutor(1) as elsewhere:  # the caller may have a running loop
        elsewhere.submit(asyncio.run, _delete(url, prefix)).result()


async def _delete(url: str, prefix: str) -> None:
    import aio_pika

    from libs.common.messaging.topology import Topology

    topology = Topology(prefix)
    queues = [topology.history, *(queue for service in SERVICES for queue in topology.queues(service))]
    exchanges = [topology.exchange, *map(topology.own_exchange, SERVICES)]
    async with await aio_pika.connect(url) as connection, connection.channel() as channel:
        for queue in queues:
            await channel.queue_delete(queue)
        for exchange in exchanges:
            await channel.exchange_delete(exchange)


def docker_offers_image(tell: Callable[[str], None]) -> bool:
    """True if a Docker engine answers and has the image or can pull it."""
    if not shutil.which("docker") or not _docker("version"):
        return False
    if _docker("image", "inspect", IMAGE):
        return True
    tell(f"pulling {IMAGE}")
    return _docker("pull", IMAGE)


def _docker(*arguments: str) -> bool:
    try:
        done = subprocess.run(
            ["docker", *arguments], check=False, capture_output=True, timeout=DOCKER_TIMEOUT_SECONDS
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0
