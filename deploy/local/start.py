"""Starts a suite: finds or starts servers, makes and migrates databases, starts all processes."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.balancing import balancer_of
from deploy.local.broker import BrokerChoice, BrokerWays
from deploy.local.configuration import Program
from deploy.local.databases import DatabaseChoice, choose_databases, make_databases, migrate_all
from deploy.local.environment import Addresses
from deploy.local.free_ports import refuse_taken_ports
from deploy.local.keys import Keys
from deploy.local.layout import ROOT, Layout, Ports, ServiceProcess
from deploy.local.observing import is_observed, observers, prometheus_at
from deploy.local.pooling import pooler_of
from deploy.local.progress import Steps
from deploy.local.readiness import GIVEN_UP, wait_ready
from deploy.local.sources import OURS, Sources
from deploy.local.state import Memory, StateFolder
from deploy.local.supervision import Supervisor
from deploy.local.unprivileged import home_of, process_user
from libs.servers import haproxy, pgbouncer, rabbitmq
from libs.servers.processes import ServerProcess, wait_until
from libs.servers.prometheus import installed_server

SERVER_TIMEOUT_SECONDS = 120
READY_TIMEOUT_SECONDS = 90
WAYS = {
    "given": "using the RabbitMQ of AMQP_URL",
    "machine": "using the RabbitMQ that answers on 127.0.0.1:5672",
    "node": "running a RabbitMQ node of our own",
    "container": "running RabbitMQ in a container",
}


@dataclass(frozen=True, slots=True)
class Start:
    """One start of a suite. After a failure the caller stops the processes that were started."""

    state: StateFolder
    layout: Layout
    environment: Mapping[str, str]
    steps: Steps
    owner_pid: int | None
    sources: Sources
    """Of the processes; their successors run from ours."""

    @property
    def ports(self) -> Ports:
        """The suite's ports."""
        return self.layout.ports

    def run(self) -> None:
        """Start everything and wait until it is ready. Raises `ServerFailed`."""
        processes = self.layout.processes
        refuse_taken_ports({port: name for process in processes for port, name in process.ports.items()})
        memory = self._make_secrets()
        broker = self._find_broker()
        databases = self._find_databases(memory)
        self._launch(broker, databases)
        with self.steps.step("RabbitMQ"):
            self._prepare_databases(databases)
            if self.layout.is_pooled:
                wait_for_server(self.state, "pooler", pooler_of(self.state, self.ports).answers)
            start_missing(self.state, processes)
            if broker.server is not None:
                wait_for_server(self.state, "rabbitmq", lambda: rabbitmq.answers(broker.url))
        with self.steps.step(f"{len(processes)} processes"):
            if self.layout.is_balanced:
                wait_for_server(self.state, "balancer", balancer_of(self.state, self.layout).api.answers)
            wait_ready(self.state, processes, timeout_seconds=READY_TIMEOUT_SECONDS * self.layout.replicas)
            if is_observed(self.environment):
                wait_for_server(self.state, "prometheus", prometheus_at(self.ports).answers)

    def _make_secrets(self) -> Memory:
        with self.steps.step("passwords and keys"):
            self.state.make()
            Keys(self.state.keys).make()
            before = self.state.memory()
            return self.state.remember(
                is_starting=True,
                port_base=self.ports.base,
                gateway_port=self.ports.gateway_port,
                replicas=self.layout.replicas,
                is_pooled=self.layout.is_pooled,
                is_whole=self.layout.is_whole,
                rabbitmq_node=before.rabbitmq_node or f"mostrador-{before.ports.rabbitmq}",
            )

    def _find_broker(self) -> BrokerChoice:
        with self.steps.step("finding a RabbitMQ") as tell:
            broker = BrokerWays(self.state, self.ports, self.environment, tell).choose()
        self.steps.note(WAYS[broker.way])
        if broker.server is not None:
            refuse_taken_ports(dict.fromkeys(self.ports.of_rabbitmq, "rabbitmq"))
        self.state.remember(
            broker_way=broker.way,
            amqp_url=broker.url,
            amqp_prefix=broker.prefix,
            login_urls=dict(broker.login_urls),
            amqp_management_url=broker.management_url,
        )
        return broker

    def _find_databases(self, memory: Memory) -> DatabaseChoice:
        databases = choose_databases(self.state, self.ports, memory, self.environment)
        if databases.server is None:
            self.steps.note("using the databases of the environment")
        else:
            refuse_taken_ports({self.ports.postgres: "postgres"})
            with self.steps.step("PostgreSQL cluster"):
                databases.server.initialise()
        self.state.remember(database_urls=dict(databases.urls), process_urls=dict(databases.process_urls))
        return databases

    def _launch(self, broker: BrokerChoice, databases: DatabaseChoice) -> None:
        servers: dict[str, ServerProcess] = self._observers(broker) | self._balancer() | self._pooler()
        if databases.server is not None:
            servers["postgres"] = databases.server.process()
        if broker.server is not None:
            servers["rabbitmq"] = broker.server
        supervisor = Supervisor(self.state)
        programs = [*_server_programs(servers), *self._service_programs()]
        supervisor.launch(programs, owner_pid=self.owner_pid)
        for name in servers:
            supervisor.start(name)

    def _observers(self, broker: BrokerChoice) -> dict[str, ServerProcess]:
        if not is_observed(self.environment):
            return {}
        refuse_taken_ports({self.ports.prometheus: "prometheus", self.ports.grafana: "grafana"})
        with self.steps.step("Prometheus") as tell:
            installed_server(tell)
            return observers(self.state, self.layout, of_broker=broker.way == "node")

    def _balancer(self) -> dict[str, ServerProcess]:
        if not self.layout.is_balanced:
            return {}
        with self.steps.step("balancer") as tell:
            haproxy.installed_server(tell)
            refuse_taken_ports(dict.fromkeys([*self.layout.behind_balancer, self.ports.balancer], "balancer"))
            balancer = balancer_of(self.state, self.layout)
            balancer.initialise()
            return {"balancer": balancer.process()}

    def _pooler(self) -> dict[str, ServerProcess]:
        if not self.layout.is_pooled:
            return {}
        with self.steps.step("PgBouncer") as tell:
            pgbouncer.installed_server(tell)
            refuse_taken_ports({self.ports.pooler: "pooler"})
            pooler = pooler_of(self.state, self.ports)
            pooler.initialise()
            return {"pooler": pooler.process()}

    def _service_programs(self) -> Iterator[Program]:
        processes, successors = self.layout.processes, self.layout.successors
        addresses = addresses_of(self.state, self.layout, self.environment)
        names = [process.name for process in (*processes, *successors)]
        user = process_user(self.state, names, self.sources)
        if user is None and os.geteuid() == 0:
            self.steps.note(f"processes run as root, because other users cannot read {ROOT}")
        self.state.remember(process_user=user)
        home = {"HOME": home_of(user)} if user else {}
        for process in (*processes, *successors):
            sources = self.sources if process in processes else OURS
            command = (str(sources.python), "-m", process.module)
            environment = addresses.environment(process) | home
            yield Program(
                process.name, "services", command, environment, user, folder=sources.folder, keeps_log=True
            )

    def _prepare_databases(self, databases: DatabaseChoice) -> None:
        server = databases.server
        if server is not None:
            with self.steps.step("PostgreSQL"):
                wait_for_server(self.state, "postgres", server.answers)
            with self.steps.step("a database and its roles for each service"):
                memory = self.state.memory()
                owners = {service: memory.role_passwords[service] for service in databases.own}
                make_databases(server.url(), owners, memory.process_passwords)
        with self.steps.step("migrations") as tell:
            migrate_all(databases.urls, databases.own, tell)


