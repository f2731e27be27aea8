"""Every path that a page names exists, and every link leads to a file and a heading."""

import re
from collections.abc import Iterator
from functools import cache
from os.path import normpath
from pathlib import Path

import pytest

from gateway.markdown import rendered
from tests.architecture.sources import ROOT

PAGES = (
    "*.md",
    ".github/*.md",
    "docs/**/*.md",
    "services/*/README.md",
    "services/*/usecases/README.md",
    "gateway/**/README.md",
    "web/README.md",
    "deploy/*/README.md",
    "examples/*/README.md",
)
FOLDERS = "libs|services|gateway|web|deploy|tests|docs|bench|usecases|domain|clients|api"

CODE = re.compile(r"`([^`\s]+)`")
PATH = re.compile(rf"(?:\.\./)?(?:(?:{FOLDERS})/\S*|[\w<{{*]\S*\.(?:py|md|json|toml|txt|ya?ml))")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
HEADING = re.compile(r'<h\d id="([^"]+)"')
BRACES = re.compile(r"(.*)\{(.*)\}(.*)")


def pages() -> Iterator[Path]:
    """Every page that is written for people."""
    yield from sorted({page for pattern in PAGES for page in ROOT.glob(pattern)})


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


def astray(page: Path) -> Iterator[str]:
    """The links of a page to a file that does not exist, or to a heading that it does not have."""
    for file, anchor in LINK.findall(page.read_text()):
        target = page.parent / file if file else page
        if not target.exists() or (anchor and anchor not in headings(target)):
            yield f"{file}#{anchor}"


@cache
def headings(page: Path) -> frozenset[str]:
    """What a link may name of a page."""
    return frozenset(HEADING.findall(rendered(page.read_text())))


NOT_GUIDING = {
    "CHANGELOG.md",  # tells of the past
    "docs/cluster.md",  # names files of an overlay, keys of Secrets
    "docs/compose.md",
    "docs/configuration.md",
    "docs/deployment.md",
    "services/sales/usecases/README.md",  # names files below the folder of each heading
}
GUIDING = [page for page in pages() if str(page.relative_to(ROOT)) not in NOT_GUIDING]

pytestmark = pytest.mark.unit


def test_the_paths_of_every_page_exist() -> None:
    wrong = [
        f"{page.relative_to(ROOT)}: {path}"
        for page in GUIDING
        for path in missing(guiding(page), str(page.parent.relative_to(ROOT)))
    ]
    assert wrong == []


def test_the_links_of_every_page_lead_somewhere() -> None:
    wrong = [f"{page.relative_to(ROOT)}: {link}" for page in pages() for link in astray(page)]
    assert wrong == []


def test_a_path_that_does_not_exist_is_found() -> None:
    line = "`libs/common/errors.py`, `money.py`, `http/{door,no_such}.py`, `services/<service>/no.py`"
    assert list(missing(line)) == ["http/{door,no_such}.py", "services/<service>/no.py"]


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# One thing\n[here](#one-thing) [gone](#other) [no file](no.md) [this](page.md#one-thing)\n"
    )
    assert list(astray(page)) == ["#other", "no.md#"]
