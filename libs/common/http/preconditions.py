"""`ETag` of a resource and `If-Match` on its changes (contract §3; RFC 9110 §8.8.3, §13.1.1).

    @pos.get("/products/{product_id}/")
    @versioned
    async def find_product(request: Request, product_id: PathId, deps: DepsDep) -> Response:
        product = await reading.find_product(product_id, database=deps.database)
        return reply_version(_product_out(product), product.version, request=request)

    @pos.patch("/products/{product_id}/")
    @versioned
    async def change_product(product_id: PathId, body: ProductChange, expected: IfMatch, ...) -> Response:
        command = body.into(ChangeProduct, product_id=product_id, expected=expected)

A tag is `"<version of the row>-<digest of the answer>"`. `If-Match` compares the version: a promotion that
begins does not make a form stale. `If-None-Match` compares the whole tag, so that 304 is never wrong.
"""

import re
from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Annotated, Any, TypeVar

import orjson
from fastapi import Depends, Request, Response

from libs.common.http.etags import is_known
from libs.common.http.replies import JSON_OPTIONS, NOT_MODIFIED
from libs.common.row_versions import ANY_VERSION, Expected

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

# A proxy that compresses weakens the tag, and a weak tag matches nothing. Caches store nothing private.
CACHING = {"Cache-Control": "no-store, no-transform"}
TAG = re.compile(r'(W/)?"([^"]*)"')
DIGEST_BYTES = 6

PARAMETERS: Mapping[str, Mapping[str, Any]] = {
    "If-Match": {
        "name": "If-Match",
        "in": "header",
        "required": False,
        "description": "`ETag`s: the change is refused (412) if the resource was changed since, also by "
        "a sale. `*` matches any.",
        "schema": {"type": "string"},
    },
    "If-None-Match": {
        "name": "If-None-Match",
        "in": "header",
        "required": False,
        "description": "`ETag`s that the caller has: 304 without a body if the resource has one of them.",
        "schema": {"type": "string"},
    },
}
HEADERS: Mapping[str, Mapping[str, Any]] = {
    "ETag": {
        "description": "Send it as `If-Match` to change the resource only as it was read.",
        "required": True,
        "schema": {"type": "string"},
    }
}


async def if_match(request: Request) -> Expected:
    """The versions that `If-Match` names; any without the header, and for `*`. Weak tags match nothing."""
    lines = request.headers.getlist("if-match")
    if not lines or any(line.strip() == "*" for line in lines):
        return ANY_VERSION
    tags = [match for line in lines for match in TAG.finditer(line)]
    return Expected(frozenset(tag[2].partition("-")[0] for tag in tags if not tag[1]))


IfMatch = Annotated[Expected, Depends(if_match)]


def versioned(endpoint: Endpoint) -> Endpoint:
    """Marks a route that answers with `reply_version`, for the API document."""
    endpoint.is_versioned = True  # type: ignore[attr-defined]  # functions have it; read by the document
    return endpoint


def reply_version(
    content: Any, version: str, *, request: Request | None = None, status: int = 200
) -> Response:
    """The content as JSON with its `ETag`; 304 if `request`, a GET, names it in `If-None-Match`."""
    body = orjson.dumps(content, option=JSON_OPTIONS)
    etag = f'"{version}-{blake2b(body, digest_size=DIGEST_BYTES).hexdigest()}"'
    headers = {**CACHING, "ETag": etag}
    if request and is_known(request.headers, etag):
        return Response(status_code=NOT_MODIFIED, headers=headers)
    return Response(body, status, headers, media_type="application/json")
