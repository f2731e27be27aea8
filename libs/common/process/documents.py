"""Serves the OpenAPI documents of a service's doors, for the gateway to merge."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from fastapi import Response
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from libs.common.http.door import Door
from libs.common.http.etags import etag_of, is_known
from libs.common.http.pos import PosDoor
from libs.common.http.store import StoreDoor

PUBLIC: Mapping[str, type[Door]] = {"pos": PosDoor, "store": StoreDoor}


class Document:
    """Constant bytes, answered with an `ETag`; a caller that has them gets 304."""

    def __init__(
        self,
        content: bytes,
        *,
        media_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.content = content
        self.media_type = media_type
        self.etag = etag_of(content)
        self._headers = {"Cache-Control": "no-cache", **(headers or {}), "ETag": self.etag}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a GET or HEAD."""
        if is_known(Headers(scope=scope), self.etag):
            response = Response(status_code=304, headers=self._headers)
        else:
            response = Response(self.content, headers=self._headers, media_type=self.media_type)
        await response(scope, receive, send)


def document_of(doors: Iterable[object]) -> Document:
    """`{"pos": .., "store": ..}`: the document of each public door, null where the service has none."""
    public = [door for door in doors if isinstance(door, Door)]
    return Document(orjson.dumps({name: _described(public, kind) for name, kind in PUBLIC.items()}))


def _described(doors: Iterable[Door], kind: type[Door]) -> dict[str, Any] | None:
    return next((door.openapi() for door in doors if isinstance(door, kind) and door.routes), None)
