"""Signs and verifies the tokens of internal calls: valid for a minute, they name caller and audience."""

from contextlib import suppress
from dataclasses import dataclass

from cachetools import LRUCache

from libs.common.auth.keys import SigningKey, StaticKeys
from libs.common.auth.tokens import TokenSigner, checked_claims, key_id, refuse_future
from libs.common.clock import CLOCKS_DIFFER, Clock, system_clock
from libs.common.errors import Unauthenticated

LIFETIME_SECONDS = 60
LIFETIME_SECONDS_MAX = 300
"""A token that lives longer is refused: a leaked one is of no use for long, whoever made it."""
RENEW_BEFORE_END_SECONDS = CLOCKS_DIFFER.total_seconds() + 10
"""The callee's clock may be ahead, and the call is under way for a while."""
VERIFIED_TOKENS_MAX = 1_000


class ServiceTokenSigner:
    """Signs the tokens that `service` sends to others, with its own private key `key_pem`."""

    def __init__(self, service: str, key_pem: bytes, *, clock: Clock = system_clock) -> None:
        self.service = service
        self._key = SigningKey.from_pem(service, key_pem)
        self._clock = clock
        self._signed: dict[str, tuple[float, str]] = {}  # audience → (signed at, token)

    def token_for(self, audience: str) -> str:
        """Return a token for calls to `audience` that is valid for at least another 40 s.

        After the clock was set back it is a new one: the last may have been issued in the future.
        """
        now = self._clock()
        signed_at, token = self._signed.get(audience, (0.0, ""))
        if not 0 <= now.timestamp() - signed_at < LIFETIME_SECONDS - RENEW_BEFORE_END_SECONDS:
            signer = TokenSigner(self._key, issuer=self.service, audience=audience)
            token = signer.sign({"token_type": "service"}, LIFETIME_SECONDS, now)
            self._signed[audience] = (now.timestamp(), token)
        return token


@dataclass(frozen=True, slots=True)
class _Verified:
    caller: str
    expires_at: int


class ServiceTokenVerifier:
    """Finds the service that calls `service`, or refuses with `Unauthenticated("invalid")`."""

    def __init__(self, service: str, keys: StaticKeys, *, clock: Clock = system_clock) -> None:
        self._service = service
        self._keys = keys
        self._clock = clock
        self._verified: LRUCache[str, _Verified] = LRUCache(VERIFIED_TOKENS_MAX)

    def verify(self, token: str) -> str:
        """Return the caller's name. Raises `Unauthenticated`."""
        verified = self._verified.get(token)
        if verified is None:
            verified = self._verified[token] = self._check(token)
        if verified.expires_at <= self._clock().timestamp():
            self._verified.pop(token, None)
            raise Unauthenticated("invalid")
        return verified.caller

    def _check(self, token: str) -> _Verified:
        kid = key_id(token)
        # A key's id begins with its service's name, so that no service can sign as another one.
        caller = kid.partition(".")[0]
        claims = self._claims(token, kid, caller)
        issued_at, expires_at = claims.get("iat"), claims["exp"]
        if claims.get("token_type") != "service":
            raise Unauthenticated("invalid")
        if not isinstance(issued_at, int) or not isinstance(expires_at, int):
            raise Unauthenticated("invalid")
        refuse_future(claims, self._clock())
        if expires_at - issued_at > LIFETIME_SECONDS_MAX:
            raise Unauthenticated("invalid")
        return _Verified(caller, expires_at)

    def _claims(self, token: str, kid: str, caller: str) -> dict[str, object]:
        """Return the claims, signed with any key of the caller: while its key is changed there are two."""
        for key in self._keys.of_service(kid):
            with suppress(Unauthenticated):
                return checked_claims(token, key, issuer=caller, audience=self._service)
        raise Unauthenticated("invalid")
