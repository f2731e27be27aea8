"""The processes of the suite on one machine, and their ports."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from libs.servers.processes import LOOPBACK
from libs.services import SERVICES

ROOT = Path(__file__).parents[2]
WITHOUT_WORKER = frozenset({"chatbot"})
SERVERS = ("postgres", "pooler", "rabbitmq", "balancer", "prometheus", "grafana")
"""The servers that may run beside the processes; each has a folder of its name in the state folder."""
PORT_BASE = 8000
PORT_MAX = 65_535
REPLICAS_MAX = 4  # with as many successors their ports end below RabbitMQ's


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

    @property
    def gateway_tls(self) -> int:
        """The gateway's port with TLS, if the suite has one."""
        return self.base + 443

    def web(self, service: str) -> int:
        """The port of a service: of its web process or, with replicas, of the balancer before them."""
        return self.base + 101 + SERVICES.index(service)

    def worker(self, service: str) -> int:
        """The port of a worker's health checks."""
        return self.base + 201 + SERVICES.index(service)

    def replica(self, number: int) -> "ReplicaPorts":
        """The ports of replica `number` of each process, if there are replicas."""
        return ReplicaPorts(self.base + 480 + 20 * number)

    @property
    def balancer(self) -> int:
        """The port where the balancer tells the state of the replicas."""
        return self.base + 695

    @property
    def postgres(self) -> int:
        """The port of PostgreSQL."""
        return self.base + 432

    @property
    def pooler(self) -> int:
        """The port of PgBouncer, if the suite is pooled."""
        return self.base + 433

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
class ReplicaPorts:
    """The ports of one replica of each process, counted from `base`."""

    base: int

    def web(self, service: str) -> int:
        """The port of a service's web process."""
        return self.base + SERVICES.index(service)

    @property
    def gateway(self) -> int:
        """The gateway's port."""
        return self.base + 7

    @property
    def gateway_internal(self) -> int:
        """The port of the gateway's health checks."""
        return self.base + 8

    def worker(self, service: str) -> int:
        """The port of a worker's health checks."""
        return self.base + 11 + SERVICES.index(service)


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
    def address(self) -> str:
        """Its address."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def is_web(self) -> bool:
        """Whether it is a service's web process."""
        return self.module == f"services.{self.service}.main"

    @property
    def ports(self) -> dict[int, str]:
        """Its ports with their purpose."""
        internal = {self.internal_port: f"{self.name} (health)"} if self.internal_port else {}
        return {self.port: self.name, **internal}

    @property
    def health_port(self) -> int:
        """The port of its health checks."""
        return self.internal_port or self.port

    @property
    def health_address(self) -> str:
        """The address of its health checks."""
        return f"http://{LOOPBACK}:{self.health_port}"


@dataclass(frozen=True, slots=True)
class Layout:
    """The processes of a suite: one of each kind, or as many `replicas` behind a balancer."""

    ports: Ports
    replicas: int = 1
    is_replaceable: bool = False
    """Whether the balancer also knows the processes of a release that replaces this one."""
    is_pooled: bool = False
    """Whether web processes reach their databases through PgBouncer."""
    is_whole: bool = False
    """Whether a service's web process and worker are one process; not behind a balancer."""

    @property
    def is_balanced(self) -> bool:
        """Whether gateway and services are reached through a balancer."""
        return self.replicas > 1

    @property
    def processes(self) -> tuple[ServiceProcess, ...]:
        """The gateway, and each service's web process and worker, or both in one."""
        return self._numbered(1, self.replicas)

    @property
    def successors(self) -> tuple[ServiceProcess, ...]:
        """The processes that take the place of these, one by one, if another release replaces this one."""
        return self._numbered(self.replicas + 1, 2 * self.replicas) if self.is_replaceable else ()

    @property
    def behind_balancer(self) -> dict[int, list[ServiceProcess]]:
        """Each port of the balancer, with the processes that it passes connections on to."""
        known = [*self.processes, *self.successors] if self.is_balanced else []
        behind = {
            self.ports.web(service): [each for each in known if each.is_web and each.service == service]
            for service in SERVICES
        }
        return {**behind, self.ports.gateway: [each for each in known if each.service is None]}

    def _numbered(self, first: int, last: int) -> tuple[ServiceProcess, ...]:
        return tuple(each for number in range(first, last + 1) for each in self._replica(number))

    def _replica(self, number: int) -> Iterator[ServiceProcess]:
        ports = self.ports.replica(number) if self.is_balanced else self.ports
        suffix = "" if number == 1 else f"-{number}"
        for service in SERVICES:
            is_whole = self.is_whole and service not in WITHOUT_WORKER
            module = f"services.{service}.{'whole' if is_whole else 'main'}"
            yield ServiceProcess(service + suffix, service, module, ports.web(service))
            if not is_whole and service not in WITHOUT_WORKER:
                module = f"services.{service}.worker"
                yield ServiceProcess(f"{service}-worker{suffix}", service, module, ports.worker(service))
        yield ServiceProcess(f"gateway{suffix}", None, "gateway.main", ports.gateway, ports.gateway_internal)
