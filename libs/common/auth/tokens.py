"""Signs and verifies user tokens (EdDSA). A verified access token is cached until it expires."""

from collections.abc import Callable, Mapping
from datetime import datetime

import jwt
from cachetools import LRUCache
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from jwt.types import Options
from pydantic import BaseModel, ConfigDict, ValidationError

from libs.common.auth.keys import KeySet, SigningKey
from libs.common.auth.principal import Principal
from libs.common.clock import CLOCKS_DIFFER, Clock
from libs.common.errors import Unauthenticated

ALGORITHM = "EdDSA"
TOKEN_CHARS_MAX = 4_096
VERIFIED_TOKENS_MAX = 20_000
# The verifiers check times themselves, with the injected clock: `refuse_future` and `exp`.
CHECKS: Options = {
    "require": ["exp", "iss", "aud"],
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
}


class TokenSigner:
    """Signs tokens with `key`, or with the key that calling `key` returns at the time of signing."""

    def __init__(self, key: SigningKey | Callable[[], SigningKey], *, issuer: str, audience: str) -> None:
        self._key = key
        self._issuer = issuer
        self._audience = audience

    def sign(self, claims: Mapping[str, object], lifetime_seconds: int, now: datetime) -> str:
        """Return a token with `claims` and `iss`, `aud`, `iat`, `exp`, and the key's `kid` in its header."""
        key = self._key if isinstance(self._key, SigningKey) else self._key()
        issued_at = int(now.timestamp())
        return jwt.encode(
            {
                **claims,
                "iss": self._issuer,
                "aud": self._audience,
                "iat": issued_at,
                "exp": issued_at + lifetime_seconds,
            },
            key.private,
            algorithm=ALGORITHM,
            headers={"kid": key.kid},
        )


class AccessClaims(BaseModel):
    """The claims that an access token must have (contract §2)."""

    model_config = ConfigDict(strict=True, extra="ignore")

    user_id: int
    username: str
    email: str
    role: str
    roles: list[str]
    sid: str
    exp: int

    def principal(self) -> Principal:
        """Return the person named by the claims."""
        return Principal(
            user_id=self.user_id,
            username=self.username,
            email=self.email,
            role=self.role,
            roles=frozenset(self.roles),
            session_id=self.sid,
            expires_at=self.exp,
        )


class TokenVerifier:
    """Finds the bearer of an access token, or refuses with `Unauthenticated("invalid")`."""

    def __init__(
        self,
        keys: KeySet,
        *,
        issuer: str,
        audience: str,
        clock: Clock,
        verified_max: int = VERIFIED_TOKENS_MAX,
    ) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._clock = clock
        self._verified: LRUCache[str, Principal] = LRUCache(verified_max)
        self._generation = keys.generation

    async def verify(self, token: str) -> Principal:
        """Return the bearer.

        Raises `Unauthenticated`, or `Unavailable("auth")` while no public key is known at all.
        """
        if self._generation != self._keys.generation:  # a key may have been withdrawn since
            self._verified.clear()
            self._generation = self._keys.generation
        principal = self._verified.get(token)  # no KeyError: a traceback would show the token
        if principal is None:
            principal = self._verified[token] = await self._check(token)
        if principal.expires_at <= self._clock().timestamp():
            self._verified.pop(token, None)
            raise Unauthenticated("invalid")
        return principal

    async def claims_of(
        self, token: str, token_type: str, *, at: datetime | None = None
    ) -> dict[str, object]:
        """Return the claims of another type of token, which is not cached. Raises as `verify` does.

        It has to be valid now, or to have been `at` the moment at which it came.
        """
        claims = await self._signed_claims(token, token_type)
        expires_at = claims["exp"]
        if not isinstance(expires_at, int) or expires_at <= (at or self._clock()).timestamp():
            raise Unauthenticated("invalid")
        return claims

    async def _check(self, token: str) -> Principal:
        claims = await self._signed_claims(token, "access")
        try:
            return AccessClaims.model_validate(claims).principal()
        except ValidationError as error:
            raise Unauthenticated("invalid") from error

    async def _signed_claims(self, token: str, token_type: str) -> dict[str, object]:
        """Return the claims of a token of this type, expired or not."""
        kid = key_id(token)
        key = await self._keys.key(kid)
        if key is None:
            raise Unauthenticated("invalid")
        claims = checked_claims(token, key, issuer=self._issuer, audience=self._audience)
        refuse_future(claims, self._clock())
        if claims.get("token_type") != token_type:
            raise Unauthenticated("invalid")
        return claims


def is_bearer(authorization: str) -> bool:
    """Whether the header is `Bearer <token>`, with a good token or a bad one; other schemes carry none."""
    return authorization.partition(" ")[0].lower() == "bearer"


def bearer_of(authorization: str) -> str:
    """Return the token of `Authorization: Bearer <token>`. Raises `Unauthenticated` if there is none."""
    if not is_bearer(authorization):
        raise Unauthenticated("missing")
    token = authorization.partition(" ")[2].strip()
    if not token:
        raise Unauthenticated("invalid")
    return token


def key_id(token: str) -> str:
    """Return the `kid` in a token's header, unverified. Raises `Unauthenticated` if it is no EdDSA token."""
    if len(token) > TOKEN_CHARS_MAX:
        raise Unauthenticated("invalid")
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError) as error:
        raise Unauthenticated("invalid") from error
    kid = header.get("kid")
    if header.get("alg") != ALGORITHM or not isinstance(kid, str):
        raise Unauthenticated("invalid")
    return kid


def checked_claims(token: str, key: Ed25519PublicKey, *, issuer: str, audience: str) -> dict[str, object]:
    """Return the claims of a token that `key` signed for `audience`. The caller checks `exp`.

    Raises `Unauthenticated` if signature, issuer or audience are wrong.
    """
    try:
        claims: dict[str, object] = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            issuer=issuer,
            audience=audience,
            options=CHECKS,
        )
    except (jwt.PyJWTError, ValueError) as error:
        raise Unauthenticated("invalid") from error
    return claims


def refuse_future(claims: Mapping[str, object], now: datetime) -> None:
    """Raise `Unauthenticated` if `iat` or `nbf` is no time, or later than `now` and the leeway of clocks."""
    for name in ("iat", "nbf"):
        time = claims.get(name)
        if time is None:
            continue
        if not isinstance(time, int | float) or not time <= (now + CLOCKS_DIFFER).timestamp():
            raise Unauthenticated("invalid")
