"""Keys that sign and verify tokens. Ed25519 only; public keys travel as JWKS (RFC 7517, RFC 8037)."""

import binascii
import stat
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self

import orjson
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

JWKS_CACHED_SECONDS = 60

log = structlog.get_logger(__name__)


class UnusableKey(Exception):
    """A key file or key document cannot be used; the message says why in one line."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key and the `kid` of its published public key."""

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
        """The public key as JWK."""
        x = urlsafe_b64encode(self.private.public_key().public_bytes_raw()).rstrip(b"=").decode()
        return {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": self.kid, "x": x}


def read_private_file(path: Path) -> bytes:
    """The content of a file with a secret; raises `UnusableKey` if it is missing or open to everybody.

    The group may read it, because Kubernetes mounts secrets so for processes that are not root.
    """
    try:
        if path.stat().st_mode & (stat.S_IRWXO | stat.S_IWGRP):
            raise UnusableKey(f"{path}: others may read or change this private key; run: chmod 600 {path}")
        return path.read_bytes()
    except OSError as error:
        raise UnusableKey(f"{path}: cannot be read: {error.strerror}") from error


def jwks(keys: Iterable[SigningKey]) -> dict[str, list[dict[str, str]]]:
    """The JWKS with the public keys of `keys`."""
    return {"keys": [key.jwk() for key in keys]}


def parse_jwks(document: object) -> dict[str, Ed25519PublicKey]:
    """kid → key of the Ed25519 keys in a JWKS; keys of other kinds are left out.

    Raises `UnusableKey` if the document is no JWKS or contains no usable key.
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
