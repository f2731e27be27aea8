"""Hashes passwords with argon2id, in a separate thread with a short queue."""

import asyncio
import secrets
import unicodedata
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from libs.common.errors import Unavailable

# OWASP's minimum for argon2id. The library's defaults cost seven times as much CPU.
MEMORY_KIB = 19_456
PASSES = 2
LANES = 1

# About two seconds of work. Further requests are refused and may be retried.
WAITING_MAX = 64

T = TypeVar("T")


class Passwords:
    """Hashes and checks passwords off the event loop, one at a time: one core and 19 MiB at most."""

    def __init__(
        self, *, memory_kib: int = MEMORY_KIB, passes: int = PASSES, waiting_max: int = WAITING_MAX
    ) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=LANES)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="argon2")
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._waiting_max = waiting_max
        self._nobodys_hash = self._hasher.hash(secrets.token_hex())

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Run one at a time, first come, first served. The next turn sees the effects of this one.

        Raises `Unavailable("passwords")` if too many wait already.
        """
        if self._waiting >= self._waiting_max:
            raise Unavailable("passwords")
        self._waiting += 1
        try:
            async with self._turn:
                yield
        finally:
            self._waiting -= 1

    async def hash(self, password: str) -> str:
        """Return the hash to store, which contains its parameters. Waits for a turn of its own."""
        async with self.turn():
            return await self._in_thread(lambda: self._hasher.hash(unicodedata.normalize("NFC", password)))

    async def matches(self, password_hash: str | None, password: str) -> bool:
        """True if the password matches the hash. Call it within a `turn`.

        Without a hash (an unknown user) the result is False, at the same cost.
        """
        assert self._turn.locked(), "passwords are tried one at a time"
        against = self._nobodys_hash if password_hash is None else password_hash
        right = await self._in_thread(
            lambda: any(self._verify(against, spelling) for spelling in _spellings(password))
        )
        return right and password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """True if the hash was made with parameters other than the current ones."""
        return self._hasher.check_needs_rehash(password_hash)

    def close(self) -> None:
        """Finish the running hash and cancel those that wait."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except VerifyMismatchError:
            return False

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def _spellings(password: str) -> tuple[str, ...]:
    """The code points that the password may have been hashed in: NFC, or as typed before NFC was stored."""
    composed, parted = (unicodedata.normalize(form, password) for form in ("NFC", "NFD"))
    return tuple(dict.fromkeys((composed, parted, password)))
