"""Compresses large JSON and CSV for clients that accept gzip, except answers that may contain a secret."""

import re
import zlib
from functools import lru_cache

from starlette.types import Message, Scope, Send

SMALLEST_BYTES = 2_048
LEVEL = 1  # a list shrinks to a twelfth; level 6 costs twice the CPU for a tenth less
GZIP = 16 + zlib.MAX_WBITS

# Answers with passwords and tokens: compressed together with an attacker's text, their length reveals them.
SECRET = ("/auth", "/api/auth")
COMPRESSED = (b"application/json", b"text/csv")
BODILESS = frozenset({204, 304})
VARIES = (b"vary", b"Accept-Encoding")

_NO = re.compile(rb"q=0(\.0*)?")


class Compressing:
    """A `send` that compresses the answer to one request if it is large JSON or CSV.

    Pieces are compressed one by one; the start waits for the first one, to know if it is the only one. What
    would be compressed has `Vary: Accept-Encoding` even if it is sent uncompressed.
    """

    __slots__ = ("_gzip", "_scope", "_send", "_start")

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self._start: Message | None = None
        self._gzip: zlib._Compress | None = None

    async def __call__(self, message: Message) -> None:
        """Send a part of the answer."""
        if self._gzip is not None:
            await self._send_compressed(self._gzip, message)
            return
        if (
            message["type"] == "http.response.start"
            and _is_large_text(message)
            and not _is_secret(self._scope)
        ):
            message["headers"] = [*message["headers"], VARIES]
            if accepts_gzip(self._scope):
                self._gzip = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
                self._start = message
                return
        await self._send(message)

    async def _send_compressed(self, gzip: "zlib._Compress", message: Message) -> None:
        more: bool = message.get("more_body", False)
        piece = gzip.compress(message.get("body", b"")) + gzip.flush(
            zlib.Z_SYNC_FLUSH if more else zlib.Z_FINISH
        )
        if self._start is not None:
            whole = None if more else len(piece)
            await self._send({**self._start, "headers": _encoded(self._start["headers"], whole)})
            self._start = None
        await self._send({**message, "body": piece})


def accepts_gzip(scope: Scope) -> bool:
    """Whether the client of this request accepts an answer compressed with gzip."""
    return _takes_gzip(_accepted(scope))


def _is_secret(scope: Scope) -> bool:
    path: str = scope["path"]
    return any(path == base or path.startswith(base + "/") for base in SECRET)


def _accepted(scope: Scope) -> bytes:
    return b",".join(value for name, value in scope["headers"] if name == b"accept-encoding")


@lru_cache(maxsize=256)
def _takes_gzip(accepted: bytes) -> bool:
    """Whether `Accept-Encoding` accepts gzip, by name or by `*` (RFC 9110 §12.5.3)."""
    takes = {}
    for part in accepted.lower().split(b","):
        coding, _, weight = part.partition(b";")
        takes[coding.strip()] = _NO.fullmatch(weight.strip()) is None
    return takes.get(b"gzip", takes.get(b"*", False))


def _is_large_text(start: Message) -> bool:
    headers = dict(start["headers"])
    return (
        start["status"] not in BODILESS
        and headers.get(b"content-type", b"").startswith(COMPRESSED)
        and b"content-encoding" not in headers
        and int(headers.get(b"content-length", SMALLEST_BYTES)) >= SMALLEST_BYTES
        and b"no-transform" not in headers.get(b"cache-control", b"")
    )


def _encoded(headers: list[tuple[bytes, bytes]], length: int | None) -> list[tuple[bytes, bytes]]:
    """The headers of the compressed answer; its `ETag` is weak, since its bytes differ from the service's."""
    kept = [
        (name, b"W/" + value if name == b"etag" and value.startswith(b'"') else value)
        for name, value in headers
        if name != b"content-length"
    ]
    kept.append((b"content-encoding", b"gzip"))
    if length is not None:
        kept.append((b"content-length", b"%d" % length))
    return kept
