"""Every import rule catches a violation, made on purpose in a copy of the sources."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

VIOLATIONS = {
    "Services and the gateway never import one another": (
        "services/sales/domain/violation.py",
        "import services.catalog.domain",
    ),
    "Shared code never imports a service, the gateway or how they are run": (
        "libs/common/violation.py",
        "import services.sales.domain",
    ),
    "Inside libs.common, imports only go down this list": (
        "libs/common/db/violation.py",
        "import libs.common.http",
    ),
    "What runs in production never imports test servers or the pytest plugin": (
        "services/sales/usecases/violation.py",
        "import libs.testing.clock",
    ),
    "Inside a service, imports only go down this list": (
        "services/sales/domain/violation.py",
        "import services.sales.usecases",
    ),
    "Rules know no framework": ("services/catalog/domain/violation.py", "import fastapi"),
    "Running code never imports the table models": (
        "services/customers/usecases/violation.py",
        "import sqlmodel",
    ),
    "Event contracts are plain data": ("libs/common/contracts/violation.py", "import aiohttp"),
}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [str(command), "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for folder in ("libs", "services", "gateway", "deploy", "bench"):
        ignored = shutil.ignore_patterns("__pycache__", "tests")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_rule_has_a_violation_here() -> None:
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert {rule["name"] for rule in rules} == set(VIOLATIONS)


@pytest.mark.parametrize("rule", VIOLATIONS)
def test_a_broken_rule_is_caught(rule: str, copy: Path) -> None:
    name, statement = VIOLATIONS[rule]
    (copy / name).write_text(f'"""Breaks a rule."""\n\n{statement}\n')
    if rule == "Running code never imports the table models":
        main = copy / "services/customers/main.py"
        main.write_text(main.read_text() + "\nimport services.customers.usecases.violation\n")
    linted = lint_imports(copy)
    assert linted.returncode != 0
    assert f"{rule} BROKEN" in linted.stdout
