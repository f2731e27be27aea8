"""`/.well-known/jwks.json`: the public keys for verifying tokens (contract §2)."""

from fastapi import Request, Response
from typing_extensions import TypedDict

from libs.common.auth.keys import JWKS_CACHED_SECONDS
from libs.common.http.described import example
from libs.common.http.etags import is_known
from services.auth.api.store.door import store
from services.auth.deps import DepsDep

NOT_MODIFIED = 304


@example(
    {"keys": [{"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": "k1", "x": "11qY..."}]}
)
class JwksOut(TypedDict):
    """Public keys (RFC 7517)."""

    keys: list[dict[str, str]]
    """Each with its `kid`, which tokens name in their header."""


@store.get(
    "/.well-known/jwks.json",
    response_model=JwksOut,
    responses={NOT_MODIFIED: {"description": "The same as what `If-None-Match` names"}},
)
async def list_public_keys(request: Request, deps: DepsDep) -> Response:
    """List the public keys that verify tokens, by `kid`. A key is published before it signs."""
    keys = deps.signing_keys
    headers = {"Cache-Control": f"public, max-age={JWKS_CACHED_SECONDS}", "ETag": keys.etag}
    if is_known(request.headers, keys.etag):
        return Response(status_code=NOT_MODIFIED, headers=headers)
    return Response(keys.document, headers=headers, media_type="application/json")
