"""The cluster's manifests give every process exactly the variables, keys and access that it needs."""

import json
import re
from base64 import b64encode
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.broker import definitions
from deploy.k8s import secrets, topology
from libs.common.auth.keys import StaticKeys
from libs.common.auth.service_tokens import ServiceTokenSigner, ServiceTokenVerifier
from libs.common.errors import Unauthenticated
from libs.common.settings import EnvironmentSettings
from libs.services import PARTS, SERVICES
from libs.testing.clock import START
from services.analytics.rebuild import RebuildSettings
from tests.architecture.deployed import (
    LOGIN,
    PROCESSES,
    SETTINGS,
    WORKERS,
    assert_versioned,
    known,
    lacking,
    part_of,
    required,
    unknown,
)
from tests.architecture.sources import ROOT

K8S = ROOT / "deploy" / "k8s"
BASE = K8S / "base"
Manifest = dict[str, Any]
Container = dict[str, Any]


@pytest.fixture(scope="module")
def base() -> list[Manifest]:
    """Every object of the base, without the patches common to all."""
    paths = [*BASE.glob("*.yaml"), *BASE.glob("migrations/*.yaml")]
    return [manifest for path in paths for manifest in manifests(path) if "metadata" in manifest]


@pytest.fixture(scope="module")
def kustomization() -> Manifest:
    (found,) = manifests(BASE / "kustomization.yaml")
    return found


@pytest.fixture(scope="module")
def rebuild(base: list[Manifest]) -> Manifest:
    (found,) = [manifest for manifest in base if manifest["kind"] == "CronJob"]
    return found


