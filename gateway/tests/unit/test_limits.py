"""Rate limits per user and per address."""

from typing import Any

import pytest

from gateway import limits
from gateway.limits import SECOND, Allowance, Rate, RateLimits
from libs.common.auth.principal import Principal
from libs.testing.metrics import counts

HOME = "203.0.113.7"


class Stopwatch:
    """A monotonic clock in nanoseconds that a test moves."""

    def __init__(self) -> None:
        self.now = 12_345 * SECOND

    def __call__(self) -> int:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += int(seconds * SECOND)


@pytest.fixture
def stopwatch() -> Stopwatch:
    return Stopwatch()


def somebody(user_id: int) -> Principal:
    return Principal(user_id, "a", "a@example.com", "EMPLOYEE", frozenset({"employee"}), "1", 2**40)


def headers_of(allowance: Allowance) -> dict[str, int]:
    return {name.decode().removeprefix("x-ratelimit-"): int(value) for name, value in allowance.headers}


def retry_after(allowance: Allowance) -> int:
    assert allowance.refusal is not None
    return allowance.refusal.retry_after_seconds


def test_the_whole_limit_may_be_spent_at_once_and_then_no_more(stopwatch: Stopwatch) -> None:
    limited = RateLimits("1/minute", "7/minute", stopwatch)
    told = [limited.spend(None, HOME) for _ in range(8)]
    assert [each.refusal is None for each in told] == [True] * 7 + [False]
    assert [headers_of(each)["remaining"] for each in told] == [6, 5, 4, 3, 2, 1, 0, 0]
    assert {headers_of(each)["limit"] for each in told} == {7}


def test_reset_is_the_time_until_nothing_is_spent(stopwatch: Stopwatch) -> None:
    limited = RateLimits("1/minute", "6/minute", stopwatch)
    assert headers_of(limited.spend(None, HOME))["reset"] == 10
    assert headers_of(limited.spend(None, HOME))["reset"] == 20
    stopwatch.advance(15)
    assert headers_of(limited.spend(None, HOME)) == {"limit": 6, "remaining": 4, "reset": 15}


def test_who_waits_as_long_as_told_is_let_in_and_not_earlier(stopwatch: Stopwatch) -> None:
    limited = RateLimits("1/minute", "4/minute", stopwatch)
    for _ in range(4):
        limited.spend(None, HOME)
    stopwatch.advance(3.5)
    assert retry_after(limited.spend(None, HOME)) == 12
    stopwatch.advance(11)
    assert retry_after(limited.spend(None, HOME)) == 1
    stopwatch.advance(1)
    assert limited.spend(None, HOME).refusal is None


def test_refused_requests_do_not_lengthen_the_wait(stopwatch: Stopwatch) -> None:
    limited = RateLimits("1/minute", "2/minute", stopwatch)
    waits = [limited.spend(None, HOME) for _ in range(100)][2:]
    assert {retry_after(each) for each in waits} == {30}


def test_a_whole_window_later_everything_may_be_spent_again(stopwatch: Stopwatch) -> None:
    limited = RateLimits("1/minute", "3/10 seconds", stopwatch)
    for _ in range(3):
        limited.spend(None, HOME)
    stopwatch.advance(1000)
    assert [limited.spend(None, HOME).refusal is None for _ in range(4)] == [True, True, True, False]


def test_a_user_is_counted_wherever_they_are_and_apart_from_the_address(stopwatch: Stopwatch) -> None:
    limited = RateLimits("1/minute", "1/minute", stopwatch)
    assert limited.spend(somebody(1), HOME).refusal is None
    assert retry_after(limited.spend(somebody(1), "198.51.100.1")) == 60
    assert limited.spend(somebody(2), HOME).refusal is None
    assert limited.spend(None, HOME).refusal is None
    assert retry_after(limited.spend(None, HOME)) == 60


@pytest.mark.parametrize(
    ("one", "other", "counted"),
    [
        ("192.0.2.1", "192.0.2.2", "apart"),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "as one"),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", "apart"),
        ("::ffff:192.0.2.1", "192.0.2.1", "as one"),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", "apart"),
        ("fe80::1%eth0", "fe80::2%eth0", "as one"),
        ("unix:", "unix:", "as one"),
    ],
)
def test_one_address_is_one_household(one: str, other: str, counted: str, stopwatch: Stopwatch) -> None:
    limited = RateLimits("1/minute", "1/minute", stopwatch)
    limited.spend(None, one)
    assert (limited.spend(None, other).refusal is None) is (counted == "apart")


def test_the_caller_that_was_away_longest_is_forgotten(
    stopwatch: Stopwatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "CALLERS_MAX", 2)
    limited = RateLimits("1/minute", "2/minute", stopwatch)
    for last in (1, 2, 1, 3):  # 2 is forgotten
        limited.spend(None, f"192.0.2.{last}")
    assert headers_of(limited.spend(None, "192.0.2.1"))["remaining"] == 0
    assert headers_of(limited.spend(None, "192.0.2.2"))["remaining"] == 1


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("600/minute", Rate(600, 60)),
        ("5/second", Rate(5, 1)),
        ("100/10 seconds", Rate(100, 10)),
        (" 7 / 2 Hours ", Rate(7, 7200)),
        ("1/day", Rate(1, 86400)),
    ],
)
def test_a_rate_is_read(text: str, rate: Rate) -> None:
    assert Rate.parse(text) == rate


@pytest.mark.parametrize(
    "text",
    ["", "600", "0/minute", "1/0 minutes", "-1/minute", "1/fortnight", "x/second", "9999999999/second"],
)
def test_what_is_no_rate_stops_the_start(text: str) -> None:
    with pytest.raises(ValueError, match="is no rate"):
        RateLimits("1/minute", text)


def test_no_number_of_requests_is_too_large_to_count(stopwatch: Stopwatch) -> None:
    limited: Any = RateLimits("100000/minute", "100000/minute", stopwatch)
    assert headers_of(limited.spend(None, HOME)) == {"limit": 100_000, "remaining": 99_999, "reset": 1}


def test_refused_requests_are_counted_by_the_limit_that_refuses_them(stopwatch: Stopwatch) -> None:
    limited = RateLimits("1/minute", "2/minute", stopwatch)
    with (
        counts("gateway_rate_limited_total", 2, bucket="user"),
        counts("gateway_rate_limited_total", 1, bucket="address"),
    ):
        for _ in range(3):
            limited.spend(somebody(1), HOME)
            limited.spend(None, HOME)
