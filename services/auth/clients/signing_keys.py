"""The keys that sign user tokens, read from a folder every few seconds."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

import orjson
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from libs.common.auth.keys import SigningKey, UnusableKey, jwks
from libs.common.clock import Clock
from libs.common.http.etags import etag_of
from services.auth.domain.signing_keys import NotNamedByDate, made_at, signing_kid

LOOK_AGAIN_SECONDS = 5.0
OWNER_ONLY = 0o600
OWNER_AND_GROUP = 0o640

log = structlog.get_logger(__name__)


class SigningKeys:
    """The keys in the files `<kid>.pem`; also a `KeySet`. One key signs, all are published.

    With `keep_fresh` as a task of the process, keys are added and removed without a restart. A new key signs
    only after all verifiers had time to fetch it (`signing_kid`).
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        """Raises `UnusableKey` if there is no key, or if any of them cannot be used."""
        self._folder = folder
        self._clock = clock
        self._complaints: list[str] = []
        self._keys, unusable = read_keys(folder)
        for error in unusable.values():
            raise error
        if not self._keys:
            raise UnusableKey(f"{folder}: no signing key (<kid>.pem)")
        self._published_since = {kid: made_at(kid) for kid in self._keys}
        self.document, self.etag = _document(self._keys)
        self.generation = 0

    def active(self) -> SigningKey:
        """The key that signs now."""
        return self._keys[signing_kid(self._published_since, self._clock())]

    async def key(self, kid: str) -> Ed25519PublicKey | None:
        """See `KeySet.key`."""
        found = self._keys.get(kid)
        return found.private.public_key() if found else None

    async def loaded(self) -> None:
        """Readiness check: always ready, as the constructor requires a key."""

    async def keep_fresh(self) -> None:
        """Background task: read the folder periodically."""
        while True:
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
            self.look_again(*await asyncio.to_thread(read_keys, self._folder))

    def look_again(self, found: Mapping[str, SigningKey], unusable: Mapping[str, UnusableKey]) -> None:
        """Use the keys that `read_keys` found.

        If a known key's file has become unusable, or the folder has no key, the known keys are kept and the
        error is logged, so that a mistake in the folder ends no session.
        """
        broken = {kid: self._keys[kid] for kid in unusable if kid in self._keys}
        keys = dict(sorted({**broken, **found}.items()))
        complaints = [str(error) for error in unusable.values()]
        if not keys:
            keys, complaints = self._keys, [f"{self._folder}: no signing key (<kid>.pem)"]
        if complaints and complaints != self._complaints:
            log.error("signing_keys_unusable", why=complaints, known=list(keys))
        self._complaints = complaints
        if _document(keys) != (self.document, self.etag):
            log.info("signing_keys_changed", known=list(keys), before=list(self._keys))
            self._take(keys)

    def _take(self, keys: dict[str, SigningKey]) -> None:
        now = self._clock()
        # A key made elsewhere counts as published since its file appeared, not since it was made.
        self._published_since = {
            kid: self._published_since.get(kid) or max(made_at(kid), now) for kid in keys
        }
        self._keys = keys
        self.document, self.etag = _document(keys)
        self.generation += 1


def read_keys(folder: Path) -> tuple[dict[str, SigningKey], dict[str, UnusableKey]]:
    """Read the keys of a folder: by `kid`, oldest first, and the errors of the unusable ones."""
    keys: dict[str, SigningKey] = {}
    unusable: dict[str, UnusableKey] = {}
    for path in sorted(folder.glob("*.pem")):
        try:
            made_at(path.stem)
            keys[path.stem] = SigningKey.from_file(path)
        except NotNamedByDate as error:
            unusable[path.stem] = UnusableKey(f"{path}: {error}")
        except UnusableKey as error:
            unusable[path.stem] = error
    return keys, unusable


def write_key(folder: Path, key: SigningKey, *, mode: int = OWNER_ONLY) -> Path:
    """Write a key into the folder atomically. Raises `FileExistsError` if its name is taken."""
    path = folder / f"{key.kid}.pem"
    unfinished = path.with_name(f"{path.name}.new")
    with open(unfinished, "xb", opener=_for_owner_only) as file:
        try:
            os.fchmod(file.fileno(), mode)
            file.write(key.pem())
            file.flush()
            os.fsync(file.fileno())
            path.hardlink_to(unfinished)  # unlike a rename, it replaces no file
        finally:
            unfinished.unlink()
    return path


def _for_owner_only(path: str, flags: int) -> int:
    """Create the file closed to others: one that is opened while still empty could be read later."""
    return os.open(path, flags, OWNER_ONLY)


def _document(keys: Mapping[str, SigningKey]) -> tuple[bytes, str]:
    """The key document (JWKS) and its ETag."""
    document = orjson.dumps(jwks(keys.values()))
    return document, etag_of(document)
