"""Rules for the sources that the linters cannot check."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from libs.services import SERVICES
from tests.architecture.sources import ROOT, is_test

SOURCES = ("libs", "services", "gateway", "deploy", "bench")
LINES_MAX = 400


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        paths = [path for path in (ROOT / folder).rglob("*.py") if "versions" not in path.parts]
        assert paths, f"no sources in {folder}"
        yield from paths


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_a_file_has_one_subject_and_stays_short() -> None:
    long = {
        named(path): lines
        for path in sources(*SOURCES)
        if not is_test(path) and (lines := len(path.read_text().splitlines())) > LINES_MAX
    }
    assert long == {}


def test_lines_of_the_pages_are_no_longer_than_those_of_python() -> None:
    """A text that people see is one line, however long."""
    longest: int = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["line-length"]
    long = [
        f"{named(path)}:{number}"
        for folder in ("shell", "till", "owner", "tests")
        for path in sorted((ROOT / "web" / folder).rglob("*.js"))
        if path.parent.name != "texts"
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if len(line) > longest
    ]
    assert long == []


def test_only_the_database_module_commits() -> None:
    committing = [
        named(path)
        for path in sources("libs", "services", "gateway")
        if re.search(r"\.commit\(|\bautocommit\b", path.read_text())
        and not named(path).startswith(("libs/common/db/", "libs/servers/", "libs/testing/"))
        and not is_test(path)
    ]
    assert committing == []


def test_nothing_is_left_for_later() -> None:
    unfinished = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplemented\b")
    assert [named(path) for path in sources(*SOURCES) if unfinished.search(path.read_text())] == []


def test_a_module_says_what_it_is_and_does_not_ask() -> None:
    asking = re.compile(r"(What|Who|Whose|Which|How|When|Where|Why|Is|Are|Has|Do|Does|Can|May)\b|[^\n]*\?")
    asked = [
        named(path)
        for path in sources(*SOURCES, "tests")
        if asking.match(ast.get_docstring(ast.parse(path.read_text())) or "")
    ]
    assert asked == []


def test_tests_wait_for_a_condition_and_never_for_a_time() -> None:
    # A poll may pause between two checks of its condition: by a named constant, never by a number.
    sleeping = re.compile(r"\b(asyncio|time)\.sleep\((?!0\))[0-9]")
    found = [
        named(path)
        for path in sources("libs", "services", "gateway", "deploy", "tests")
        if is_test(path) and sleeping.search(path.read_text())
    ]
    assert found == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_says_what_it_is(service: str) -> None:
    readme = (ROOT / "services" / service / "README.md").read_text()
    assert readme.startswith(f"# {service}")
    assert len(readme.splitlines()) <= 120, "one page"


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_uses_the_common_vocabulary(service: str) -> None:
    vocabulary = {
        "main",
        "worker",
        "whole",
        "products",
        "reallocate",
        "rebuild",
        "settings",
        "deps",
        "api",
        "consumers",
        "usecases",
        "clients",
        "tables",
    }
    vocabulary |= {"domain", "migrations", "tests", "__init__", "__pycache__", "README", "admin", "keys"}
    found = {path.stem for path in (ROOT / "services" / service).iterdir()}
    assert found <= vocabulary
