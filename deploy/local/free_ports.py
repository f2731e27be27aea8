"""Tells whether a suite's ports are free, and which process uses one."""

import socket
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import psutil

from deploy.local.layout import PORT_BASE, Ports
from deploy.local.ports import all_ports
from libs.servers.processes import LOOPBACK, ServerFailed

EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")
EPHEMERAL_DEFAULT = range(32_768, 61_000)
"""Linux' own; elsewhere the range begins higher."""
OTHER_BASES = range(9_000, EPHEMERAL_DEFAULT.start - 1_000, 1_000)


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
