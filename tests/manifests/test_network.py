"""The network lets through exactly the calls that the code makes.

Expected calls are those of the code: `called_by` at internal routes, the settings that name addresses, and
the variables of each rendered container. The rendered policies are asked about each pair of pods.
"""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

import pytest

from gateway.settings import GatewaySettings
from libs.services import PARTS, SERVICES
from tests.architecture.deployed import SETTINGS, known
from tests.architecture.endpoints import all_endpoints
from tests.manifests.rendered import (
    Manifest,
    all_pods,
    containers,
    of_kind,
    operated_pods,
    selects,
    templates,
)

NAME = "app.kubernetes.io/name"
COMPONENT = "app.kubernetes.io/component"
Labels = Mapping[str, str]

pytestmark = [pytest.mark.unit, pytest.mark.timeout(360)]  # kubectl is fetched where it is missing
everywhere = pytest.mark.parametrize("way", ["dev", "prod", "prod with everything"])


@everywhere
def test_a_service_is_reached_by_its_callers_and_by_nobody_else(way: str) -> None:
    pods = {title(labels): labels for labels in ours(way)}
    callers = calls()
    for service in SERVICES:
        admitted = {
            name for name, labels in pods.items() if reaches(way, labels, pods[f"{service} web"], 8000)
        }
        assert admitted - {f"{service} web"} == callers[service] - {f"{service} web"}, service


@everywhere
def test_only_the_gateways_public_port_is_open_to_all(way: str) -> None:
    stranger = {NAME: "stranger"}
    reached = {title(labels) for labels in ours(way) if comes_in(way, stranger, labels, 8000)}
    assert reached == {"gateway web"}
    gateway = next(labels for labels in ours(way) if title(labels) == "gateway web")
    assert not comes_in(way, stranger, gateway, 8001)


@everywhere
def test_the_broker_is_reached_by_what_has_a_login_there(way: str) -> None:
    assert reaching_server(way, "rabbitmq", 5672) == with_variable(way, "AMQP_URL_FILE")


@everywhere
def test_a_database_is_reached_by_what_has_a_login_there(way: str) -> None:
    having = with_variable(way, "DATABASE_URL_FILE")
    if way == "dev":
        assert reaching_server(way, "postgres", 5432) == having
        return
    for service in SERVICES:
        of_service = {name for name in having if name.startswith(f"{service} ")}
        assert reaching_server(way, f"{service}-db", 5432) == of_service


def test_a_pooler_is_reached_by_its_services_web_process_and_reaches_its_database() -> None:
    way = "prod with everything"
    for service in SERVICES:
        assert reaching_server(way, f"{service}-db-pooler", 5432) == {f"{service} web"}
        database = server(way, f"{service}-db")
        poolers = [
            labels["cnpg.io/poolerName"]
            for labels in operated_pods(way)
            if "cnpg.io/poolerName" in labels and comes_in(way, labels, database, 5432)
        ]
        assert poolers == [f"{service}-db-pooler"]


def test_what_sends_traces_may_reach_the_collector_that_it_is_told() -> None:
    (settings,) = (
        each["data"]
        for each in of_kind("prod with traces", "ConfigMap")
        if "OTEL_EXPORTER_OTLP_ENDPOINT" in each["data"]
    )
    collector = urlsplit(settings["OTEL_EXPORTER_OTLP_ENDPOINT"])
    (policy,) = (
        each["spec"]
        for each in of_kind("prod with traces", "NetworkPolicy")
        if each["metadata"]["name"] == "going-out-to-collector"
    )
    sending = {title(labels) for labels in ours("prod") if selects(policy["podSelector"], labels)}
    assert sending == {name for name in EXISTING if name.endswith((" web", " worker"))}
    namespace = {"kubernetes.io/metadata.name": str(collector.hostname).partition(".")[2]}
    assert policy["egress"] == [
        {
            "to": [{"namespaceSelector": {"matchLabels": namespace}}],
            "ports": [{"protocol": "TCP", "port": collector.port}],
        }
    ]


