"""The processes of a suite with replicas."""

import pytest

from deploy.local.layout import REPLICAS_MAX, Layout, Ports
from deploy.local.ports import all_ports, chosen_layout, chosen_replicas
from libs.servers.processes import ServerFailed
from libs.services import SERVICES

PAIR = Layout(Ports(9000), replicas=2)


def test_one_of_each_kind_needs_no_balancer() -> None:
    assert not Layout(Ports(9000)).is_balanced
    assert Layout(Ports(9000)).successors == ()


def test_replicas_are_numbered_from_the_second() -> None:
    names = {process.name for process in PAIR.processes}
    assert {"sales", "sales-2", "sales-worker", "sales-worker-2", "gateway", "gateway-2"} <= names
    assert len(names) == 2 * len(Layout(Ports(9000)).processes)


def test_services_and_gateway_keep_their_addresses_which_lead_to_the_replicas() -> None:
    behind = {port: [each.name for each in replicas] for port, replicas in PAIR.behind_balancer.items()}
    assert behind[PAIR.ports.gateway] == ["gateway", "gateway-2"]
    assert behind[PAIR.ports.web("sales")] == ["sales", "sales-2"]
    assert behind.keys() == {PAIR.ports.gateway, *map(PAIR.ports.web, SERVICES)}


def test_successors_are_known_to_the_balancer() -> None:
    layout = Layout(Ports(9000), replicas=2, is_replaceable=True)
    assert [each.name for each in layout.successors][:1] == ["auth-3"]
    behind = layout.behind_balancer[layout.ports.web("sales")]
    assert [each.name for each in behind] == ["sales", "sales-2", "sales-3", "sales-4"]


def test_no_two_processes_share_a_port() -> None:
    layout = Layout(Ports(9000), replicas=REPLICAS_MAX, is_replaceable=True)
    ports = [port for each in (*layout.processes, *layout.successors) for port in each.ports]
    ports += [*layout.behind_balancer, layout.ports.balancer]
    assert len(ports) == len(set(ports))
    servers = all_ports(layout.ports) - {
        port for each in Layout(layout.ports).processes for port in each.ports
    }
    assert not servers & set(ports)


@pytest.mark.parametrize(("value", "replicas"), [(None, 1), ("", 1), ("1", 1), ("4", 4)])
def test_one_replica_runs_unless_more_are_asked_for(value: str | None, replicas: int) -> None:
    assert chosen_replicas({} if value is None else {"REPLICAS": value}) == replicas


@pytest.mark.parametrize("value", ["0", "5", "-1", "two", "1.5", "٢"])
def test_any_other_number_is_refused(value: str) -> None:
    with pytest.raises(ServerFailed, match="REPLICAS is 1 to 4"):
        chosen_replicas({"REPLICAS": value})


def test_web_process_and_worker_of_a_service_are_one_process_by_default() -> None:
    modules = {each.name: each.module for each in chosen_layout({}, Ports(9000)).processes}
    assert modules == {
        **{service: f"services.{service}.whole" for service in SERVICES if service != "chatbot"},
        "chatbot": "services.chatbot.main",
        "gateway": "gateway.main",
    }


@pytest.mark.parametrize("environment", [{"SEPARATE": "1"}, {"REPLICAS": "2"}])
def test_they_are_separate_if_asked_for_and_behind_a_balancer(environment: dict[str, str]) -> None:
    modules = {each.module for each in chosen_layout(environment, Ports(9000)).processes}
    assert {"services.sales.main", "services.sales.worker"} <= modules
    assert "services.sales.whole" not in modules
