"""The files that the pages load: kept compressed, under a path that changes with their contents."""

import gzip
import hashlib
from collections.abc import Mapping
from pathlib import Path

from starlette.types import Receive, Scope, Send

from gateway.compression import accepts_gzip
from libs.common.process.documents import Document

HERE = Path(__file__).parent / "page"
MEDIA_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
VARIES = {"Vary": "Accept-Encoding"}


class Packed:
    """A constant file, sent compressed to clients that accept gzip; cached forever by default."""

    def __init__(
        self, compressed: bytes, *, media_type: str, headers: Mapping[str, str] | None = None
    ) -> None:
        headers = {**FOREVER, **(headers or {}), **VARIES}
        self._compressed = Document(
            compressed, media_type=media_type, headers={**headers, "Content-Encoding": "gzip"}
        )
        self._plain = Document(gzip.decompress(compressed), media_type=media_type, headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a GET or HEAD."""
        document = self._compressed if accepts_gzip(scope) else self._plain
        await document(scope, receive, send)


def _read() -> Mapping[str, bytes]:
    """Name → compressed contents."""
    own = {
        path.name: gzip.compress(path.read_bytes(), mtime=0)
        for path in sorted(HERE.iterdir())
        if path.suffix in MEDIA_TYPES
    }
    return own | {path.stem: path.read_bytes() for path in sorted((HERE / "vendor").glob("*.gz"))}


FILES = _read()
FOLDER = f"/docs/assets/{hashlib.sha256(b''.join(FILES.values())).hexdigest()[:16]}"


def assets() -> Mapping[str, Packed]:
    """Path → file."""
    return {
        f"{FOLDER}/{name}": Packed(content, media_type=MEDIA_TYPES[Path(name).suffix])
        for name, content in FILES.items()
    }
