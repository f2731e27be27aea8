"""The pages of the API documents: Swagger UI with all its files, served by the gateway."""

from importlib.resources import files
from pathlib import Path

from libs.common.process.documents import Document

HERE = Path(__file__).parent / "page"
# fastapi-offline packages Swagger UI; we import none of its code.
PACKAGED = files("fastapi_offline") / "static"
ASSETS = {
    "swagger-ui.css": (PACKAGED, "text/css"),
    "swagger-ui-bundle.js": (PACKAGED, "text/javascript"),
    "favicon.png": (PACKAGED, "image/png"),
    "page.js": (HERE, "text/javascript"),
}
KEPT = {"Cache-Control": "public, max-age=3600"}
# Swagger UI uses inline styles and data images; it runs only its own scripts.
POLICY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}


def pages() -> dict[str, Document]:
    """Path → answer: a page for each dialect, and the files that both load."""
    assets = {
        f"/docs/assets/{name}": Document((folder / name).read_bytes(), media_type=media_type, headers=KEPT)
        for name, (folder, media_type) in ASSETS.items()
    }
    return {
        "/api/docs": _page("Mostrador POS API", "/api/docs/openapi.json"),
        "/docs": _page("Mostrador web shop API", "/docs/openapi.json"),
        **assets,
    }


def _page(title: str, document: str) -> Document:
    html = (HERE / "page.html").read_text().replace("{title}", title).replace("{document}", document)
    return Document(html.encode(), media_type="text/html; charset=utf-8", headers=POLICY)
