"""Ports that are taken, and the processes that use them."""

import os
import re

import pytest

from deploy.local.layout import SERVICES, Layout, Ports
from deploy.local.ports import (
    EPHEMERAL_DEFAULT,
    all_ports,
    chosen_ports,
    ephemeral_warning,
    free_ports_of,
    refuse_taken_ports,
)
from deploy.local.tests.ports import listening_socket
from libs.servers.processes import ServerFailed


def test_the_default_ports_are_the_documented_ones() -> None:
    ports = Ports()
    web = [ports.web(service) for service in SERVICES]
    assert (ports.gateway, ports.postgres, ports.rabbitmq) == (8000, 8432, 8672)
    assert web == [8101, 8102, 8103, 8104, 8105, 8106]


def test_the_gateway_may_have_a_port_of_its_own() -> None:
    ports = Ports(9000, gateway_port=80)
    assert (ports.gateway, ports.web("auth")) == (80, 9101)


def test_every_service_but_chatbot_has_a_worker() -> None:
    names = {process.name for process in Layout(Ports()).processes}
    assert names == {
        *SERVICES,
        *(f"{service}-worker" for service in SERVICES if service != "chatbot"),
        "gateway",
    }


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


BEFORE = Ports(9000, gateway_port=80)


@pytest.mark.parametrize(
    ("environment", "before", "port_base", "chosen"),
    [
        ({}, Ports(), None, Ports()),
        ({}, BEFORE, None, BEFORE),
        ({"PORT_BASE": "", "GATEWAY_PORT": ""}, BEFORE, None, BEFORE),
        ({"PORT_BASE": "41000"}, Ports(), None, Ports(41_000)),
        ({"PORT_BASE": "41000"}, BEFORE, None, Ports(41_000)),
        ({"PORT_BASE": "9000"}, BEFORE, None, BEFORE),
        ({"PORT_BASE": "41000"}, BEFORE, 12_000, Ports(12_000)),
        ({"GATEWAY_PORT": "8080"}, BEFORE, None, Ports(9000, gateway_port=8080)),
        ({"PORT_BASE": "41000", "GATEWAY_PORT": "8080"}, BEFORE, None, Ports(41_000, gateway_port=8080)),
    ],
)
def test_ports_are_those_asked_for_else_those_of_the_last_start(
    environment: dict[str, str], before: Ports, port_base: int | None, chosen: Ports
) -> None:
    assert chosen_ports(environment, before, port_base) == chosen


@pytest.mark.parametrize("variable", ["PORT_BASE", "GATEWAY_PORT"])
@pytest.mark.parametrize("value", ["http", "0", "-1", "65536", "80.5", "٨٠٠٠", "1" * 5000])
def test_what_is_no_port_is_refused(variable: str, value: str) -> None:
    with pytest.raises(ServerFailed, match=f"{variable} is no port"):
        chosen_ports({variable: value}, Ports())


def test_a_base_so_high_that_the_last_port_is_none_is_refused() -> None:
    with pytest.raises(ServerFailed, match="PORT_BASE=65000 is too high"):
        chosen_ports({"PORT_BASE": "65000"}, Ports())
