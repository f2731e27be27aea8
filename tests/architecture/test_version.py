"""The suite has one version number, and the files for its public repository are well-formed."""

import json
import re
from pathlib import Path

import pytest
import yaml

from deploy.version import places
from gateway.introductions import pos_frame, store_frame
from libs.common.contracts.asyncapi import asyncapi
from libs.common.metrics import exposition
from libs.common.version import VERSION
from tests.architecture.sources import ROOT

FORGE = ROOT / ".github"
EACH = [
    pytest.param(path, pattern, id=str(path.relative_to(ROOT)))
    for path, pattern in places()
    if path.name not in {"namespace.yaml", "network.yaml"}
]

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(("path", "pattern"), EACH)
def test_it_is_the_same_in_every_file(path: Path, pattern: re.Pattern[str]) -> None:
    found = [match[2].replace("-", ".") for match in pattern.finditer(path.read_text())]
    assert found
    assert set(found) == {VERSION}


def test_a_process_tells_it_in_its_metrics_and_every_document_in_its_head() -> None:
    documents = (asyncapi(), pos_frame([]), store_frame([]))
    assert {document["info"]["version"] for document in documents} == {VERSION}
    assert f'mostrador_build_info{{version="{VERSION}"}} 1.0' in exposition()[0].decode()


def test_the_forge_runs_exactly_make_check() -> None:
    workflow = yaml.safe_load((FORGE / "workflows" / "check.yml").read_text())
    (job,) = workflow["jobs"].values()
    assert [step["run"] for step in job["steps"] if "run" in step] == ["make check"]


@pytest.mark.parametrize("path", sorted(FORGE.rglob("*.yml")), ids=lambda path: path.name)
def test_a_file_for_the_forge_is_yaml(path: Path) -> None:
    assert isinstance(yaml.safe_load(path.read_text()), dict)


def test_the_container_to_work_in_is_made_by_make() -> None:
    lines = (ROOT / ".devcontainer" / "devcontainer.json").read_text().splitlines()
    container = json.loads("\n".join(line for line in lines if not line.startswith("//")))
    assert container["postCreateCommand"] == "make setup hooks"
