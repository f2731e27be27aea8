"""Every path that a page names exists."""

import re
from collections.abc import Iterator
from os.path import normpath
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = (
    "*.md",
    "docs/adr/*.md",
    "docs/guide/*.md",
    "services/*/README.md",
    "gateway/**/README.md",
    "web/README.md",
    "examples/*/README.md",
)
FOLDERS = "libs|services|gateway|web|deploy|tests|docs|bench|usecases|domain|clients|api"

CODE = re.compile(r"`([^`\s]+)`")
PATH = re.compile(rf"(?:\.\./)?(?:(?:{FOLDERS})/\S*|[\w<{{*]\S*\.(?:py|md|json|toml|txt|ya?ml))")
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
BRACES = re.compile(r"(.*)\{(.*)\}(.*)")


def pages() -> Iterator[Path]:
    """The pages that guide to the sources. The changelog tells of the past."""
    found = sorted({page for pattern in PAGES for page in ROOT.glob(pattern)})
    yield from (page for page in found if page.name != "CHANGELOG.md")


def guiding(page: Path) -> str:
    """The text that names today's files: of a decision, the line of those that obey it."""
    text = page.read_text()
    return text.partition("**Files that obey it.**")[2] if page.parent.name == "adr" else text


def missing(text: str, folder: str = "") -> Iterator[str]:
    """The paths that a page in the folder names and that do not exist. `<service>` is any, `{a,b}` is each.

    A path is relative to the root, to the page's folder, or to one above the path before it in the same line.
    """
    for line in text.splitlines():
        bases = ["", folder]
        for path in filter(PATH.fullmatch, CODE.findall(line)):
            for alternative in alternatives(re.sub(r"<\w+>", "*", path)):
                found = next(
                    (each for base in bases if exists(each := normpath(f"./{base}/{alternative}"))), ""
                )
                if not found:
                    yield path
                bases = ["", folder, found, *map(str, Path(found).parents)]


def alternatives(path: str) -> list[str]:
    """`a/{b,c}.py` is `a/b.py` and `a/c.py`."""
    if braces := BRACES.fullmatch(path):
        before, inside, after = braces.groups()
        return [f"{before}{each}{after}" for each in inside.split(",")]
    return [path]


def exists(pattern: str) -> bool:
    """Whether a file or folder below the root fits."""
    return any(ROOT.glob(pattern))


pytestmark = pytest.mark.unit


def test_the_paths_of_every_page_exist() -> None:
    wrong = [
        f"{page.relative_to(ROOT)}: {path}"
        for page in pages()
        for path in missing(guiding(page), str(page.parent.relative_to(ROOT)))
    ]
    assert wrong == []


def test_the_links_of_every_page_lead_somewhere() -> None:
    wrong = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in pages()
        for link in LINK.findall(page.read_text())
        if not (page.parent / link).exists()
    ]
    assert wrong == []


def test_a_path_that_does_not_exist_is_found() -> None:
    line = "`libs/common/errors.py`, `money.py`, `http/{door,no_such}.py`, `services/<service>/no.py`"
    assert list(missing(line)) == ["http/{door,no_such}.py", "services/<service>/no.py"]
