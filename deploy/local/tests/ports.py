"""Ports that no other suite on this machine uses."""

import os
import socket
from collections.abc import Iterable

from deploy.local.layout import Ports
from deploy.local.ports import free_ports_of

SPAN = 700
BASES = range(10_000, 20_000 - SPAN, SPAN)


def free_ports_for_a_suite(bases: Iterable[int] | None = None) -> Ports:
    """Ports from the first base where all are free; each process begins at a different one of `BASES`."""
    begin = os.getpid() % len(BASES)
    ports = free_ports_of(bases or (*BASES[begin:], *BASES[:begin]))
    assert ports, "no free ports for a suite"
    return ports


def listening_socket(port: int) -> socket.socket:
    """A socket that listens on a port."""
    taken = socket.socket()
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    taken.bind(("127.0.0.1", port))
    taken.listen()
    return taken
