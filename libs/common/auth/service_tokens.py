"""How do services know one another? By tokens that live a minute and name caller and callee."""

from contextlib import suppress

from libs.common.auth.keys import SigningKey, StaticKeys
from libs.common.auth.tokens import TokenSigner, checked_claims, key_id
from libs.common.clock import Clock, system_clock
from libs.common.errors import Unauthenticated

LIFETIME_SECONDS = 60
RENEW_BEFORE_END_SECONDS = 20
REMEMBERED_TOKENS_MAX = 1_000


class ServiceTokenSigner:
    """Makes the tokens that `service` shows to others. `key_pem` is its own private key."""

    def __init__(self, service: str, key_pem: bytes, *, clock: Clock = system_clock) -> None:
        self.service = service
        self._key = SigningKey.from_pem(service, key_pem)
        self._clock = clock
        self._made: dict[str, tuple[float, str]] = {}

    def token_for(self, audience: str) -> str:
        """A token for calling `audience`, good for at least another 20 s."""
        now = self._clock()
        renew_at, token = self._made.get(audience, (0.0, ""))
        if renew_at <= now.timestamp():
            signer = TokenSigner(self._key, issuer=self.service, audience=audience)
            token = signer.sign({"token_type": "service"}, LIFETIME_SECONDS, now)
            self._made[audience] = (now.timestamp() + LIFETIME_SECONDS - RENEW_BEFORE_END_SECONDS, token)
        return token


class ServiceTokenVerifier:
    """Tells which service calls `service`, or refuses with `Unauthenticated("invalid")`."""

    def __init__(self, service: str, keys: StaticKeys, *, clock: Clock = system_clock) -> None:
        self._service = service
        self._keys = keys
        self._clock = clock
        self._remembered: dict[str, tuple[int, str]] = {}

    def verify(self, token: str) -> str:
        """The caller's name."""
        expires_at, caller = self._remembered.get(token) or self._check(token)
        if expires_at <= self._clock().timestamp():
            self._remembered.pop(token, None)
            raise Unauthenticated("invalid")
        return caller

    def _check(self, token: str) -> tuple[int, str]:
        kid = key_id(token)
        # A key's id begins with its service's name: nobody signs in another one's name.
        caller = kid.partition(".")[0]
        claims = self._claims(token, kid, caller)
        expires_at = claims["exp"]
        if claims.get("token_type") != "service" or not isinstance(expires_at, int):
            raise Unauthenticated("invalid")
        if len(self._remembered) >= REMEMBERED_TOKENS_MAX:
            self._remembered.clear()
        self._remembered[token] = (expires_at, caller)
        return expires_at, caller

    def _claims(self, token: str, kid: str, caller: str) -> dict[str, object]:
        """Signed with any key of the caller: while its key is changed there are two."""
        for key in self._keys.of_service(kid):
            with suppress(Unauthenticated):
                return checked_claims(token, key, issuer=caller, audience=self._service)
        raise Unauthenticated("invalid")
