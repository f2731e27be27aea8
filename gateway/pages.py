"""All pages: API documents, events, guide, till and owner, with their files: none is of another host."""

from collections.abc import Mapping
from functools import cache
from string import Template

import orjson
from starlette.types import ASGIApp

from gateway.assets import FOLDER, HERE, assets
from gateway.events import events_page
from gateway.guide import EVENTS_DOCUMENT, EVENTS_PAGE, guide
from gateway.web import web_pages
from libs.common.contracts.asyncapi import asyncapi
from libs.common.process.documents import Document

# No `unsafe-`: styles come from files, and what the reference adds inline is blocked and not needed.
POLICY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}


@cache
def pages() -> Mapping[str, ASGIApp]:
    """Path → answer: the reference of each dialect, events, guide, the till, the owner's page, and files.

    They are the same for every gateway of a process, and made once: they take a third of a second.
    """
    events = asyncapi()
    return {
        "/api/docs": _reference("Mostrador POS API", "/api/docs/openapi.json"),
        "/docs": _reference("Mostrador web shop API", "/docs/openapi.json"),
        EVENTS_DOCUMENT: Document(orjson.dumps(events)),
        EVENTS_PAGE: _framed("Mostrador events", events_page(events, path=EVENTS_DOCUMENT)),
        **{path: _page("guide", title=title, content=content) for path, (title, content) in guide().items()},
        **assets(),
        **web_pages(),
    }


def _reference(title: str, document: str) -> Document:
    return _page("reference", title=title, document=document)


def _page(name: str, **values: str) -> Document:
    inside = Template((HERE / f"{name}.html").read_text()).substitute(values, assets=FOLDER)
    return _framed(values["title"], inside)


def _framed(title: str, content: str) -> Document:
    html = Template((HERE / "page.html").read_text()).substitute(title=title, assets=FOLDER, content=content)
    return Document(html.encode(), media_type="text/html; charset=utf-8", headers=POLICY)
