"""Revoked sessions are remembered until their tokens expire."""

from datetime import timedelta

from gateway.revocations.sessions import RevokedSessions
from libs.testing.clock import FakeClock

HOUR = timedelta(hours=1)


def test_a_session_is_kept_until_its_tokens_would_have_expired(clock: FakeClock) -> None:
    sessions = RevokedSessions()
    sessions.add("7", clock() + HOUR)
    sessions.forget_ended(clock.advance(minutes=59))
    assert "7" in sessions
    sessions.forget_ended(clock.advance(minutes=1))
    assert "7" not in sessions
    assert len(sessions) == 0


def test_a_session_told_twice_is_kept_once(clock: FakeClock) -> None:
    sessions = RevokedSessions()
    for _ in range(2):
        sessions.add("7", clock() + HOUR)
    assert len(sessions) == 1
    sessions.forget_ended(clock() + HOUR)
    assert "7" not in sessions


def test_of_too_many_those_that_end_soonest_are_forgotten(clock: FakeClock) -> None:
    sessions = RevokedSessions(sessions_max=3)
    for hours in (4, 1, 3, 2):
        sessions.add(str(hours), clock() + hours * HOUR)
    assert [hours for hours in range(1, 5) if str(hours) in sessions] == [2, 3, 4]
