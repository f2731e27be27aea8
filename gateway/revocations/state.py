"""The revoked sessions known to a gateway, and whether some may be missing."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from gateway.revocations.sessions import RevokedSessions
from libs.common.clock import iso_utc
from libs.common.errors import Unavailable


class Revocations:
    """The revoked sessions, and whether the list is current.

    It is *current* while auth's events arrive and auth has been polled since an event may have been missed.
    """

    def __init__(self) -> None:
        self._sessions = RevokedSessions()
        self._is_listening = False
        self._auth_answers = False
        self._is_whole = False  # auth's list covers all events that may have been missed
        self._missing = asyncio.Event()  # set if an event may have been missed: then auth is polled at once
        self._complete_at: datetime | None = None
        self._has_asked = asyncio.Event()  # set when auth has answered for the first time, or has not

    async def is_revoked(self, session_id: str) -> bool:
        """Whether tokens of this session are refused.

        Raises `Unavailable("auth")` until auth's whole list has been read once: it may be in there. Requests
        that come before the first answer wait for it.
        """
        if self._complete_at is None:
            await self._has_asked.wait()
            await self.known()
        return session_id in self._sessions

    def add(self, session_id: str, expires_at: datetime) -> None:
        """Refuse this session's tokens, until they expire at `expires_at`."""
        self._sessions.add(session_id, expires_at)

    @property
    def is_current(self) -> bool:
        """Whether a new revocation would be known at once."""
        return self._is_listening and self._is_whole

    async def known(self) -> None:
        """Readiness check: raise `Unavailable` until auth's whole list has been read once."""
        if self._complete_at is None:
            raise Unavailable("auth")

    def trouble(self) -> str | None:
        """Return the reason why a revocation may be known late, or None."""
        if self.is_current:
            return None
        if self._is_whole and self._auth_answers:
            return "the broker does not answer; auth is asked instead"
        if self._complete_at is None:
            return "auth has not told its list yet"
        return f"neither heard nor asked for since {iso_utc(self._complete_at)}: auth does not answer"

    @contextmanager
    def listening(self) -> Iterator[None]:
        """The block in which auth's events arrive; events before and after it may be missed."""
        self._is_listening = True
        self.missed_event()
        try:
            yield
        finally:
            self._is_listening = False
            self.missed_event()

    def missed_event(self) -> None:
        """Record that an event may have been missed, so that auth is polled."""
        self._is_whole = False
        self._missing.set()

    def begin_asking(self) -> None:
        """From here on an event that is missed is not covered by auth's answer."""
        self._missing.clear()

    def told(self, asked_at: datetime) -> None:
        """Record that auth's list as of `asked_at` has been read."""
        self._auth_answers = True
        self._is_whole = not self._missing.is_set()
        self._complete_at = asked_at
        self._has_asked.set()
        self._sessions.forget_ended(asked_at)

    def not_told(self) -> bool:
        """Record that auth did not answer. Returns whether it did the last time."""
        did_answer, self._auth_answers = self._auth_answers, False
        self._has_asked.set()
        return did_answer

    async def event_missed(self, seconds: float) -> None:
        """Wait until an event may have been missed, for at most `seconds`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._missing.wait()
