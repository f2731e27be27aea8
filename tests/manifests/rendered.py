"""The manifests as a cluster gets them: rendered overlays, also with the optional components."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from deploy.k8s.kubectl import render

Manifest = dict[str, Any]

K8S = Path(__file__).parents[2] / "deploy" / "k8s"
OPTIONAL = ("monitoring", "queue-scaling", "pooler", "traces")
"""The components that the overlay for production names in comments."""
WAYS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "dev": ("dev", ()),
    "prod": ("prod", ()),
    **{f"prod with {component}": ("prod", (component,)) for component in OPTIONAL},
    "prod with everything": ("prod", OPTIONAL),
}
"""Name → overlay and components."""


@cache
def rendered(way: str) -> tuple[Manifest, ...]:
    """Every object of one of the `WAYS`."""
    overlay, components = WAYS[way]
    if not components:
        return _read(render(K8S / "overlays" / overlay))
    with tempfile.TemporaryDirectory() as folder:
        kustomization = {
            "apiVersion": "kustomize.config.k8s.io/v1beta1",
            "kind": "Kustomization",
            "resources": [_from(folder, K8S / "overlays" / overlay)],
            "components": [_from(folder, K8S / "components" / component) for component in components],
        }
        (Path(folder) / "kustomization.yaml").write_text(yaml.safe_dump(kustomization))
        return _read(render(Path(folder)))


def of_kind(way: str, *kinds: str) -> list[Manifest]:
    """The objects of these kinds."""
    return [manifest for manifest in rendered(way) if manifest["kind"] in kinds]


def names_of(way: str, kind: str) -> set[str]:
    """The names of the objects of a kind."""
    return {manifest["metadata"]["name"] for manifest in of_kind(way, kind)}


def templates(way: str) -> Iterator[tuple[str, Manifest]]:
    """The pod template of each of our workloads, with its kind and name."""
    for manifest in of_kind(way, "Deployment", "StatefulSet", "Job", "CronJob"):
        spec = manifest["spec"]
        template = (spec["jobTemplate"]["spec"] if manifest["kind"] == "CronJob" else spec)["template"]
        yield f"{manifest['kind']}/{manifest['metadata']['name']}", template


def containers(way: str) -> Iterator[tuple[str, Manifest, Manifest]]:
    """Each container of our workloads, with the workload's name and the pod's specification."""
    for name, template in templates(way):
        for container in template["spec"]["containers"]:
            yield name, template["spec"], container


def operated_pods(way: str) -> Iterator[dict[str, str]]:
    """The labels of the pods that operators make from their resources."""
    for manifest in of_kind(way, "Cluster"):
        labels = manifest["spec"]["inheritedMetadata"]["labels"]
        yield {**labels, "cnpg.io/cluster": manifest["metadata"]["name"]}
    for manifest in of_kind(way, "Pooler"):
        labels = manifest["spec"]["template"]["metadata"]["labels"]
        yield {**labels, "cnpg.io/poolerName": manifest["metadata"]["name"]}
    for manifest in of_kind(way, "RabbitmqCluster"):
        name = {"app.kubernetes.io/name": manifest["metadata"]["name"]}
        yield {**name, "app.kubernetes.io/component": "rabbitmq", "app.kubernetes.io/part-of": "rabbitmq"}


def all_pods(way: str) -> list[dict[str, str]]:
    """The labels of every kind of pod."""
    return [*(template["metadata"]["labels"] for _, template in templates(way)), *operated_pods(way)]


def selects(selector: Manifest, labels: Mapping[str, str]) -> bool:
    """Whether a label selector selects a pod with these labels."""
    return selector.get("matchLabels", {}).items() <= labels.items() and all(
        (labels.get(each["key"]) in each["values"]) == (each["operator"] == "In")
        for each in selector.get("matchExpressions", ())
    )


def _read(text: str) -> tuple[Manifest, ...]:
    return tuple(yaml.load_all(text, Loader=yaml.CSafeLoader))  # ten times as fast as the one in Python


def _from(folder: str, path: Path) -> str:
    """kustomize wants relative paths, from where the folder really is."""
    return os.path.relpath(path, Path(folder).resolve())
