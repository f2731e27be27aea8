"""Every list of services names the services that are there."""

import re
import tomllib

import pytest

from deploy.local.layout import SERVICES, WITHOUT_WORKER
from libs.testing import tokens
from tests.architecture.doors import ROOT

pytestmark = pytest.mark.unit

FOUND = {path.parent.name for path in ROOT.glob("services/*/main.py")}


def test_the_suite_runs_every_service() -> None:
    assert set(SERVICES) == FOUND


def test_the_suite_runs_every_worker() -> None:
    assert set(SERVICES) - set(WITHOUT_WORKER) == {
        path.parent.name for path in ROOT.glob("services/*/worker.py")
    }


def test_every_worker_also_runs_with_its_web_process_in_one() -> None:
    assert {path.parent.name for path in ROOT.glob("services/*/whole.py")} == {
        path.parent.name for path in ROOT.glob("services/*/worker.py")
    }


def test_make_knows_every_service() -> None:
    (named,) = re.findall(r"^SERVICES := (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(named.split()) == FOUND


def test_the_imports_of_every_service_are_checked() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    checked = {contract["name"]: contract for contract in contracts}
    packages = {f"services.{service}" for service in FOUND}
    assert set(checked["Inside a service, imports only go down this list"]["containers"]) == packages
    independent = checked["Services and the gateway never import one another"]["modules"]
    assert set(independent) == packages | {"gateway"}


def test_every_service_has_a_key_in_tests() -> None:
    assert set(tokens.SERVICES) == FOUND | {"gateway"}
