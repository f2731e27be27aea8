"""Chooses a suite's ports and layout by the environment."""

import re
from collections.abc import Mapping

from deploy.local.layout import PORT_MAX, REPLICAS_MAX, Layout, Ports
from deploy.local.pooling import is_pooled
from deploy.local.switches import is_on
from libs.servers.processes import ServerFailed


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
