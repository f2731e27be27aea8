"""Revoked sessions, each stored until its tokens would have expired."""

from datetime import datetime
from heapq import heappop, heappush

SESSIONS_MAX = 200_000
"""The maximum number of sessions (about 50 MB); above it, those that expire soonest are dropped."""


class RevokedSessions:
    """Session ids (the claim `sid`) with the expiry time of their tokens."""

    def __init__(self, sessions_max: int = SESSIONS_MAX) -> None:
        self._sessions_max = sessions_max
        self._sessions: set[str] = set()
        self._ends: list[tuple[datetime, str]] = []  # a heap: the session that expires soonest is the first

    def __contains__(self, session_id: str) -> bool:
        return session_id in self._sessions

    def __len__(self) -> int:
        return len(self._sessions)

    def add(self, session_id: str, expires_at: datetime) -> None:
        """Store a session; adding it again has no effect."""
        if session_id in self._sessions:
            return
        self._sessions.add(session_id)
        heappush(self._ends, (expires_at, session_id))
        if len(self._ends) > self._sessions_max:
            self._forget_first()

    def forget_ended(self, now: datetime) -> None:
        """Drop the sessions whose tokens have expired."""
        while self._ends and self._ends[0][0] <= now:
            self._forget_first()

    def _forget_first(self) -> None:
        _, session_id = heappop(self._ends)
        self._sessions.discard(session_id)
