"""The guide as pages: Markdown files of `docs/`, rendered when the gateway starts."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

DOCS = Path(__file__).parent.parent / "docs"
BASE = "/docs/guide"
INDEX = "README"
BESIDE_IT = ("errors", "events", "versioning")  # pages that the guide refers to


class GuidePage(NamedTuple):
    """A title, and the whole text as HTML."""

    title: str
    content: str


def guide(docs: Path = DOCS) -> Mapping[str, GuidePage]:
    """Path → page; empty where the documentation is not installed."""
    sources = [*sorted(docs.glob("guide/*.md")), *(docs / f"{name}.md" for name in BESIDE_IT)]
    paths = {source: _path(source.stem) for source in sources if source.is_file()}
    return {path: _rendered(source, paths) for source, path in paths.items()}


def _path(name: str) -> str:
    return BASE if name == INDEX else f"{BASE}/{name}"


def _rendered(source: Path, paths: Mapping[Path, str]) -> GuidePage:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(source.read_text(encoding="utf-8"))
    texts = [token for token in tokens if token.type == "inline"]
    for text in texts:
        for child in text.children or ():
            if child.type == "link_open":
                _lead_to_pages(child, source.parent, paths)
    return GuidePage(texts[0].content, markdown.renderer.render(tokens, markdown.options, {}))


def _lead_to_pages(link: Token, folder: Path, paths: Mapping[Path, str]) -> None:
    """Let a link to another file lead to its page; a file without a page is named without a link."""
    target, hash_sign, anchor = str(link.attrGet("href")).partition("#")
    if not target or ":" in target or target.startswith("/"):
        return
    page = paths.get((folder / target).resolve())
    link.attrs = {} if page is None else {"href": page + hash_sign + anchor}
