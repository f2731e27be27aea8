"""Ports that are taken, and the processes that use them."""

import os

import pytest

from deploy.local.layout import SERVICES, Ports, service_processes
from deploy.local.ports import refuse_taken_ports
from deploy.local.tests.ports import free_ports_for_a_suite, listening_socket
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
    names = {process.name for process in service_processes(Ports())}
    assert names == {
        *SERVICES,
        *(f"{service}-worker" for service in SERVICES if service != "chatbot"),
        "gateway",
    }


def test_free_ports_are_not_refused() -> None:
    ports = free_ports_for_a_suite()
    refuse_taken_ports({process.port: process.name for process in service_processes(ports)})


def test_a_taken_port_is_named_with_who_wants_it_and_who_has_it() -> None:
    port = free_ports_for_a_suite().web("sales")
    with listening_socket(port), pytest.raises(ServerFailed) as refused:
        refuse_taken_ports({port: "sales"})
    assert f"port {port}, which sales needs, is in use by" in str(refused.value)
    assert f"(process {os.getpid()}, of user" in str(refused.value)


def test_the_way_out_for_the_gateway_is_its_own_variable() -> None:
    port = free_ports_for_a_suite().gateway
    with listening_socket(port), pytest.raises(ServerFailed, match="GATEWAY_PORT="):
        refuse_taken_ports({port: "gateway"})
