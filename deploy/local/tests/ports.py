"""Ports that no other suite on this machine uses."""

import os
import socket
from collections.abc import Iterable

from deploy.local.layout import Ports, service_processes
from deploy.local.ports import is_free

SPAN = 700
BASES = range(10_000, 20_000 - SPAN, SPAN)


def free_ports_for_a_suite(bases: Iterable[int] | None = None) -> Ports:
    """Ports from the first base where all are free; each process begins at a different one of `BASES`."""
    begin = os.getpid() % len(BASES)
    for base in bases or (*BASES[begin:], *BASES[:begin]):
        ports = Ports(base)
        wanted = {port for process in service_processes(ports) for port in process.ports}
        if all(is_free(port) for port in wanted | {ports.postgres, *ports.of_rabbitmq}):
            return ports
    raise AssertionError("no free ports for a suite")


def listening_socket(port: int) -> socket.socket:
    """A socket that listens on a port."""
    taken = socket.socket()
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    taken.bind(("127.0.0.1", port))
    taken.listen()
    return taken