def addresses_of(state: StateFolder, layout: Layout, environment: Mapping[str, str]) -> Addresses:
    """Addresses and files of a suite, from the choices of its last start."""
    memory = state.memory()
    return Addresses(
        layout=layout,
        keys=Keys(state.keys),
        database_urls=memory.process_urls,
        amqp_url=memory.amqp_url,
        amqp_prefix=memory.amqp_prefix,
        login_urls=memory.login_urls,
        caller=environment,
        pooler=pooler_of(state, layout.ports) if layout.is_pooled else None,
    )


def start_missing(state: StateFolder, processes: tuple[ServiceProcess, ...]) -> None:
    """Start all processes that do not run, in parallel, without waiting for them."""
    supervisor = Supervisor(state)
    for process in processes:
        supervisor.start(process.name)


def wait_for_server(state: StateFolder, name: str, answers: Callable[[], bool]) -> None:
    """Wait until the server answers. Raises `ServerFailed` if supervisord gave up starting it.

    One that ended is started again: RabbitMQ 4 may need it, see `libs.servers.rabbitmq.definitions_from`.
    """
    supervisor = Supervisor(state)
    wait_until(
        answers,
        alive=lambda: supervisor.states()[name].state not in GIVEN_UP,
        what=name,
        log=state.log(name),
        timeout_seconds=SERVER_TIMEOUT_SECONDS,
    )


def _server_programs(servers: Mapping[str, ServerProcess]) -> Iterator[Program]:
    for name, server in servers.items():
        yield Program(
            name,
            "servers",
            tuple(server.command),
            server.environment,
            user=server.user,
            folder=ROOT if server.user is None else Path("/"),
            stop_signal=server.stop_signal,
        )
