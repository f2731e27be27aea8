"""Every import rule catches its violation, made on purpose in a copy of the sources that has all of them."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

HEADING = re.compile(r"^(.+)\n-+$", re.MULTILINE)

VIOLATIONS = {
    "Services and the gateway never import one another": (
        "services/sales/domain/violation.py",
        "import services.catalog.domain",
    ),
    "Shared code never imports a service, the gateway or how they are run": (
        "libs/servers/violation.py",
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
        "services/sales/domain/upward.py",
        "import services.sales.usecases",
    ),
    "Rules know no framework": ("services/catalog/domain/violation.py", "import fastapi"),
    "Running code never imports the table models": (
        "services/customers/usecases/violation.py",
        "import sqlmodel",
    ),
    "Event contracts are plain data": ("libs/common/contracts/violation.py", "import aiohttp"),
}


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What lint-imports says of each broken rule."""
    copy = tmp_path_factory.mktemp("copy")
    for folder in ("libs", "services", "gateway", "deploy", "bench"):
        ignored = shutil.ignore_patterns("__pycache__", "tests")
        shutil.copytree(ROOT / folder, copy / folder, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", copy)
    for name, statement in VIOLATIONS.values():
        (copy / name).write_text(f'"""Breaks a rule."""\n\n{statement}\n')
    main = copy / "services/customers/main.py"
    main.write_text(main.read_text() + "\nimport services.customers.usecases.violation\n")
    command = Path(sys.executable).with_name("lint-imports")
    linted = subprocess.run(
        [str(command), "--no-cache"], cwd=copy, capture_output=True, text=True, check=False
    )
    assert linted.returncode != 0
    _, *told = HEADING.split(linted.stdout.split("Broken contracts", 1)[1])
    return dict(zip(told[::2], told[1::2], strict=True))


def test_every_rule_has_a_violation_here() -> None:
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert {rule["name"] for rule in rules} == set(VIOLATIONS)


@pytest.mark.parametrize("rule", VIOLATIONS)
def test_a_broken_rule_is_caught(rule: str, broken: dict[str, str]) -> None:
    name, statement = VIOLATIONS[rule]
    module = name.removesuffix(".py").replace("/", ".")
    imported = statement.removeprefix("import ")
    assert f"{module} -> {imported}" in broken[rule]
