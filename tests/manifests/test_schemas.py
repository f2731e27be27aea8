"""Every object of every overlay is what the cluster and its operators accept, as far as schemas tell."""

import copy

import kubernetes_validate
import pytest

from tests.manifests.rendered import Manifest, rendered
from tests.manifests.schemas import operated

OURS_SINCE = "1.30"
"""The oldest Kubernetes that docs/cluster.md names."""
NEWEST = "1.37"

pytestmark = [pytest.mark.unit, pytest.mark.timeout(360)]  # kubectl is fetched where it is missing


def of_kubernetes(way: str) -> list[Manifest]:
    return [manifest for manifest in rendered(way) if not is_operated(manifest)]


def is_operated(manifest: Manifest) -> bool:
    """Whether an operator defines the kind. Kubernetes' groups have no dot, or end in .k8s.io."""
    group = manifest["apiVersion"].rpartition("/")[0]
    return "." in group and not group.endswith(".k8s.io")


@pytest.mark.parametrize("version", [OURS_SINCE, NEWEST])
@pytest.mark.parametrize("way", ["dev", "prod with everything"])
def test_kubernetes_accepts_its_objects(way: str, version: str) -> None:
    for manifest in of_kubernetes(way):
        kubernetes_validate.validate(manifest, version, strict=True)


@pytest.mark.parametrize("way", ["prod", "prod with everything"])
def test_operators_accept_theirs(way: str) -> None:
    found = [manifest for manifest in rendered(way) if is_operated(manifest)]
    wrong = [
        (manifest["kind"], manifest["metadata"]["name"], error.instance_path, error.message)
        for manifest in found
        for error in operated()[manifest["kind"]].iter_errors(manifest["spec"])
    ]
    assert wrong == []


def test_every_kind_that_has_a_schema_is_used() -> None:
    used = {manifest["kind"] for manifest in rendered("prod with everything") if is_operated(manifest)}
    assert used == operated().keys()


@pytest.mark.parametrize("kind", ["Cluster", "RabbitmqCluster", "Queue", "ScaledObject", "PodMonitor"])
def test_a_misspelt_field_is_refused(kind: str) -> None:
    (found, *_) = (each for each in rendered("prod with everything") if each["kind"] == kind)
    spec = copy.deepcopy(found["spec"])
    assert operated()[kind].is_valid(spec)
    spec["replica"] = 3
    assert not operated()[kind].is_valid(spec)
