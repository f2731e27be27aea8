"""What is asked at /.well-known/jwks.json? Anybody may verify a token (contract §2)."""

from fastapi import Response
from typing_extensions import TypedDict

from libs.common.http.replies import reply
from services.auth.api.store.door import store
from services.auth.deps import DepsDep

# Verifiers look again after a minute; a new key is published before it signs.
JWKS_CACHE = {"Cache-Control": "public, max-age=60"}


class JwksOut(TypedDict):
    """Public keys (RFC 7517)."""

    keys: list[dict[str, str]]


@store.get("/.well-known/jwks.json", response_model=JwksOut)
async def publish_keys(deps: DepsDep) -> Response:
    """The public keys of all tokens that may still be good, found by `kid`."""
    return reply(deps.jwks, headers=JWKS_CACHE)
