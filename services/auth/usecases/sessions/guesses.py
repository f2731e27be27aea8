"""Checks secrets one at a time, so that parallel guesses cannot exceed a throttle (ADR 0020)."""

from collections.abc import Awaitable, Callable

from services.auth.clients.passwords import Passwords

Step = Callable[[], Awaitable[None]]


class Guesses:
    """Guesses under one throttle, whose limits and failures are in the database.

    A process counts a guess before it checks the next one, so parallel guesses exceed a limit by at most one
    per replica.
    """

    def __init__(self, passwords: Passwords) -> None:
        self._passwords = passwords
        self._failed = 0

    async def is_right(
        self, secret_hash: str | None, secret: str, *, check_throttle: Step, note_failure: Step
    ) -> bool:
        """True if the secret matches the hash; None matches nothing, at the same cost. Failures are noted.

        Raises what `check_throttle` raises, without checking the secret, and `Unavailable` if too many wait.
        """
        failed_before = self._failed
        await check_throttle()
        async with self._passwords.turn():
            if self._failed != failed_before:
                await check_throttle()
            if await self._passwords.matches(secret_hash, secret):
                return True
            try:
                await note_failure()
            finally:  # last: a guess that read the limits earlier must read them again
                self._failed += 1
            return False
