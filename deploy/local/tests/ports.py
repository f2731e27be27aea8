"""Ports that no other suite on this machine uses."""

import os
import socket

from deploy.local.layout import Ports
from deploy.local.ports import free_ports_of

SPAN = 700
BASES = range(10_000, 20_000 - SPAN, SPAN)


def free_ports_for_a_suite() -> Ports:
    """Ports from the first of `BASES` where all are free; each process begins at a different one."""
    begin = os.getpid() % len(BASES)
    ports = free_ports_of((*BASES[begin:], *BASES[:begin]))
    assert ports, "no free ports for a suite"
    return ports


def listening_socket(port: int) -> socket.socket:
    """A socket that listens on a port."""
    taken = socket.socket()
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    taken.bind(("127.0.0.1", port))
    taken.listen()
    return taken
