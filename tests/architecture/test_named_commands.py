"""Every command that a page names exists: targets of make, modules that are run."""

import re
import subprocess
from importlib.util import find_spec

import pytest

from tests.architecture.sources import ROOT
from tests.architecture.test_named_paths import pages

TARGET = re.compile(r"^([a-z0-9-]+):", re.MULTILINE)
MADE = re.compile(r"(?:^|[`$(] ?)(?:[A-Z_]+=\S+ )*make((?: [a-z][a-z0-9-]*)+)", re.MULTILINE)
ALONE = ("backup", "rebuild", "reconcile", "invariants")
"""Targets that take options in `A` and do their work without."""
RUN = re.compile(r"python -m ((?:services|libs|deploy|gateway|bench|tests)[\w.]*\w)")

pytestmark = pytest.mark.unit


def test_the_targets_of_every_page_are_made() -> None:
    targets = set(TARGET.findall((ROOT / "Makefile").read_text()))
    wrong = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages()
        for named in MADE.findall(page.read_text())
        for target in named.split()
        if target not in targets
    ]
    assert wrong == []


def test_the_modules_of_every_page_are_there() -> None:
    wrong = [
        f"{page.relative_to(ROOT)}: {module}"
        for page in pages()
        for module in RUN.findall(page.read_text())
        if find_spec(module) is None
    ]
    assert wrong == []


@pytest.mark.parametrize("target", ALONE)
def test_a_target_that_needs_no_options_does_its_work_without(target: str) -> None:
    shown = subprocess.run(
        ["make", "--dry-run", target], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    assert "--help" not in shown