class TestManifests:
    def test_every_service_is_whole(self, base: list[Manifest]) -> None:
        expected = {
            ("Deployment", name) for name, module, _ in PROCESSES if module.endswith((".main", ".worker"))
        }
        expected |= {("Job", f"{service}-migrations") for service in SERVICES}
        expected |= {("CronJob", "analytics-rebuild")}
        web = ("Service", "ServiceAccount", "HorizontalPodAutoscaler", "PodDisruptionBudget")
        expected |= {(kind, part) for part in PARTS for kind in web}
        expected |= {("PodDisruptionBudget", f"{service}-worker") for service in WORKERS}
        found = {identity(manifest) for manifest in base} - {("Namespace", "mostrador")}
        assert {(kind, name) for kind, name in found if kind != "NetworkPolicy"} == expected

    @pytest.mark.parametrize(("name", "module", "settings"), PROCESSES)
    def test_every_process_gets_what_it_needs(
        self,
        name: str,
        module: str,
        settings: type[EnvironmentSettings],
        base: list[Manifest],
        kustomization: Manifest,
    ) -> None:
        container = container_of(base, name)
        assert container["command"][:3] == ["python", "-m", module]
        given = {entry["name"] for entry in container.get("env", ())}
        for patch in patches_of(kustomization, name, "Job" if name.endswith("-migrations") else "Deployment"):
            (patched,) = patch["spec"]["template"]["spec"]["containers"]
            assert patched["name"] == container["name"]
            given |= {entry["name"] for entry in patched.get("env", ())}
            for source in patched.get("envFrom", ()):
                given |= variables_in(kustomization, source["configMapRef"]["name"])
        assert lacking(settings, given) == set()

    @pytest.mark.parametrize(("name", "module", "settings"), PROCESSES)
    def test_no_process_is_told_what_it_does_not_read(
        self, name: str, module: str, settings: type[EnvironmentSettings], base: list[Manifest]
    ) -> None:
        assert module
        given = {entry["name"] for entry in container_of(base, name).get("env", ())}
        assert unknown(settings, given) == set()

    def test_what_several_processes_are_told_is_read_by_one_of_them(self, kustomization: Manifest) -> None:
        given = variables_in(kustomization, "settings")
        for patch in ("process", "service"):
            (process,) = manifests(BASE / "patches" / f"{patch}.yaml")
            (container,) = process["spec"]["template"]["spec"]["containers"]
            given |= {entry["name"] for entry in container["env"]}
        assert set.intersection(*(unknown(settings, given) for settings in SETTINGS.values())) == set()

    def test_the_gateway_is_told_only_what_it_reads(self, kustomization: Manifest) -> None:
        (patch,) = manifests(BASE / "patches/gateway.yaml")
        (container,) = patch["spec"]["template"]["spec"]["containers"]
        given = variables_in(kustomization, "gateway-settings")
        given |= {entry["name"] for entry in container.get("env", ())}
        assert unknown(SETTINGS["gateway"], given) == set()

    def test_every_process_runs_the_image_of_its_part_and_a_version_of_it(self, base: list[Manifest]) -> None:
        for name, _, _ in PROCESSES:
            image = container_of(base, name)["image"]
            part = "migrations" if name.endswith("-migrations") else part_of(name)
            assert image.startswith(f"mostrador/{part}:")
            assert_versioned(image)

    @pytest.mark.parametrize("overlay", ["dev", "prod"])
    def test_an_overlay_names_a_version_of_every_image(self, overlay: str) -> None:
        (found,) = manifests(K8S / "overlays" / overlay / "kustomization.yaml")
        tags = {image["name"]: image["newTag"] for image in found["images"]}
        assert tags.keys() == {f"mostrador/{image}" for image in (*PARTS, "migrations")}
        assert "latest" not in tags.values()

    def test_a_process_sees_its_own_key_and_login_only(self, base: list[Manifest]) -> None:
        for name, _, _ in PROCESSES:
            service = part_of(name)
            if name.endswith("-migrations"):
                assert secrets_of(pod_of(base, name)) == {f"{service}-db-app"}
                continue
            allowed = {f"{service}-db-process", f"{service}-broker", f"{service}-key"}
            if name == "auth":
                allowed |= {"signing-keys", "first-owner"}
            assert secrets_of(pod_of(base, name)) <= allowed

    def test_no_secret_is_contained(self) -> None:
        paths = list(K8S.rglob("*.yaml"))
        assert paths
        for path in paths:
            assert not re.search(
                r"^kind: Secret$|^secretGenerator:|PRIVATE KEY", path.read_text(), re.MULTILINE
            )
            for login in LOGIN.finditer(path.read_text()):
                assert login["password"].startswith("$("), path.name

    def test_what_is_hardened_is_every_pod(self, kustomization: Manifest) -> None:
        for name, _, _ in PROCESSES:
            kind = "Job" if name.endswith("-migrations") else "Deployment"
            patch = patches_of(kustomization, name, kind)[0]
            pod = patch["spec"]["template"]["spec"]
            (container,) = pod["containers"]
            assert pod["securityContext"]["runAsNonRoot"] is True
            assert pod["automountServiceAccountToken"] is False
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert container["resources"].keys() == {"requests", "limits"}

    def test_processes_are_asked_whether_they_live_and_are_ready(self, kustomization: Manifest) -> None:
        patch = patches_of(kustomization, "sales", "Deployment")[0]
        (container,) = patch["spec"]["template"]["spec"]["containers"]
        assert container["livenessProbe"]["httpGet"] == {"path": "/livez", "port": "http"}
        assert container["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": "http"}

    def test_the_gateway_is_asked_where_the_internet_does_not_reach(
        self, base: list[Manifest], kustomization: Manifest
    ) -> None:
        patch = patches_of(kustomization, "gateway", "Deployment")[-1]
        (container,) = patch["spec"]["template"]["spec"]["containers"]
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            assert container[probe]["httpGet"]["port"] == "internal"
        (settings,) = [entry for entry in kustomization["configMapGenerator"] if "gateway" in entry["name"]]
        assert {"name": "internal", "containerPort": 8001} in container["ports"]
        assert "INTERNAL_PORT=8001" in settings["literals"]
        assert policy(base, "to-gateway")["ingress"] == [{"ports": [{"protocol": "TCP", "port": "http"}]}]

    @pytest.mark.parametrize("overlay", ["dev", "prod"])
    def test_an_overlay_says_which_pages_may_call_the_gateway(self, overlay: str) -> None:
        (found,) = manifests(K8S / "overlays" / overlay / "kustomization.yaml")
        (settings,) = [entry for entry in found["configMapGenerator"] if entry["name"] == "gateway-settings"]
        assert settings["behavior"] == "merge"
        given = {literal.partition("=")[0] for literal in settings["literals"]}
        assert {"CORS_ORIGINS"} <= given <= known(SETTINGS["gateway"])

    def test_production_says_which_shop_is_on_its_tickets(self) -> None:
        (found,) = manifests(K8S / "overlays" / "prod" / "kustomization.yaml")
        (settings,) = [entry for entry in found["configMapGenerator"] if entry["name"] == "settings"]
        assert settings["behavior"] == "merge"
        given = {literal.partition("=")[0] for literal in settings["literals"]}
        assert given == {"SHOP_NAME", "SHOP_ADDRESS", "SHOP_RFC", "TICKET_FOOTER"}
        assert given <= known(SETTINGS["sales"])


