"""The documented upgrade of the containers migrates first, then replaces one service after the other."""

import re
import subprocess

import pytest
import yaml

from tests.architecture.deployed import PROCESSES, part_of
from tests.architecture.sources import ROOT

MIGRATIONS = {name for name, module, _ in PROCESSES if module == "libs.common.db.migrate"}
REPLACED = {name for name, _, _ in PROCESSES} - MIGRATIONS

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def started() -> list[set[str]]:
    """The containers that each `docker compose up` of the page names; the empty set is all of them."""
    page = (ROOT / "docs" / "compose.md").read_text()
    block = page.split("## Upgrading and going back")[1].split("```sh\n")[1].split("```")[0]
    script = f'docker() {{ echo "$*"; }}\n{block}'
    run = subprocess.run(["bash", "-euc", script], check=True, capture_output=True, text=True)
    ups = re.findall(r"^compose up(?: --wait)?(.*)$", run.stdout, re.MULTILINE)
    return [set(names.split()) for names in ups]


def test_everything_is_migrated_before_a_process_is_replaced(started: list[set[str]]) -> None:
    first = next(number for number, names in enumerate(started) if names & REPLACED)
    assert MIGRATIONS in started[:first]


def test_a_replaced_process_waits_for_no_other_service(started: list[set[str]]) -> None:
    """Compose ends every process that it replaces in one command before it starts the first of them."""
    replacing = [names for names in started if names & REPLACED]
    assert all(len({part_of(name) for name in names}) == 1 for names in replacing)
    assert set().union(*replacing) == REPLACED - {"gateway"}


def test_the_gateway_is_replaced_last_and_alone(started: list[set[str]]) -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    assert started[-1] == set()
    assert set(services["gateway"]["depends_on"]) <= set().union(*started) | {"keys"}


def test_services_that_sales_calls_are_replaced_before_it(started: list[set[str]]) -> None:
    order = [name for names in started for name in sorted(names & REPLACED)]
    assert all(order.index(called) < order.index("sales") for called in ("auth", "catalog", "customers"))
