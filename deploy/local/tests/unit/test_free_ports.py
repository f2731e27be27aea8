"""Ports that are taken, and the processes that use them."""

import os
import re

import pytest

from deploy.local.free_ports import EPHEMERAL_DEFAULT, ephemeral_warning, free_ports_of, refuse_taken_ports
from deploy.local.layout import Layout, Ports
from deploy.local.ports import all_ports
from deploy.local.tests.ports import listening_socket
from libs.servers.processes import ServerFailed


def test_free_ports_are_not_refused(ports: Ports) -> None:
    refuse_taken_ports({process.port: process.name for process in Layout(ports).processes})


def test_a_taken_port_is_named_with_who_wants_it_and_who_has_it(ports: Ports) -> None:
    port = ports.web("sales")
    with listening_socket(port), pytest.raises(ServerFailed) as refused:
        refuse_taken_ports({port: "sales"})
    assert f"port {port}, which sales needs, is in use by" in str(refused.value)
    assert f"(process {os.getpid()}, of user" in str(refused.value)


def test_the_way_out_for_the_gateway_is_its_own_variable(ports: Ports) -> None:
    port = ports.gateway
    with listening_socket(port), pytest.raises(ServerFailed, match="GATEWAY_PORT="):
        refuse_taken_ports({port: "gateway"})


def test_the_way_out_for_all_is_another_base_that_is_free(ports: Ports) -> None:
    port = ports.web("sales")
    with listening_socket(port), pytest.raises(ServerFailed) as refused:
        refuse_taken_ports({port: "sales"})
    found = re.search(r"PORT_BASE=(\d+) make up", str(refused.value))
    assert found
    assert free_ports_of([int(found[1])])


def test_the_default_ports_are_below_those_of_outgoing_connections() -> None:
    assert max(all_ports(Ports())) < EPHEMERAL_DEFAULT.start
    assert ephemeral_warning(Ports()) is None


def test_ports_that_outgoing_connections_may_take_are_warned_of() -> None:
    warning = ephemeral_warning(Ports(41_000))
    assert warning
    assert "outgoing connections" in warning
