"""Every command that a page names exists: targets of make, modules that are run."""

import re
from importlib.util import find_spec

import pytest

from tests.architecture.test_named_paths import ROOT

FOLDERS = (
    ".",
    "docs",
    "docs/adr",
    "docs/guide",
    "services/*",
    "gateway",
    "gateway/*",
    "deploy/*",
    "examples/*",
)
PAGES = sorted({page for folder in FOLDERS for page in ROOT.glob(f"{folder}/*.md")})
TARGET = re.compile(r"^([a-z0-9-]+):", re.MULTILINE)
MADE = re.compile(r"[`$(] ?(?:[A-Z]+=\S+ )*make((?: [a-z][a-z0-9-]*)+)")
RUN = re.compile(r"python -m ((?:services|libs|deploy|gateway|bench|tests)[\w.]*\w)")

pytestmark = pytest.mark.unit


def test_the_targets_of_every_page_are_made() -> None:
    targets = set(TARGET.findall((ROOT / "Makefile").read_text()))
    unknown = [
        f"{page.relative_to(ROOT)}: make {target}"
        for page in PAGES
        for named in MADE.findall(page.read_text())
        for target in named.split()
        if target not in targets
    ]
    assert unknown == []


def test_the_modules_of_every_page_are_there() -> None:
    missing = [
        f"{page.relative_to(ROOT)}: {module}"
        for page in PAGES
        for module in RUN.findall(page.read_text())
        if find_spec(module) is None
    ]
    assert missing == []
