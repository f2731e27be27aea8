"""The processes of the suite on one machine, and their ports."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from libs.servers.processes import LOOPBACK

ROOT = Path(__file__).parents[2]
SERVICES = ("auth", "catalog", "sales", "customers", "analytics", "chatbot")
WITHOUT_WORKER = frozenset({"chatbot"})
PORT_BASE = 8000


@dataclass(frozen=True, slots=True)
class Ports:
    """All ports, counted from `base`; only the gateway's may be chosen separately."""

    base: int = PORT_BASE
    gateway_port: int | None = None

    @property
    def gateway(self) -> int:
        """The one public port."""
        return self.base if self.gateway_port is None else self.gateway_port

    @property
    def gateway_internal(self) -> int:
        """The port of the gateway's health checks."""
        return self.base + 100

    def web(self, service: str) -> int:
        """The port of a service's web process."""
        return self.base + 101 + SERVICES.index(service)

    def worker(self, service: str) -> int:
        """The port of a worker's health checks."""
        return self.base + 201 + SERVICES.index(service)

    @property
    def postgres(self) -> int:
        """The port of PostgreSQL."""
        return self.base + 432

    @property
    def rabbitmq(self) -> int:
        """The port of RabbitMQ."""
        return self.of_rabbitmq[0]

    @property
    def of_rabbitmq(self) -> tuple[int, int, int, int]:
        """The node's ports: for clients, other nodes and tools, Erlang's name server, and to manage it."""
        return self.base + 672, self.base + 673, self.base + 674, self.base + 675

    @property
    def rabbitmq_management(self) -> int:
        """The port of RabbitMQ's management plugin."""
        return self.of_rabbitmq[3]

    @property
    def rabbitmq_metrics(self) -> int:
        """The port of RabbitMQ's own metrics, if the suite is observed."""
        return self.base + 676

    @property
    def prometheus(self) -> int:
        """The port of Prometheus, if the suite is observed."""
        return self.base + 690

    @property
    def grafana(self) -> int:
        """The port of Grafana, if the suite is observed and Grafana is installed."""
        return self.base + 691

    @property
    def of_observation(self) -> tuple[int, int, int]:
        """The ports that only an observed suite uses."""
        return self.rabbitmq_metrics, self.prometheus, self.grafana


@dataclass(frozen=True, slots=True)
class ServiceProcess:
    """A process of ours in the suite. `service` is None for the gateway."""

    name: str
    service: str | None
    module: str
    port: int
    internal_port: int | None = None
    """The port of its health checks, if not `port`."""

    @property
    def command(self) -> tuple[str, ...]:
        """The command that starts it."""
        return (sys.executable, "-m", self.module)

    @property
    def address(self) -> str:
        """Its address."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def ports(self) -> dict[int, str]:
        """Its ports with their purpose."""
        internal = {self.internal_port: f"{self.name} (health)"} if self.internal_port else {}
        return {self.port: self.name, **internal}

    @property
    def health_address(self) -> str:
        """The address of its health checks."""
        return f"http://{LOOPBACK}:{self.internal_port or self.port}"


def service_processes(ports: Ports) -> tuple[ServiceProcess, ...]:
    """The gateway, and each service's web process and worker."""
    return tuple(_processes(ports))


def _processes(ports: Ports) -> Iterator[ServiceProcess]:
    for service in SERVICES:
        yield ServiceProcess(service, service, f"services.{service}.main", ports.web(service))
        if service not in WITHOUT_WORKER:
            yield ServiceProcess(
                f"{service}-worker", service, f"services.{service}.worker", ports.worker(service)
            )
    yield ServiceProcess("gateway", None, "gateway.main", ports.gateway, ports.gateway_internal)
