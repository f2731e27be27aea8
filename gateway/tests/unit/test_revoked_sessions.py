"""Revoked sessions are remembered until their tokens have been expired for a day."""

import tracemalloc
from datetime import timedelta

from gateway.revocations.sessions import SESSIONS_PER_PAGE, RevokedSessions
from gateway.revocations.state import Revocations
from libs.testing.clock import FakeClock

QUARTER, HOUR, DAY = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)
A_MEGABYTE = 1_000_000


def test_a_session_is_kept_for_a_day_after_its_tokens_have_expired(clock: FakeClock) -> None:
    sessions = RevokedSessions()
    sessions.add("7", clock() + HOUR)
    sessions.forget_ended(clock.advance(hours=24, minutes=59))
    assert "7" in sessions
    sessions.forget_ended(clock.advance(minutes=1))
    assert "7" not in sessions


async def test_a_clock_that_was_an_hour_ahead_brings_no_session_back(clock: FakeClock) -> None:
    revocations = Revocations()
    revocations.add("7", clock() + QUARTER)
    revocations.told(clock() + HOUR)
    revocations.told(clock())
    assert await revocations.is_revoked("7")


def test_a_session_is_kept_at_least_that_long_beside_others(clock: FakeClock) -> None:
    sessions = RevokedSessions()
    for session, hours in (("7", 3), ("8", 1), (str(7 + SESSIONS_PER_PAGE), 1)):
        sessions.add(session, clock() + hours * HOUR)
    sessions.forget_ended(clock.advance(days=1, hours=2))
    assert "7" in sessions
    assert str(7 + SESSIONS_PER_PAGE) not in sessions


def test_a_session_told_twice_is_forgotten_once(clock: FakeClock) -> None:
    sessions = RevokedSessions()
    for _ in range(2):
        sessions.add("7", clock() + HOUR)
    assert "7" in sessions
    sessions.forget_ended(clock() + HOUR + DAY)
    assert "7" not in sessions


def test_its_neighbours_are_not_refused(clock: FakeClock) -> None:
    sessions = RevokedSessions()
    revoked = {1, 9, SESSIONS_PER_PAGE - 1, 3 * SESSIONS_PER_PAGE}
    for session in revoked:
        sessions.add(str(session), clock() + HOUR)
    near = {session + step for session in revoked for step in (-8, -1, 0, 1, 8, SESSIONS_PER_PAGE)}
    assert {session for session in near if str(session) in sessions} == revoked
    assert "no number" not in sessions


def test_nobody_logs_in_and_out_until_the_sessions_of_others_are_forgotten(clock: FakeClock) -> None:
    """A shopper's tokens last for a day, a till's for a quarter of an hour."""
    sessions = RevokedSessions()
    sessions.add("7", clock() + QUARTER)
    tracemalloc.start()
    for session in range(100, 300_100):
        sessions.add(str(session), clock() + DAY)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    sessions.add("8", clock() + QUARTER)
    assert {"7", "8"} <= {session for session in map(str, range(100)) if session in sessions}
    assert taken < A_MEGABYTE
