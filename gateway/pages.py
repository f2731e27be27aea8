"""The pages of the API documents and the guide, with all their files: nothing comes from another host."""

from string import Template

from starlette.types import ASGIApp

from gateway.assets import FOLDER, HERE, assets
from gateway.guide import guide
from libs.common.process.documents import Document

# No `unsafe-`: styles come from files, and what the reference adds inline is blocked and not needed.
POLICY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}


def pages() -> dict[str, ASGIApp]:
    """Path → answer: the reference of each dialect, the guide, and the files that they load."""
    return {
        "/api/docs": _reference("Mostrador POS API", "/api/docs/openapi.json"),
        "/docs": _reference("Mostrador web shop API", "/docs/openapi.json"),
        **{path: _page("guide", title=title, content=content) for path, (title, content) in guide().items()},
        **assets(),
    }


def _reference(title: str, document: str) -> Document:
    return _page("reference", title=title, document=document)


def _page(name: str, **values: str) -> Document:
    inside = Template((HERE / f"{name}.html").read_text()).substitute(values, assets=FOLDER)
    html = Template((HERE / "page.html").read_text()).substitute(
        title=values["title"], assets=FOLDER, content=inside
    )
    return Document(html.encode(), media_type="text/html; charset=utf-8", headers=POLICY)
