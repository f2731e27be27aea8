"""The shop of the stories: its sessions do not expire, and nobody gets somebody else's number."""

from unittest.mock import Mock

from libs.testing.clock import Stopwatch
from tests.e2e.shop import RENEWED_AFTER_SECONDS, Sessions, new_phone_number


def test_sessions_are_begun_anew_before_their_tokens_expire() -> None:
    first, second, watch = Mock(), Mock(), Stopwatch()
    sessions = Sessions(iter([first, second]).__next__, watch)
    watch.seconds = RENEWED_AFTER_SECONDS
    assert sessions.shop() is first
    watch.seconds += 1
    assert sessions.shop() is second
    first.close.assert_called_once_with()
    watch.seconds += RENEWED_AFTER_SECONDS
    assert sessions.shop() is second


def test_no_two_people_have_one_phone_number() -> None:
    numbers = {new_phone_number() for _ in range(50_000)}
    assert len(numbers) == 50_000
    assert {len(number) for number in numbers} == {10}
