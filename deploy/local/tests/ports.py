"""Ports that no other suite on this machine has."""

import os
import socket

from deploy.local.layout import Ports, service_processes
from deploy.local.ports import is_free

SPAN = 700
BASES = range(10_000, 20_000 - SPAN, SPAN)


def free_ports_for_a_suite() -> Ports:
    """A port base such that every port that counts from it is free; each process begins at another one."""
    for attempt in range(len(BASES)):
        ports = Ports(BASES[(os.getpid() + attempt) % len(BASES)])
        wanted = {process.port for process in service_processes(ports)}
        if all(is_free(port) for port in wanted | {ports.postgres, *ports.of_rabbitmq}):
            return ports
    raise AssertionError("no free ports for a suite")


def listening_socket(port: int) -> socket.socket:
    """Take a port."""
    taken = socket.socket()
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    taken.bind(("127.0.0.1", port))
    taken.listen()
    return taken
