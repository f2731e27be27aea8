"""Renders Markdown as HTML: tables, no tags of the text's own, headings with the ids that links name.

Long names in code may break after a dot, an underscore or a slash, so that tables fit a phone.
"""

import re
from collections.abc import Callable, Sequence
from html import escape
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.token import Token

_BREAKABLE = re.compile(r"(?<=\w[._/])(?=\w)")
_PUNCTUATION = re.compile(r"[^\w\- ]")


def rendered(text: str, change: Callable[[Sequence[Token]], None] | None = None) -> str:
    """The text as HTML; `change` may change the tokens first."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.add_render_rule("code_inline", _code)
    tokens = markdown.parse(text)
    for heading, words in pairwise(tokens):
        if heading.type == "heading_open":
            heading.attrSet("id", _slug(words.content))
    if change:
        change(tokens)
    html: str = markdown.renderer.render(tokens, markdown.options, {})
    return html


def _code(_: RendererProtocol, tokens: Sequence[Token], index: int, *__: object) -> str:
    return f"<code>{_BREAKABLE.sub('<wbr>', escape(tokens[index].content))}</code>"


def _slug(heading: str) -> str:
    """The id of a heading, as forges make it."""
    return _PUNCTUATION.sub("", heading.lower()).replace(" ", "-")
