"""How are access tokens made and checked? EdDSA; a token once verified is remembered until it expires."""

from collections.abc import Callable, Mapping
from datetime import datetime

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from jwt.types import Options
from pydantic import BaseModel, ConfigDict, ValidationError

from libs.common.auth.keys import KeySet, SigningKey
from libs.common.auth.principal import Principal
from libs.common.clock import Clock
from libs.common.errors import Unauthenticated

ALGORITHM = "EdDSA"
TOKEN_CHARS_MAX = 4_096
REMEMBERED_TOKENS_MAX = 20_000
# Times are checked against our own clock, by the verifiers.
CHECKS: Options = {
    "require": ["exp", "iss", "aud"],
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
}


class TokenSigner:
    """Signs with a key, or with the one that `key` names when it is asked; `kid` tells verifiers which."""

    def __init__(self, key: SigningKey | Callable[[], SigningKey], *, issuer: str, audience: str) -> None:
        self._key = key
        self._issuer = issuer
        self._audience = audience

    def sign(self, claims: Mapping[str, object], lifetime_seconds: int, now: datetime) -> str:
        """A token with `claims` and `iss`, `aud`, `iat`, `exp`."""
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
    """What must be in an access token for it to name somebody (contract §2)."""

    model_config = ConfigDict(strict=True, extra="ignore")

    user_id: int
    username: str
    email: str
    role: str
    roles: list[str]
    sid: str
    exp: int

    def principal(self) -> Principal:
        """The person."""
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
    """Tells who bears an access token, or refuses with `Unauthenticated("invalid")`."""

    def __init__(
        self,
        keys: KeySet,
        *,
        issuer: str,
        audience: str,
        clock: Clock,
        remembered_max: int = REMEMBERED_TOKENS_MAX,
    ) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._clock = clock
        self._remembered: dict[str, Principal] = {}
        self._remembered_max = remembered_max
        self._generation = keys.generation

    async def verify(self, token: str) -> Principal:
        """The bearer. Raises `Unavailable("auth")` only while no public key is known at all."""
        if self._generation != self._keys.generation:  # a key may have been withdrawn
            self._remembered.clear()
            self._generation = self._keys.generation
        principal = self._remembered.get(token)
        if principal is None:
            principal = await self._check(token)
            self._remember(token, principal)
        if principal.expires_at <= self._clock().timestamp():
            self._remembered.pop(token, None)
            raise Unauthenticated("invalid")
        return principal

    async def _check(self, token: str) -> Principal:
        kid = key_id(token)
        key = await self._keys.key(kid)
        if key is None:
            raise Unauthenticated("invalid")
        claims = checked_claims(token, key, issuer=self._issuer, audience=self._audience)
        if claims.get("token_type") != "access":
            raise Unauthenticated("invalid")
        try:
            return AccessClaims.model_validate(claims).principal()
        except ValidationError as error:
            raise Unauthenticated("invalid") from error

    def _remember(self, token: str, principal: Principal) -> None:
        if len(self._remembered) >= self._remembered_max:
            del self._remembered[next(iter(self._remembered))]  # the oldest
        self._remembered[token] = principal


def bearer_of(authorization: str) -> str:
    """The token in `Authorization: Bearer <token>`; raises `Unauthenticated` if there is none."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated("missing")
    token = token.strip()
    if not token:
        raise Unauthenticated("invalid")
    return token


def key_id(token: str) -> str:
    """The `kid` that a token claims to be signed with; raises `Unauthenticated` if it is no EdDSA token."""
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
    """The claims of a token that `key` signed for `audience`. Its times are left for the caller to check."""
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
