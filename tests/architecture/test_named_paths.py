"""Every path that a page names exists."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ("*.md", "docs/adr/*.md", "services/*/README.md", "gateway/**/README.md")
FOLDERS = "libs|services|gateway|deploy|tests|docs|bench|usecases|domain|clients|api"

CODE = re.compile(r"`([^`\s]+)`")
PATH = re.compile(rf"(?:\.\./)?(?:(?:{FOLDERS})/\S*|[\w<{{*]\S*\.(?:py|md|json|toml|txt|ya?ml))")
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
BRACES = re.compile(r"(.*)\{(.*)\}(.*)")


def pages() -> Iterator[Path]:
    """The pages that guide to the sources. The changelog tells of the past."""
    found = sorted({page for pattern in PAGES for page in ROOT.glob(pattern)})
    yield from (page for page in found if page.name != "CHANGELOG.md")


def guiding(page: Path) -> Iterator[str]:
    """The lines that name today's files: of a decision, those that obey it."""
    for line in page.read_text().splitlines():
        if page.parent.name != "adr" or line.startswith("**Files that obey it.**"):
            yield line


def missing(page: Path) -> Iterator[str]:
    """The paths of the page that do not exist. `<service>` stands for any, `{a,b}` for each.

    A path is relative to the root, to the page, or to a folder above the path before it in the same line.
    """
    for line in guiding(page):
        bases = [page.parent, ROOT]
        for path in filter(PATH.fullmatch, CODE.findall(line)):
            for alternative in alternatives(re.sub(r"<\w+>", "*", path)):
                found = next((base for base in bases if exists(base, alternative)), None)
                if found is None:
                    yield path
                else:
                    above = (found / alternative).parents
                    bases = [page.parent, ROOT, *(base for base in above if base.is_relative_to(ROOT))]


def alternatives(path: str) -> list[str]:
    """`a/{b,c}.py` is `a/b.py` and `a/c.py`."""
    if braces := BRACES.fullmatch(path):
        before, inside, after = braces.groups()
        return [f"{before}{each}{after}" for each in inside.split(",")]
    return [path]


def exists(base: Path, path: str) -> bool:
    """Whether a file or folder fits."""
    if path.startswith("../"):
        return (base / path).exists()
    return any(base.glob(path.rstrip("/")))


EACH = [pytest.param(page, id=str(page.relative_to(ROOT))) for page in pages()]

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("page", EACH)
def test_the_paths_of_a_page_exist(page: Path) -> None:
    assert list(missing(page)) == []


@pytest.mark.parametrize("page", EACH)
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    assert [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()] == []


def test_a_path_that_does_not_exist_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "`libs/common/errors.py`, `money.py`, `http/{door,no_such}.py`, `services/<service>/no.py`"
    )
    assert list(missing(page)) == ["http/{door,no_such}.py", "services/<service>/no.py"]
