"""The ports of a suite, and how a start chooses them."""

import pytest

from deploy.local.layout import Layout, Ports
from deploy.local.ports import chosen_ports
from libs.servers.processes import ServerFailed
from libs.services import SERVICES


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
