"""Every command that a page names exists: targets of make, modules that are run."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.architecture.test_named_paths import EACH, ROOT

TARGET = re.compile(r"^([a-z0-9-]+):", re.MULTILINE)
MADE = re.compile(r"(?:^|[`$(] ?)(?:[A-Z_]+=\S+ )*make((?: [a-z][a-z0-9-]*)+)", re.MULTILINE)
RUN = re.compile(r"python -m ((?:services|libs|deploy|gateway|bench|tests)[\w.]*\w)")

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("page", EACH)
def test_the_targets_of_a_page_are_made(page: Path) -> None:
    targets = set(TARGET.findall((ROOT / "Makefile").read_text()))
    named = {target for targets in MADE.findall(page.read_text()) for target in targets.split()}
    assert named - targets == set()


@pytest.mark.parametrize("page", EACH)
def test_the_modules_of_a_page_are_there(page: Path) -> None:
    assert [module for module in RUN.findall(page.read_text()) if find_spec(module) is None] == []
