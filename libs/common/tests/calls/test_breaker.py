"""A part that keeps failing is left alone for a moment, then tried by one call."""

import asyncio

import pytest

from libs.common.calls.breaker import FAILURES_TO_OPEN, Breaker, BreakerOpen
from libs.testing.clock import Stopwatch
from libs.testing.metrics import counts


class Down(Exception):
    pass


def a_breaker(now: Stopwatch) -> Breaker:
    return Breaker("catalog", failures_to_open=3, open_seconds=2.0, trial_seconds=5.0, now=now)


def fail(breaker: Breaker, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(Down), breaker.guard(Down):
            raise Down


def succeed(breaker: Breaker) -> None:
    with breaker.guard(Down):
        pass


def assert_refuses(breaker: Breaker) -> None:
    with pytest.raises(BreakerOpen), breaker.guard(Down):
        pytest.fail("the call was made")


def test_it_opens_after_failures_in_a_row() -> None:
    breaker = a_breaker(Stopwatch())
    fail(breaker, times=3)
    assert_refuses(breaker)


def test_a_success_between_failures_keeps_it_closed() -> None:
    breaker = a_breaker(Stopwatch())
    fail(breaker, times=2)
    succeed(breaker)
    fail(breaker, times=2)
    succeed(breaker)


def test_other_exceptions_do_not_count() -> None:
    breaker = a_breaker(Stopwatch())
    for _ in range(5):
        with pytest.raises(KeyError), breaker.guard(Down):
            raise KeyError
    succeed(breaker)


def test_after_the_pause_only_one_call_tries() -> None:
    now = Stopwatch()
    breaker = a_breaker(now)
    fail(breaker, times=3)
    now.seconds += 2.0
    with breaker.guard(Down):
        assert_refuses(breaker)


def test_a_good_try_closes_it() -> None:
    now = Stopwatch()
    breaker = a_breaker(now)
    fail(breaker, times=3)
    now.seconds += 2.0
    succeed(breaker)
    fail(breaker, times=2)
    succeed(breaker)


def test_a_bad_try_keeps_it_open_for_another_pause() -> None:
    now = Stopwatch()
    breaker = a_breaker(now)
    fail(breaker, times=3)
    now.seconds += 2.0
    fail(breaker)
    now.seconds += 1.9
    assert_refuses(breaker)


@pytest.mark.parametrize("no_verdict", [asyncio.CancelledError, KeyError])
def test_a_try_without_a_verdict_is_followed_by_another_at_once(no_verdict: type[BaseException]) -> None:
    now = Stopwatch()
    breaker = a_breaker(now)
    fail(breaker, times=3)
    now.seconds += 2.0
    with pytest.raises(no_verdict), breaker.guard(Down):
        raise no_verdict
    succeed(breaker)


def test_while_a_try_takes_long_another_call_tries() -> None:
    now = Stopwatch()
    breaker = a_breaker(now)
    fail(breaker, times=3)
    now.seconds += 2.0
    with breaker.guard(Down):
        now.seconds += 4.9
        assert_refuses(breaker)
        now.seconds += 0.1
        succeed(breaker)


def test_a_part_that_is_back_is_tried_within_half_a_second() -> None:
    now = Stopwatch()
    breaker = Breaker("catalog", now=now)
    fail(breaker, times=FAILURES_TO_OPEN)
    now.seconds += 0.4
    assert_refuses(breaker)
    now.seconds += 0.1
    succeed(breaker)


def test_an_operator_sees_how_many_breakers_of_a_service_are_open() -> None:
    now = Stopwatch()
    first, second = a_breaker(now), a_breaker(now)
    with (
        counts("breakers_open", callee="catalog", by=2),
        counts("breaker_openings_total", callee="catalog", by=2),
    ):
        fail(first, times=3)
        fail(second, times=3)
    now.seconds += 3
    with (
        counts("breakers_open", callee="catalog", by=0),
        counts("breaker_openings_total", callee="catalog", by=0),
    ):
        fail(first)
    with counts("breakers_open", callee="catalog", by=-1):
        succeed(second)
    now.seconds += 3
    with counts("breakers_open", callee="catalog", by=-1):
        succeed(first)
        succeed(first)
