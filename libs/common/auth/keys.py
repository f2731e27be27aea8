"""Which key signs, and which keys verify? Ed25519 only; public keys travel as JWKS (RFC 7517, RFC 8037)."""

import asyncio
import binascii
import stat
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Protocol, Self

import aiohttp
import orjson
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from libs.common.errors import Unavailable
from libs.common.http.session import HttpSession

JWKS_CACHED_SECONDS = 60
REFRESH_SECONDS = 60.0
REFRESH_UNTIL_LOADED_SECONDS = 1.0
UNKNOWN_KEY_REFRESH_SECONDS = 5.0
FETCH_TIMEOUT_SECONDS = 2.0
JWKS_BYTES_MAX = 64 * 1024

log = structlog.get_logger(__name__)


class UnusableKey(Exception):
    """A key file or key document cannot be used; the message says why in one line."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key and the `kid` under which its public half is published."""

    kid: str
    private: Ed25519PrivateKey

    @classmethod
    def generate(cls, kid: str) -> Self:
        """A new key."""
        return cls(kid, Ed25519PrivateKey.generate())

    @classmethod
    def from_pem(cls, kid: str, pem: bytes) -> Self:
        """Raises `UnusableKey` unless `pem` is an unencrypted Ed25519 private key."""
        try:
            private = load_pem_private_key(pem, password=None)
        except (ValueError, TypeError) as error:
            raise UnusableKey(f"key {kid}: not an unencrypted private key in PEM") from error
        if not isinstance(private, Ed25519PrivateKey):
            raise UnusableKey(f"key {kid}: not an Ed25519 key")
        return cls(kid, private)

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """The key in `<kid>.pem`; see `read_private_file` for what is refused."""
        return cls.from_pem(path.stem, read_private_file(path))

    def pem(self) -> bytes:
        """The private key, for a file that only its owner may read."""
        return self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def jwk(self) -> dict[str, str]:
        """The public half as JWK."""
        x = urlsafe_b64encode(self.private.public_key().public_bytes_raw()).rstrip(b"=").decode()
        return {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": self.kid, "x": x}


def read_private_file(path: Path) -> bytes:
    """The content of a file with a secret; raises `UnusableKey` if it is missing or open to everybody.

    The group may read it: Kubernetes mounts secrets so for processes that are not root.
    """
    try:
        if path.stat().st_mode & (stat.S_IRWXO | stat.S_IWGRP):
            raise UnusableKey(f"{path}: others may read or change this private key; run: chmod 600 {path}")
        return path.read_bytes()
    except OSError as error:
        raise UnusableKey(f"{path}: cannot be read: {error.strerror}") from error


def jwks(keys: Iterable[SigningKey]) -> dict[str, list[dict[str, str]]]:
    """The key document that publishes the public halves of `keys`."""
    return {"keys": [key.jwk() for key in keys]}


def parse_jwks(document: object) -> dict[str, Ed25519PublicKey]:
    """kid → key of the Ed25519 keys in a JWKS; keys of other kinds are left out.

    Raises `UnusableKey` if the document is no JWKS or holds no key that can be used.
    """
    if not isinstance(document, Mapping) or not isinstance(document.get("keys"), list):
        raise UnusableKey("not a JWKS document")
    keys = {jwk["kid"]: _public_key(jwk) for jwk in document["keys"] if _is_ours(jwk)}
    if not keys:
        raise UnusableKey("no Ed25519 key in the JWKS document")
    return keys


def _is_ours(jwk: object) -> bool:
    return (
        isinstance(jwk, Mapping)
        and jwk.get("kty") == "OKP"
        and jwk.get("crv") == "Ed25519"
        and isinstance(jwk.get("kid"), str)
    )


def _public_key(jwk: Mapping[str, Any]) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(urlsafe_b64decode(jwk["x"] + "=="))
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise UnusableKey(f"key {jwk['kid']}: bad x") from error


class KeySet(Protocol):
    """Public keys by `kid`. `generation` changes whenever the set does, so that caches can be dropped."""

    @property
    def generation(self) -> int:
        """Rises with every change of the set."""
        ...

    async def key(self, kid: str) -> Ed25519PublicKey | None:
        """The key, or None if there is no such key; raises `Unavailable` if that cannot be known."""
        ...


class StaticKeys:
    """Keys that are known from the start and never change while the process lives."""

    generation = 0

    def __init__(self, document: object) -> None:
        self._keys = parse_jwks(document)

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """The keys of a JWKS file; raises `UnusableKey` if it cannot be used."""
        try:
            return cls(orjson.loads(path.read_bytes()))
        except OSError as error:
            raise UnusableKey(f"{path}: cannot be read: {error.strerror}") from error
        except orjson.JSONDecodeError as error:
            raise UnusableKey(f"{path}: not JSON") from error

    def of_service(self, kid: str) -> Iterator[Ed25519PublicKey]:
        """The keys that a service token with this `kid` may be signed with: `sales.2` names one of sales'
        keys, `sales` means any of them (`sales`, `sales.2`, …)."""
        return (key for known, key in self._keys.items() if known == kid or known.startswith(f"{kid}."))

    async def key(self, kid: str) -> Ed25519PublicKey | None:
        """See `KeySet.key`."""
        return self._keys.get(kid)


class RemoteKeys:
    """auth's public keys, fetched and kept. A key once known never waits for auth.

    Give `keep_fresh` to `build_app(tasks=…)`: it learns of new keys before their first token comes, and of
    withdrawn ones within a minute. Without it keys are only fetched when a token names an unknown one.
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
        """Fetch the keys now and again, for ever; failures are logged and the known keys kept."""
        while True:
            async with self._fetching:
                await self._refresh()
            await asyncio.sleep(REFRESH_SECONDS if self._keys else REFRESH_UNTIL_LOADED_SECONDS)

    async def loaded(self) -> None:
        """Readiness check: raises `Unavailable` while no key is known."""
        if not self._keys:
            raise Unavailable("auth")

    async def _look_up(self, kid: str) -> None:
        """One fetch for everybody who waits, and none if the last try was a moment ago."""
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
