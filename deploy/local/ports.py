"""Chooses a suite's ports and layout, and tells whether they are free and which process uses one."""

import re
import socket
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import psutil

from deploy.local.layout import PORT_BASE, REPLICAS_MAX, Layout, Ports
from deploy.local.pooling import is_pooled
from deploy.local.switches import is_on
from libs.servers.processes import LOOPBACK, ServerFailed

PORT_MAX = 65_535
EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")
EPHEMERAL_DEFAULT = range(32_768, 61_000)
"""Linux' own; elsewhere the range begins higher."""
OTHER_BASES = range(9_000, EPHEMERAL_DEFAULT.start - 1_000, 1_000)


def chosen_ports(environment: Mapping[str, str], before: Ports, port_base: int | None = None) -> Ports:
    """The ports of a start: `port_base`, else PORT_BASE, else those of the last start.

    GATEWAY_PORT moves the gateway alone; it is forgotten when the base moves. Raises `ServerFailed` for a
    number that is no port.
    """
    base = _port("PORT_BASE", environment) if port_base is None else port_base
    gateway = _port("GATEWAY_PORT", environment)
    if base is None or base == before.base:
        ports = Ports(before.base, before.gateway_port if gateway is None else gateway)
    else:
        ports = Ports(base, gateway)
    if max(all_ports(ports)) > PORT_MAX:
        raise ServerFailed(
            f"PORT_BASE={ports.base} is too high: the suite's last port would be {max(all_ports(ports))}"
        )
    return ports


def chosen_layout(environment: Mapping[str, str], ports: Ports) -> Layout:
    """The processes of a start. Raises `ServerFailed` as `chosen_replicas` does.

    A service is one process, unless SEPARATE asks for web process and worker, or there are replicas: without
    the broker a worker is not ready, and the balancer must go on sending requests to the web process. Nor is
    it one behind a pooler, because a worker needs connections of its own.
    """
    replicas, pooled = chosen_replicas(environment), is_pooled(environment)
    is_separate = is_on("SEPARATE", environment) or pooled or replicas > 1
    return Layout(ports, replicas, is_pooled=pooled, is_whole=not is_separate)


def chosen_replicas(environment: Mapping[str, str]) -> int:
    """REPLICAS: how many of each process; 1 by default. Raises `ServerFailed` for any other number."""
    value = environment.get("REPLICAS") or "1"
    if value not in map(str, range(1, REPLICAS_MAX + 1)):
        raise ServerFailed(f"REPLICAS is 1 to {REPLICAS_MAX}, not {value}")
    return int(value)


def _port(variable: str, environment: Mapping[str, str]) -> int | None:
    value = environment.get(variable)
    if not value:
        return None
    if not (re.fullmatch("[0-9]{1,5}", value) and 0 < int(value) <= PORT_MAX):
        raise ServerFailed(f"{variable} is no port: {value}")
    return int(value)


def all_ports(ports: Ports) -> set[int]:
    """Every port that an observed and pooled suite with servers of its own listens on."""
    return {port for process in Layout(ports).processes for port in process.ports} | {
        ports.postgres,
        ports.pooler,
        *ports.of_rabbitmq,
        *ports.of_observation,
    }


def free_ports_of(bases: Iterable[int]) -> Ports | None:
    """The ports from the first base where all are free; None if there is no such base."""
    return next((ports for ports in map(Ports, bases) if all(map(is_free, all_ports(ports)))), None)


def refuse_taken_ports(wanted: Mapping[int, str]) -> None:
    """Raise `ServerFailed` for the first port in use; `wanted` maps ports to the processes that need them."""
    for port, name in wanted.items():
        if not is_free(port):
            ways_out = [f"PORT_BASE={_another_base()} make up moves the whole suite"]
            if name == "gateway":
                ways_out.append("GATEWAY_PORT=8080 make up the gateway alone")
            raise ServerFailed(
                f"port {port}, which {name} needs, is in use by {holder(port)}: "
                f"end that, or take other ports ({', '.join(ways_out)})"
            )


def _another_base() -> int:
    free = free_ports_of(base for base in OTHER_BASES if base != PORT_BASE)
    return free.base if free else OTHER_BASES.start


def ephemeral_warning(ports: Ports) -> str | None:
    """A warning if the system gives some of these ports to outgoing connections; None if not."""
    given = _ephemeral()
    if not any(port in given for port in all_ports(ports)):
        return None
    return (
        f"the system gives ports {given.start}-{given.stop - 1} to outgoing connections too: "
        f"one of the suite's may be taken when it starts; a PORT_BASE below {given.start - 1_000} is safe"
    )


def _ephemeral() -> range:
    try:
        first, last = EPHEMERAL.read_text().split()
    except OSError:
        return EPHEMERAL_DEFAULT
    return range(int(first), int(last) + 1)


def holder(port: int) -> str:
    """The process that listens on a port, if this user may see it."""
    with suppress(psutil.Error):
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,) and connection.pid:
                process = psutil.Process(connection.pid)
                return f"{process.name()} (process {process.pid}, of user {process.username()})"
    return "another user's process"


def is_free(port: int) -> bool:
    """True if no process listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port that was just closed is free
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True
