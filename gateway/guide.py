"""The guide as pages: Markdown files of `docs/`, rendered when the gateway starts."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from markdown_it.token import Token

from gateway.markdown import rendered
from libs.common.contracts.registry import EVENTS
from libs.common.contracts.samples import FOLDER as SAMPLES

DOCS = Path(__file__).parent.parent / "docs"
BASE = "/docs/guide"
INDEX = "README"
BESIDE_IT = ("errors", "events", "versioning")  # pages that the guide refers to
EVENTS_PAGE = "/events/docs"
EVENTS_DOCUMENT = "/events/asyncapi.json"


class GuidePage(NamedTuple):
    """A title, and the whole text as HTML."""

    title: str
    content: str


def guide(docs: Path = DOCS) -> Mapping[str, GuidePage]:
    """Path → page; empty where the documentation is not installed."""
    sources = [*sorted(docs.glob("guide/*.md")), *(docs / f"{name}.md" for name in BESIDE_IT)]
    pages = {source: _path(source.stem) for source in sources if source.is_file()}
    paths = pages | _events(docs)
    return {path: _rendered(source, paths) for source, path in pages.items()}


def _events(docs: Path) -> dict[Path, str]:
    """What the page of events refers to: the document, and a sample of each type."""
    samples = {SAMPLES / f"{event_type}.json": f"{EVENTS_PAGE}#{event_type}" for event_type in EVENTS}
    return samples | {docs / "asyncapi.json": EVENTS_DOCUMENT}


def _path(name: str) -> str:
    return BASE if name == INDEX else f"{BASE}/{name}"


def _rendered(source: Path, paths: Mapping[Path, str]) -> GuidePage:
    titles: list[str] = []

    def lead_to_pages(tokens: Sequence[Token]) -> None:
        texts = [token for token in tokens if token.type == "inline"]
        titles.append(texts[0].content)
        for text in texts:
            for child in text.children or ():
                if child.type == "link_open":
                    _lead_to_pages(child, source.parent, paths)

    content = rendered(source.read_text(encoding="utf-8"), lead_to_pages)
    return GuidePage(titles[0], content)


def _lead_to_pages(link: Token, folder: Path, paths: Mapping[Path, str]) -> None:
    """Let a link to another file lead to its page; a file without a page is named without a link."""
    target, hash_sign, anchor = str(link.attrGet("href")).partition("#")
    if not target or ":" in target or target.startswith("/"):
        return
    page = paths.get((folder / target).resolve())
    link.attrs = {} if page is None else {"href": page + hash_sign + anchor}