def test_expected_calls_are_those_of_the_code() -> None:
    """A reader's summary: what the derivation gives today."""
    assert calls()["catalog"] == {"gateway web", "sales web", "sales worker", "analytics rebuild"}
    assert calls()["analytics"] == {"gateway web"}
    assert "sales migrations" not in calls()["auth"]


def calls() -> dict[str, set[str]]:
    """Service → the processes that call it."""
    found: dict[str, set[str]] = {service: set() for service in SERVICES}
    for endpoint in all_endpoints():
        if endpoint.door == "internal":
            for caller in internal_callers(endpoint.facts.dependencies):
                found[endpoint.service] |= processes_calling(caller)
    for service in SERVICES:
        if f"{service.upper()}_URL" in known(GatewaySettings):
            found[service].add("gateway web")
    for part in PARTS:  # everybody fetches the keys of user tokens
        if "JWKS_URL" in known(SETTINGS[part]):
            found["auth"] |= {f"{part} web", f"{part} worker"}
    return {service: callers & EXISTING for service, callers in found.items()}


def internal_callers(dependencies: object) -> Iterator[str]:
    assert isinstance(dependencies, tuple | list | set | frozenset)
    for call in dependencies:
        yield from getattr(call, "callers", ())


def processes_calling(caller: str) -> set[str]:
    """Analytics calls nobody, except while an operator rebuilds it."""
    if caller == "analytics":
        return {"analytics rebuild"}
    return {f"{caller} web", f"{caller} worker"}


def title(labels: Labels) -> str:
    return f"{labels[NAME]} {labels[COMPONENT]}"


def ours(way: str) -> list[Labels]:
    """The labels of the pods of the suite itself."""
    return [
        template["metadata"]["labels"]
        for _, template in templates(way)
        if template["metadata"]["labels"].get("app.kubernetes.io/part-of") == "mostrador"
    ]


EXISTING = {title(labels) for labels in ours("prod")}


def with_variable(way: str, variable: str) -> set[str]:
    """The processes that are given a variable."""
    labels = {name: template["metadata"]["labels"] for name, template in templates(way)}
    return {
        title(labels[name])
        for name, _, container in containers(way)
        if variable in {entry["name"] for entry in container.get("env", ())}
        and "mostrador/" in container["image"]
    }


def server(way: str, name: str) -> Labels:
    """The labels of a database's, pooler's or broker's pods."""
    keys = (NAME, "cnpg.io/cluster", "cnpg.io/poolerName")
    (found,) = [labels for labels in all_pods(way) if name in [labels.get(key) for key in keys]]
    return found


def reaching_server(way: str, name: str, port: int) -> set[str]:
    target = server(way, name)
    return {title(labels) for labels in ours(way) if reaches(way, labels, target, port)}


def reaches(way: str, source: Labels, target: Labels, port: int) -> bool:
    """Whether a pod of ours may connect to another."""
    return comes_in(way, source, target, port) and goes_out(way, source, target, port)


def comes_in(way: str, source: Labels, target: Labels, port: int) -> bool:
    return admits(way, "Ingress", target, source, port)


def goes_out(way: str, source: Labels, target: Labels, port: int) -> bool:
    return admits(way, "Egress", source, target, port)


def admits(way: str, direction: str, selected: Labels, peer: Labels, port: int) -> bool:
    """Whether one policy at least lets it through; policies add up, and without any all is open."""
    policies = [
        policy["spec"]
        for policy in of_kind(way, "NetworkPolicy")
        if direction in policy["spec"]["policyTypes"] and selects(policy["spec"]["podSelector"], selected)
    ]
    side = "from" if direction == "Ingress" else "to"
    rules = [rule for policy in policies for rule in policy.get(direction.lower(), ())]
    return not policies or any(rule_admits(rule, side, peer, port) for rule in rules)


def rule_admits(rule: Manifest, side: str, peer: Labels, port: int) -> bool:
    ports = [PORTS.get(each["port"], each["port"]) for each in rule.get("ports", ())]
    peers = rule.get(side)
    return (not ports or port in ports) and (
        peers is None
        or any("namespaceSelector" not in each and selects(each["podSelector"], peer) for each in peers)
    )


PORTS = {"http": 8000, "internal": 8001, "postgres": 5432, "amqp": 5672}