class TestRebuild:
    """The figures of analytics are rebuilt by a job that an operator starts."""

    def test_it_never_starts_by_itself(self, rebuild: Manifest) -> None:
        assert rebuild["spec"]["suspend"] is True

    def test_it_gets_what_it_needs_and_the_login_of_the_tables_owner(
        self, rebuild: Manifest, kustomization: Manifest
    ) -> None:
        pod = rebuild["spec"]["jobTemplate"]["spec"]["template"]
        (container,) = pod["spec"]["containers"]
        assert container["command"] == ["python", "-m", "services.analytics.rebuild"]
        assert secrets_of(pod) == {"analytics-db-app", "analytics-key"}
        assert pod["metadata"]["labels"]["app.kubernetes.io/component"] == "rebuild"
        (patch,) = patches_of(kustomization, "analytics-rebuild", "CronJob")
        (patched,) = patch["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
        assert patched["name"] == container["name"]
        given = {entry["name"] for part in (container, patched) for entry in part.get("env", ())}
        assert lacking(RebuildSettings, given | variables_in(kustomization, "settings")) == set()
        assert unknown(RebuildSettings, given) == set()

    def test_it_is_confined_as_a_process_is(self, kustomization: Manifest) -> None:
        (patch,) = patches_of(kustomization, "analytics-rebuild", "CronJob")
        of_process = patches_of(kustomization, "analytics", "Deployment")[0]["spec"]["template"]["spec"]
        pod = patch["spec"]["jobTemplate"]["spec"]["template"]["spec"]
        assert pod["securityContext"] == of_process["securityContext"]
        assert pod["automountServiceAccountToken"] is False
        (container,), (of_its,) = pod["containers"], of_process["containers"]
        assert container["securityContext"] == of_its["securityContext"]
        assert container["resources"].keys() == {"requests", "limits"}


class TestNetwork:
    """A process accepts the callers whose settings name its address, and the gateway."""

    @pytest.mark.parametrize("service", [service for service in SERVICES if service != "auth"])
    def test_a_service_hears_those_that_know_its_address(self, service: str, base: list[Manifest]) -> None:
        asked: dict[str, type[EnvironmentSettings]] = {**SETTINGS, "analytics": RebuildSettings}
        callers = {part for part in PARTS if f"{service.upper()}_URL" in required(asked[part])}
        assert "gateway" in callers
        (rule,) = policy(base, f"to-{service}")["ingress"]
        admitted = [source["podSelector"]["matchLabels"] for source in rule["from"]]
        assert sorted(labels["app.kubernetes.io/name"] for labels in admitted) == sorted(callers)

    @pytest.mark.parametrize("owner", ["catalog", "sales", "customers"])
    def test_of_analytics_only_a_rebuild_reaches_the_owners(self, owner: str, base: list[Manifest]) -> None:
        (rule,) = policy(base, f"to-{owner}")["ingress"]
        admitted = [source["podSelector"]["matchLabels"] for source in rule["from"]]
        of_analytics = [each for each in admitted if each["app.kubernetes.io/name"] == "analytics"]
        assert [each["app.kubernetes.io/component"] for each in of_analytics] == ["rebuild"]

    def test_auth_hears_every_process_of_the_suite_and_no_migration(self, base: list[Manifest]) -> None:
        (rule,) = policy(base, "to-auth")["ingress"]
        (source,) = rule["from"]
        component = {"key": "app.kubernetes.io/component", "operator": "In"}
        assert source["podSelector"] == {
            "matchLabels": {"app.kubernetes.io/part-of": "mostrador"},
            "matchExpressions": [{**component, "values": ["web", "worker", "rebuild"]}],
        }

    def test_only_the_gateway_hears_everybody(self, base: list[Manifest]) -> None:
        open_to_all = [
            manifest["metadata"]["name"]
            for manifest in base
            if manifest["kind"] == "NetworkPolicy"
            and any("from" not in rule for rule in manifest["spec"].get("ingress", ()))
        ]
        assert open_to_all == ["to-gateway"]

    @pytest.mark.parametrize("file", ["dev/servers.yaml", "prod/network.yaml"])
    def test_the_broker_hears_every_process_of_the_suite_and_no_migration(self, file: str) -> None:
        rule = policy(manifests(K8S / "overlays" / file), "to-rabbitmq")["ingress"][0]
        (source,) = rule["from"]
        assert source["podSelector"] == {
            "matchLabels": {"app.kubernetes.io/part-of": "mostrador"},
            "matchExpressions": [
                {"key": "app.kubernetes.io/component", "operator": "In", "values": ["web", "worker"]}
            ],
        }

    def test_subscribers_reach_the_broker_by_their_label_and_only_to_read(self) -> None:
        rules = policy(manifests(K8S / "overlays/prod/network.yaml"), "to-rabbitmq")["ingress"]
        label = {"matchLabels": {"mostrador/subscriber": "true"}}
        [ports] = [rule["ports"] for rule in rules if rule["from"][0].get("podSelector") == label]
        assert ports == [{"protocol": "TCP", "port": 5672}]

    def test_the_broker_can_be_managed_in_every_overlay(self) -> None:
        [pod] = [
            manifest["spec"]["template"]["spec"]
            for manifest in manifests(K8S / "overlays/dev/servers.yaml")
            if manifest["kind"] == "StatefulSet" and manifest["metadata"]["name"] == "rabbitmq"
        ]
        [cluster] = [
            manifest["spec"]
            for manifest in manifests(K8S / "overlays/prod/broker.yaml")
            if manifest["kind"] == "RabbitmqCluster"
        ]
        for image in (pod["containers"][0]["image"], cluster["image"]):
            assert image.endswith("-management")

    def test_whoever_is_not_named_stays_outside(self, base: list[Manifest]) -> None:
        assert policy(base, "nobody-comes-in") == {"podSelector": {}, "policyTypes": ["Ingress"]}


class TestSecrets:
    def test_what_the_dev_overlay_refers_to_can_be_made(self, base: list[Manifest]) -> None:
        made = {
            manifest["metadata"]["name"]
            for manifest in (
                *secrets.service_key_manifests(),
                secrets.signing_key_manifest(),
                secrets.owner_manifest("owner@example.com", "owner"),
                *secrets.server_manifests(),
            )
        }
        pods = [pod_of(base, name) for name, _, _ in PROCESSES]
        pods += [
            manifest["spec"]["template"]["spec"]
            for patch in ("process", "gateway")
            for manifest in manifests(BASE / "patches" / f"{patch}.yaml")
        ]
        pods += [
            manifest["spec"]["template"]["spec"]
            for manifest in manifests(K8S / "overlays/dev/servers.yaml")
            if manifest["kind"] == "StatefulSet"
        ]
        assert {name for pod in pods for name in secrets_of(pod)} | {"service-keys"} == made

    def test_a_services_next_key_is_taken_beside_its_last_one(self) -> None:
        *first, public = secrets.service_key_manifests()
        public, second = secrets.next_key_manifests("sales", public, START)
        public, third = secrets.next_key_manifests("sales", public, START + timedelta(days=1))
        keys = StaticKeys(json.loads(public["data"]["services.jwks.json"]))
        verifier = ServiceTokenVerifier("catalog", keys)

        def is_taken(manifest: Manifest) -> bool:
            pem = manifest["stringData"]["service.pem"].encode()
            try:
                return verifier.verify(ServiceTokenSigner("sales", pem).token_for("catalog")) == "sales"
            except Unauthenticated:
                return False

        (of_sales,) = [manifest for manifest in first if manifest["metadata"]["name"] == "sales-key"]
        assert [is_taken(manifest) for manifest in (of_sales, second, third)] == [False, True, True]
        assert len(json.loads(public["data"]["services.jwks.json"])["keys"]) == len(PARTS) + 1

    def test_the_gateway_has_a_login_of_its_own_at_the_broker(self, base: list[Manifest]) -> None:
        assert secrets_of(pod_of(base, "gateway")) == {"gateway-key", "gateway-broker"}

    def test_the_broker_learns_the_logins_that_the_processes_have(self) -> None:
        made = list(secrets.broker_login_manifests(secrets.new_passwords()))
        stored = [
            {"data": {name: b64encode(value.encode()).decode() for name, value in each["stringData"].items()}}
            for each in made
        ]
        known = json.loads(secrets.definitions_of({"items": stored}))
        passwords = {user["name"]: user["password"] for user in known["users"]}
        logins = {each["metadata"]["name"]: LOGIN.search(each["stringData"]["uri"]) for each in made}
        assert {name: login and login["password"] for name, login in logins.items()} == {
            f"{part}-broker": passwords[part] for part in PARTS
        }
        assert {each["user"] for each in known["permissions"]} == set(PARTS)

    def test_definitions_with_a_login_left_out_are_not_made(self) -> None:
        with pytest.raises(SystemExit, match="analytics, auth"):
            secrets.definitions_of({"items": []})

    def test_a_login_is_the_one_that_the_server_knows(self) -> None:
        made = {
            manifest["metadata"]["name"]: manifest["stringData"] for manifest in secrets.server_manifests()
        }
        for service in SERVICES:
            for name, role in (("app", service), ("process", f"{service}_app")):
                login = LOGIN.search(made[f"{service}-db-{name}"]["uri"])
                assert login
                assert login["password"] == made["postgres"][role]

    def test_the_role_of_the_processes_is_made_and_given_its_rights(self, base: list[Manifest]) -> None:
        clusters = {
            each["metadata"]["name"]: each["spec"]
            for each in manifests(K8S / "overlays/prod/databases.yaml")
            if each["kind"] == "Cluster"
        }
        logins = {
            each["metadata"]["name"]: each["stringData"]["username"]
            for each in secrets.operated_login_manifests()
        }
        for service in SERVICES:
            (role,) = clusters[f"{service}-db"]["managed"]["roles"]
            assert logins[role["passwordSecret"]["name"]] == role["name"]
            migrations = container_of(base, f"{service}-migrations")["env"]
            assert {"name": "PROCESS_ROLE", "value": role["name"]} in migrations


class TestTopology:
    """The resources of the topology operator are the definitions that other ways give to the broker."""

    def test_the_file_is_the_one_of_today(self) -> None:
        assert topology.TOPOLOGY.read_text() == topology.to_text(definitions()), "run: make broker"

    def test_every_login_has_a_user_with_its_password_and_all_its_rights(self) -> None:
        made = list(topology.resources(definitions()))
        users = [each for each in made if each["kind"] == "User"]
        assert {
            each["metadata"]["name"]: each["spec"]["importCredentialsSecret"]["name"] for each in users
        } == {part: f"{part}-broker" for part in PARTS}
        for kind in ("Permission", "TopicPermission"):
            permitted = [each["spec"]["userReference"]["name"] for each in made if each["kind"] == kind]
            assert sorted(permitted) == sorted(PARTS)

    def test_a_queue_keeps_its_type_and_arguments(self) -> None:
        made = {
            each["spec"]["name"]: each["spec"]
            for each in topology.resources(definitions())
            if each["kind"] == "Queue"
        }
        for queue in definitions()["queues"]:
            resource = made[queue["name"]]
            assert {**resource["arguments"], "x-queue-type": resource["type"]} == queue["arguments"]


def manifests(path: Path) -> list[Manifest]:
    return [manifest for manifest in yaml.safe_load_all(path.read_text()) if manifest]


def identity(manifest: Manifest) -> tuple[str, str]:
    return manifest["kind"], manifest["metadata"]["name"]


def pod_of(base: list[Manifest], name: str) -> Manifest:
    kind = "Job" if name.endswith("-migrations") else "Deployment"
    (found,) = [manifest for manifest in base if identity(manifest) == (kind, name)]
    pod: Manifest = found["spec"]["template"]["spec"]
    return pod


def container_of(base: list[Manifest], name: str) -> Container:
    (container,) = pod_of(base, name)["containers"]
    found: Container = container
    return found


def patches_of(kustomization: Manifest, name: str, kind: str) -> list[Manifest]:
    """The patches that kustomize applies to an object, the one for its whole kind first."""
    return [
        manifests(BASE / patch["path"])[0]
        for patch in kustomization["patches"]
        if patch["target"]["kind"] == kind and re.fullmatch(patch["target"].get("name", ".*"), name)
    ]


def variables_in(kustomization: Manifest, config_map: str) -> set[str]:
    (settings,) = [entry for entry in kustomization["configMapGenerator"] if entry["name"] == config_map]
    return {literal.partition("=")[0] for literal in settings["literals"]}


def policy(base: list[Manifest], name: str) -> Manifest:
    (found,) = [manifest for manifest in base if identity(manifest) == ("NetworkPolicy", name)]
    spec: Manifest = found["spec"]
    return spec


def secrets_of(node: object) -> set[str]:
    """The names of all Secrets in a pod's environment and volumes."""
    if isinstance(node, list):
        return {name for member in node for name in secrets_of(member)}
    if not isinstance(node, dict):
        return set()
    found = {name for member in node.values() for name in secrets_of(member)}
    for reference in ("secretKeyRef", "secretRef", "secret"):
        if reference in node:
            found.add(node[reference].get("name") or node[reference]["secretName"])
    return found
