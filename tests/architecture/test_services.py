"""Every list of services names the services that are there."""

import re
import subprocess
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

from deploy.local.layout import WITHOUT_WORKER
from libs.services import PARTS, SERVICES
from tests.architecture.sources import ROOT

pytestmark = pytest.mark.unit

FOUND = {path.parent.name for path in ROOT.glob("services/*/main.py")}


def test_the_suite_has_every_service() -> None:
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
    domains = checked["Rules know no framework"]["source_modules"]
    assert set(domains) == {f"{package}.domain" for package in packages}
    running = checked["Running code never imports the table models"]["source_modules"]
    assert set(running) == {f"{package}.main" for package in packages | {"gateway"}}


@pytest.mark.parametrize(("script", "names"), [("databases.sh", SERVICES), ("broker.sh", PARTS)])
def test_compose_makes_a_database_and_a_login_for_every_service(script: str, names: Sequence[str]) -> None:
    text = (ROOT / "deploy" / "compose" / script).read_text()
    (listed,) = re.findall(r"^for \w+ in (.+); do$", text, re.MULTILINE)
    assert tuple(listed.split()) == names


@pytest.mark.parametrize(
    ("name", "server"), [("databases.sh", "psql"), ("broker.sh", "docker-entrypoint.sh")]
)
def test_a_password_that_is_missing_is_not_made_an_empty_one(tmp_path: Path, name: str, server: str) -> None:
    for command in (server, "chown"):
        (tmp_path / command).write_text(f"#!/bin/sh\ntouch {tmp_path}/{command}.ran\n")
        (tmp_path / command).chmod(0o755)
    (tmp_path / "conf.d").mkdir()
    script = (ROOT / "deploy" / "compose" / name).read_text()
    for folder, ours in (
        ("/passwords", tmp_path),
        ("/etc/rabbitmq", tmp_path),
        ("/mostrador", ROOT / "deploy" / "compose"),
    ):
        script = script.replace(folder, str(ours))
    done = subprocess.run(
        ["bash", "-c", f"PATH={tmp_path}:$PATH\n{script}"], check=False, capture_output=True, text=True
    )
    (told,) = done.stderr.splitlines()
    assert told.endswith("No such file or directory")
    assert (done.returncode, (tmp_path / f"{server}.ran").exists()) == (1, False)
