"""Revoked sessions, each stored at least until its tokens have expired."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

SESSIONS_PER_PAGE = 65_536
KEPT_LONGER = timedelta(days=1)
"""A clock that is ahead and is set back would make tokens valid again whose session is forgotten."""


@dataclass(slots=True)
class _Page:
    """A bit for each session of a range of numbers; `ends` is when the last of their tokens expires."""

    ends: datetime
    bits: bytearray = field(default_factory=lambda: bytearray(SESSIONS_PER_PAGE // 8))


class RevokedSessions:
    """Session ids (the claim `sid`), which auth gives one after the other, so that a bit for each is enough.

    Logins as fast as auth can check passwords take a few hundred kilobytes a day. So there is no limit above
    which sessions would have to be forgotten, and nobody can log in and out until those of others are.
    """

    def __init__(self) -> None:
        self._pages: dict[int, _Page] = {}

    def __contains__(self, session_id: str) -> bool:
        if not session_id.isdecimal():
            return False
        number, place = divmod(int(session_id), SESSIONS_PER_PAGE)
        page = self._pages.get(number)
        return page is not None and bool(page.bits[place >> 3] & 1 << (place & 7))

    def add(self, session_id: str, expires_at: datetime) -> None:
        """Store a session; adding it again has no effect."""
        number, place = divmod(int(session_id), SESSIONS_PER_PAGE)
        page = self._pages.get(number)
        if page is None:
            page = self._pages[number] = _Page(expires_at)
        page.bits[place >> 3] |= 1 << (place & 7)
        page.ends = max(page.ends, expires_at)

    def forget_ended(self, now: datetime) -> None:
        """Drop the pages of sessions whose tokens have all been expired for `KEPT_LONGER`."""
        self._pages = {number: page for number, page in self._pages.items() if page.ends + KEPT_LONGER > now}
