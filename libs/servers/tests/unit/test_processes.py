"""A free port stays free until the server that it is for listens there."""

import socket

import pytest

from libs.servers.processes import LOOPBACK, free_ports


def test_a_free_port_is_taken_only_by_a_server_that_asks_for_it() -> None:
    (port,) = free_ports(1)
    with socket.socket() as passer_by, pytest.raises(OSError, match="in use"):
        passer_by.bind((LOOPBACK, port))  # as for an outgoing connection: without SO_REUSEADDR
    with socket.create_server((LOOPBACK, port)) as server, socket.create_connection((LOOPBACK, port)):
        server.accept()[0].close()


def test_several_free_ports_differ() -> None:
    assert len(set(free_ports(50))) == 50
