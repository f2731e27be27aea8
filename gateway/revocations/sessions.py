"""Revoked sessions, each remembered until its tokens would have expired anyway."""

from datetime import datetime
from heapq import heappop, heappush

SESSIONS_MAX = 200_000
"""Remembered at most (some 50 MB); beyond that, those that end soonest are forgotten first."""


class RevokedSessions:
    """Session ids (the claim `sid`) with the time at which their tokens expire."""

    def __init__(self, sessions_max: int = SESSIONS_MAX) -> None:
        self._sessions_max = sessions_max
        self._sessions: set[str] = set()
        self._ends: list[tuple[datetime, str]] = []  # a heap: the session that ends soonest stands first

    def __contains__(self, session_id: str) -> bool:
        return session_id in self._sessions

    def __len__(self) -> int:
        return len(self._sessions)

    def add(self, session_id: str, expires_at: datetime) -> None:
        """Remember a session; adding it again changes nothing."""
        if session_id in self._sessions:
            return
        self._sessions.add(session_id)
        heappush(self._ends, (expires_at, session_id))
        if len(self._ends) > self._sessions_max:
            self._forget_first()

    def forget_ended(self, now: datetime) -> None:
        """Forget the sessions whose tokens have expired by now."""
        while self._ends and self._ends[0][0] <= now:
            self._forget_first()

    def _forget_first(self) -> None:
        _, session_id = heappop(self._ends)
        self._sessions.discard(session_id)
