"""auth's public keys, fetched over HTTP and cached."""

import asyncio
from collections.abc import Callable, Mapping
from time import monotonic

import aiohttp
import orjson
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from libs.common.auth.keys import UnusableKey, parse_jwks
from libs.common.calls.session import HttpSession
from libs.common.errors import Unavailable

REFRESH_SECONDS = 60.0
REFRESH_UNTIL_LOADED_SECONDS = 1.0
UNKNOWN_KEY_REFRESH_SECONDS = 5.0
FETCH_TIMEOUT_SECONDS = 2.0
JWKS_BYTES_MAX = 64 * 1024

log = structlog.get_logger(__name__)


class RemoteKeys:
    """auth's public keys, fetched and cached. Verifying with a known key never waits for auth.

    Pass `keep_fresh` to `ServiceApp(tasks=…)`: it fetches new keys before their first token comes, and drops
    withdrawn ones within a minute. Without it, keys are fetched only when a token names an unknown one.
    """

    def __init__(self, jwks_url: str, session: HttpSession, *, now: Callable[[], float] = monotonic) -> None:
        self._url = jwks_url
        self._session = session
        self._now = now
        self._keys: dict[str, Ed25519PublicKey] = {}
        self._fetching = asyncio.Lock()
        self._tried_at = float("-inf")
        self.generation = 0

    async def key(self, kid: str) -> Ed25519PublicKey | None:
        """See `KeySet.key`. Unknown ones are looked up at most every 5 s (1 s before the first load)."""
        if kid not in self._keys:
            await self._look_up(kid)
        if not self._keys:
            raise Unavailable("auth")
        return self._keys.get(kid)

    async def keep_fresh(self) -> None:
        """Fetch the keys periodically, forever; failures are logged, and known keys stay in use."""
        while True:
            async with self._fetching:
                await self._refresh()
            await asyncio.sleep(REFRESH_SECONDS if self._keys else REFRESH_UNTIL_LOADED_SECONDS)

    async def loaded(self) -> None:
        """Readiness check: raises `Unavailable` while no key is known."""
        if not self._keys:
            raise Unavailable("auth")

    async def _look_up(self, kid: str) -> None:
        """Fetch once for all waiting tasks, and not again shortly after the last attempt."""
        async with self._fetching:
            pause = UNKNOWN_KEY_REFRESH_SECONDS if self._keys else REFRESH_UNTIL_LOADED_SECONDS
            if kid not in self._keys and self._now() - self._tried_at >= pause:
                await self._refresh()

    async def _refresh(self) -> None:
        self._tried_at = self._now()
        try:
            keys = await self._fetch()
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError, UnusableKey) as error:
            log.warning("keys_not_refreshed", url=self._url, error=repr(error), known=len(self._keys))
            return
        if _raw(keys) != _raw(self._keys):
            self._keys = keys
            self.generation += 1

    async def _fetch(self) -> dict[str, Ed25519PublicKey]:
        async with (
            asyncio.timeout(FETCH_TIMEOUT_SECONDS),
            self._session.client.get(self._url, raise_for_status=True) as response,
        ):
            return parse_jwks(orjson.loads(await response.content.read(JWKS_BYTES_MAX)))


def _raw(keys: Mapping[str, Ed25519PublicKey]) -> dict[str, bytes]:
    return {kid: key.public_bytes_raw() for kid, key in keys.items()}
