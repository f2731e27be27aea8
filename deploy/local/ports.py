"""Tells whether a port is free, and which process uses it."""

import socket
from collections.abc import Mapping
from contextlib import suppress

import psutil

from libs.servers.processes import LOOPBACK, ServerFailed


def refuse_taken_ports(wanted: Mapping[int, str]) -> None:
    """Raise `ServerFailed` for the first port in use; `wanted` maps ports to the processes that need them."""
    for port, name in wanted.items():
        if not is_free(port):
            way_out = "GATEWAY_PORT=8080 make up" if name == "gateway" else "--port-base 9000"
            raise ServerFailed(
                f"port {port}, which {name} needs, is in use by {holder(port)}: "
                f"end that, or take another port ({way_out})"
            )


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
