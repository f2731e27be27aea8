"""Names that must meet do meet, in every overlay and with each optional component."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from deploy.k8s import rules, secrets
from libs.common.db.sessions import KEEPALIVES
from libs.common.process.serve import SHUTDOWN_TIMEOUT_SECONDS
from libs.common.settings import DRAIN_SECONDS_MAX, ServiceSettings
from libs.common.version import VERSION
from libs.servers import pgbouncer
from tests.manifests.rendered import (
    WAYS,
    Manifest,
    all_pods,
    containers,
    names_of,
    of_kind,
    rendered,
    selects,
    templates,
)

MADE_BY_OPERATORS = r"\w+-db-app"
MADE_BY_YOU = ("gateway-tls", "backup-store")
"""Secrets that docs/cluster.md asks for."""
POOL_SIZE = ServiceSettings.model_fields["database_pool_size"].default
META, LABEL = "__meta_kubernetes_pod_label_", "app.kubernetes.io/"
UNITS = {"": 1.0, "m": 1e-3, "Ki": 2.0**10, "Mi": 2.0**20, "Gi": 2.0**30}

pytestmark = [pytest.mark.unit, pytest.mark.timeout(360)]  # kubectl is fetched where it is missing
everywhere = pytest.mark.parametrize("way", WAYS)


@everywhere
def test_no_object_is_there_twice(way: str) -> None:
    found = [(each["apiVersion"], each["kind"], each["metadata"]["name"]) for each in rendered(way)]
    assert len(found) == len(set(found))


@everywhere
def test_everything_is_in_one_namespace(way: str) -> None:
    spaces = {each["metadata"].get("namespace") for each in rendered(way) if each["kind"] != "Namespace"}
    assert spaces == {"mostrador"}


@everywhere
def test_a_workload_selects_its_own_pods_and_nobody_elses(way: str) -> None:
    for manifest in of_kind(way, "Deployment", "StatefulSet"):
        labels = manifest["spec"]["template"]["metadata"]["labels"]
        matching = [each for each in all_pods(way) if selects(manifest["spec"]["selector"], each)]
        assert matching == [labels], manifest["metadata"]["name"]


@everywhere
def test_a_service_has_pods_that_listen_on_its_ports(way: str) -> None:
    for service in of_kind(way, "Service"):
        behind = [
            template["spec"]
            for _, template in templates(way)
            if service["spec"]["selector"].items() <= template["metadata"]["labels"].items()
        ]
        assert len(behind) == 1, service["metadata"]["name"]
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports_of(behind[0])


@everywhere
def test_budgets_policies_and_monitors_select_pods(way: str) -> None:
    for manifest in of_kind(way, "PodDisruptionBudget", "NetworkPolicy", "PodMonitor"):
        spec = manifest["spec"]
        selector = spec["podSelector"] if manifest["kind"] == "NetworkPolicy" else spec["selector"]
        assert [labels for labels in all_pods(way) if selects(selector, labels)], manifest["metadata"]["name"]


@everywhere
def test_every_deployment_has_a_disruption_budget(way: str) -> None:
    for manifest in of_kind(way, "Deployment"):
        labels = manifest["spec"]["template"]["metadata"]["labels"]
        budgets = [
            each for each in of_kind(way, "PodDisruptionBudget") if selects(each["spec"]["selector"], labels)
        ]
        assert len(budgets) == 1, manifest["metadata"]["name"]


@everywhere
def test_a_deployment_has_either_a_number_of_replicas_or_one_autoscaler(way: str) -> None:
    scalers = [
        each["spec"]["scaleTargetRef"]["name"]
        for each in of_kind(way, "HorizontalPodAutoscaler", "ScaledObject")
    ]
    fixed = [each["metadata"]["name"] for each in of_kind(way, "Deployment") if "replicas" in each["spec"]]
    assert sorted(scalers + fixed) == sorted(names_of(way, "Deployment"))


@everywhere
def test_probes_and_policies_name_ports_that_exist(way: str) -> None:
    for name, pod, container in containers(way):
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            for action in ("httpGet", "tcpSocket"):
                if port := container.get(probe, {}).get(action, {}).get("port"):
                    assert port in ports_of(pod), f"{name}: {probe}"
    for policy in of_kind(way, "NetworkPolicy"):
        for rule in policy["spec"].get("ingress", ()):
            for port in rule.get("ports", ()):
                assert isinstance(port["port"], int) or port["port"] in selected_ports(way, policy)


@everywhere
def test_configuration_that_is_named_is_there(way: str) -> None:
    maps = names_of(way, "ConfigMap") | {"service-keys"}
    for name, pod, container in containers(way):
        named = {each["name"] for each in values_of(container, "configMapRef")}
        named |= {each["name"] for each in values_of(pod.get("volumes", []), "configMap")}
        assert named <= maps, name
        assert pod.get("serviceAccountName", "default") in names_of(way, "ServiceAccount") | {"default"}


@everywhere
def test_secrets_and_their_keys_are_those_that_are_made(way: str) -> None:
    servers = secrets.server_manifests() if way == "dev" else secrets.operated_login_manifests()
    made = {
        each["metadata"]["name"]: set(each.get("stringData", ()))
        for each in (
            *secrets.service_key_manifests(),
            secrets.signing_key_manifest(),
            secrets.owner_manifest("owner@example.com", "owner"),
            *servers,
        )
        if each["kind"] == "Secret"
    }
    for name, key in secrets_named(rendered(way)):
        if name in made:
            assert key is None or key in made[name], f"{name}: {key}"
        else:
            assert name in MADE_BY_YOU or re.fullmatch(MADE_BY_OPERATORS, name), name


@everywhere
def test_every_volume_is_mounted_and_every_mount_is_a_volume(way: str) -> None:
    claims = {
        (f"StatefulSet/{each['metadata']['name']}", claim["metadata"]["name"])
        for each in of_kind(way, "StatefulSet")
        for claim in each["spec"].get("volumeClaimTemplates", ())
    }
    for name, pod, container in containers(way):
        volumes = {volume["name"] for volume in pod.get("volumes", ())}
        volumes |= {claim for owner, claim in claims if owner == name}
        assert {mount["name"] for mount in container.get("volumeMounts", ())} == volumes, name


@everywhere
def test_a_variable_that_names_a_file_names_one_that_is_mounted(way: str) -> None:
    for name, pod, container in containers(way):
        mounted = set(files_of(pod, container))
        for entry in container.get("env", ()):
            if entry["name"].endswith("_FILE") and entry["value"].startswith("/secrets/"):
                assert entry["value"] in mounted, f"{name}: {entry['name']}"


@everywhere
def test_no_password_is_in_the_environment_but_the_first_owners(way: str) -> None:
    given = {
        (name, entry["valueFrom"]["secretKeyRef"]["name"])
        for name, _, container in containers(way)
        for entry in container.get("env", ())
        if "secretKeyRef" in entry.get("valueFrom", {})
    }
    assert given == {("Deployment/auth", "first-owner")}


@everywhere
def test_every_container_asks_for_no_more_than_its_limits(way: str) -> None:
    for name, pod, container in containers(way):
        resources = container["resources"]
        assert resources["requests"].keys() == resources["limits"].keys() == {"cpu", "memory"}, name
        for resource, asked in resources["requests"].items():
            assert quantity(asked) <= quantity(resources["limits"][resource]), name
        assert pod["automountServiceAccountToken"] is False, name
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert container["securityContext"]["allowPrivilegeEscalation"] is False, name
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}, name
        ours = "mostrador/" in container["image"]
        assert container["securityContext"].get("readOnlyRootFilesystem", False) is ours, name


@everywhere
def test_every_image_has_a_version(way: str) -> None:
    images = {container["image"] for _, _, container in containers(way)}
    images |= {each["spec"]["image"] for each in of_kind(way, "RabbitmqCluster")}
    images |= {each["spec"]["imageName"] for each in of_kind(way, "Cluster")}
    ours = "local" if way == "dev" else VERSION
    for image in images:
        tag = image.rpartition(":")[2]
        assert tag == ours if "mostrador/" in image else re.match(r"\d", tag), image


@everywhere
def test_a_versions_migrations_are_jobs_of_their_own_that_disappear(way: str) -> None:
    for job in of_kind(way, "Job"):
        assert job["metadata"]["name"].endswith(f"-{VERSION.replace('.', '-')}")
        assert job["spec"]["ttlSecondsAfterFinished"] > 0


@everywhere
def test_a_process_has_two_minutes_to_start(way: str) -> None:
    for deployment in of_kind(way, "Deployment"):
        (container,) = deployment["spec"]["template"]["spec"]["containers"]
        probe = container["startupProbe"]
        assert probe["periodSeconds"] * probe["failureThreshold"] >= 120, deployment["metadata"]["name"]


def test_a_servers_files_keep_their_modes_when_it_starts_again() -> None:
    """PostgreSQL and RabbitMQ refuse files of theirs that the group of the volume may write."""
    for server in of_kind("dev", "StatefulSet"):
        pod = server["spec"]["template"]["spec"]
        assert pod["securityContext"]["fsGroupChangePolicy"] == "OnRootMismatch", server["metadata"]["name"]


@everywhere
def test_an_apply_again_finds_nothing_to_change(way: str) -> None:
    """kubectl reports a change if a part that it replaces as a whole lacks a default of the cluster."""
    for deployment in of_kind(way, "Deployment"):
        assert deployment["spec"]["strategy"]["type"] == "RollingUpdate"
    for policy in of_kind(way, "NetworkPolicy"):
        for ports in values_of(policy["spec"], "ports"):
            assert all("protocol" in port for port in ports), policy["metadata"]["name"]


@everywhere
def test_the_pods_of_a_lost_node_are_replaced_after_a_minute(way: str) -> None:
    for deployment in of_kind(way, "Deployment"):
        tolerated = {
            each["key"]: each["tolerationSeconds"]
            for each in deployment["spec"]["template"]["spec"]["tolerations"]
        }
        assert tolerated == {"node.kubernetes.io/not-ready": 60, "node.kubernetes.io/unreachable": 60}


@pytest.mark.parametrize("way", ["prod", "prod with everything"])
def test_the_pods_of_a_new_revision_are_spread_without_regard_to_those_they_replace(way: str) -> None:
    workloads = of_kind(way, "Deployment", "Pooler")
    assert workloads
    for workload in workloads:
        for constraint in workload["spec"]["template"]["spec"]["topologySpreadConstraints"]:
            assert "pod-template-hash" in constraint["matchLabelKeys"], workload["metadata"]["name"]


@everywhere
def test_a_pod_has_time_to_finish_what_it_has_begun(way: str) -> None:
    for deployment in of_kind(way, "Deployment"):
        pod = deployment["spec"]["template"]["spec"]
        (container,) = pod["containers"]
        before = container["lifecycle"]["preStop"]["sleep"]["seconds"]
        assert pod["terminationGracePeriodSeconds"] >= before + SHUTDOWN_TIMEOUT_SECONDS + DRAIN_SECONDS_MAX


@pytest.mark.parametrize("way", ["prod", "prod with everything"])
def test_what_is_bound_scaled_and_permitted_at_the_broker_exists_there(way: str) -> None:
    exchanges = {each["spec"]["name"] for each in of_kind(way, "Exchange")}
    queues = {each["spec"]["name"] for each in of_kind(way, "Queue")}
    for binding in (each["spec"] for each in of_kind(way, "Binding")):
        assert binding["source"] in exchanges
        assert binding["destination"] in queues
    users = names_of(way, "User")
    for permission in of_kind(way, "Permission", "TopicPermission"):
        assert permission["spec"]["userReference"]["name"] in users
    for trigger in (each["spec"]["triggers"][0] for each in of_kind(way, "ScaledObject")):
        assert trigger["metadata"]["queueName"] in queues
        assert trigger["authenticationRef"]["name"] in names_of(way, "TriggerAuthentication")


@pytest.mark.parametrize("way", ["prod", "prod with everything"])
def test_every_database_has_a_nightly_backup_and_archives_its_changes(way: str) -> None:
    clusters = of_kind(way, "Cluster")
    backed_up = [each["spec"]["cluster"]["name"] for each in of_kind(way, "ScheduledBackup")]
    assert sorted(backed_up) == sorted(names_of(way, "Cluster"))
    for cluster in clusters:
        (plugin,) = cluster["spec"]["plugins"]
        assert plugin["parameters"]["barmanObjectName"] in names_of(way, "ObjectStore")
        assert plugin["isWALArchiver"] is True


def test_the_clusters_rules_are_those_of_today() -> None:
    assert rules.RULES.read_text() == rules.to_text(), "run: make cluster-rules"


def test_monitored_processes_have_the_names_that_rules_expect() -> None:
    way = "prod with monitoring"
    for monitor in of_kind(way, "PodMonitor"):
        for labels in all_pods(way):
            if selects(monitor["spec"]["selector"], labels) and "mostrador/server" not in labels:
                assert process_label(monitor, labels) in {*names_of(way, "Deployment"), None}


def test_web_processes_and_no_others_go_through_the_pooler() -> None:
    way = "prod with pooler"
    pooled = {
        name
        for name, pod, _ in containers(way)
        for item in values_of(pod["volumes"], "items")
        if item[0]["key"] == "pooled-uri"
    }
    databases = {each["spec"]["cluster"]["name"] for each in of_kind(way, "Pooler")}
    assert databases == names_of(way, "Cluster")
    assert pooled == {f"Deployment/{database.removesuffix('-db')}" for database in databases}


def test_the_pooler_has_the_settings_that_are_tested() -> None:
    tested = {**pgbouncer.SETTINGS, **pgbouncer.PREPARED_STATEMENTS}
    size = {"default_pool_size": str(pgbouncer.SERVER_CONNECTIONS)}
    for pooler in of_kind("prod with pooler", "Pooler"):
        of_pooler = pooler["spec"]["pgbouncer"]
        assert {"pool_mode": of_pooler["poolMode"], **of_pooler["parameters"]} == tested | size


def test_a_database_of_the_cluster_asks_whether_the_machine_of_a_pooler_is_there() -> None:
    for database in of_kind("prod with pooler", "Cluster"):
        assert database["spec"]["postgresql"]["parameters"].items() >= KEEPALIVES.items()


def test_connections_of_the_pooler_and_of_workers_fit_the_database() -> None:
    (pooler, *_) = of_kind("prod with pooler", "Pooler")
    (database, *_) = of_kind("prod with pooler", "Cluster")
    of_pooler = pooler["spec"]["instances"] * int(
        pooler["spec"]["pgbouncer"]["parameters"]["default_pool_size"]
    )
    of_workers = 6 * (POOL_SIZE + 2)
    limit = int(database["spec"]["postgresql"]["parameters"]["max_connections"])
    assert of_pooler + of_workers < limit - 20


def process_label(monitor: Manifest, labels: dict[str, str]) -> str | None:
    """The label `process` that the monitor gives to a pod, as Prometheus does; None if it gives none."""
    (endpoint,) = monitor["spec"]["podMetricsEndpoints"]
    for rule in endpoint.get("relabelings", ()):
        if rule["targetLabel"] == "process":
            names = [
                each.removeprefix(META).replace("app_kubernetes_io_", LABEL) for each in rule["sourceLabels"]
            ]
            match = re.fullmatch(rule["regex"], rule["separator"].join(labels[name] for name in names))
            assert match
            return str(match.expand(rule["replacement"].replace("$", "\\")))
    return None


def values_of(node: object, name: str) -> Iterator[Any]:
    """The values of every member of this name."""
    if isinstance(node, list):
        for each in node:
            yield from values_of(each, name)
    if isinstance(node, dict):
        for member, value in node.items():
            if member == name:
                yield value
            yield from values_of(value, name)


def secrets_named(manifests: object) -> Iterator[tuple[str, str | None]]:
    """The name of each Secret that is referred to, with a key if one is named."""
    for reference in values_of(manifests, "secret"):
        name = reference.get("name") or reference["secretName"]
        yield from ((name, item["key"]) for item in reference.get("items", [{"key": None}]))
    for member in ("secretRef", "passwordSecret", "importCredentialsSecret"):
        keys = (None,) if member == "secretRef" else ("username", "password")
        yield from ((each["name"], key) for each in values_of(manifests, member) for key in keys)
    for member in ("secretKeyRef", "accessKeyId", "secretAccessKey"):
        yield from ((each["name"], each["key"]) for each in values_of(manifests, member))
    for references in values_of(manifests, "secretTargetRef"):
        yield from ((each["name"], each["key"]) for each in references)
    yield from ((str(name), None) for name in values_of(manifests, "secretName"))


def files_of(pod: Manifest, container: Manifest) -> Iterator[str]:
    """The paths of the files that Secrets and ConfigMaps become in a container."""
    folders = {mount["name"]: mount["mountPath"] for mount in container.get("volumeMounts", ())}
    keys = {"service-keys": "services.jwks.json"}
    for volume in pod.get("volumes", ()):
        for source in volume.get("projected", {}).get("sources", ()):
            content = source.get("secret") or source["configMap"]
            whole = keys.get(content["name"], "service.pem")
            for item in content.get("items", [{"path": whole}]):
                yield f"{folders[volume['name']]}/{item['path']}"


def ports_of(pod: Manifest) -> set[str]:
    """The names of the ports on which a pod listens."""
    return {port["name"] for container in pod["containers"] for port in container.get("ports", ())}


def selected_ports(way: str, policy: Manifest) -> set[str]:
    """The names of ports that every pod has that a policy selects."""
    found = [
        ports_of(template["spec"])
        for _, template in templates(way)
        if selects(policy["spec"]["podSelector"], template["metadata"]["labels"])
    ]
    return set.intersection(*found)


def quantity(text: object) -> float:
    """A quantity of Kubernetes as a number."""
    match = re.fullmatch(r"([0-9.]+)([A-Za-z]*)", str(text))
    assert match, text
    return float(match[1]) * UNITS[match[2]]
