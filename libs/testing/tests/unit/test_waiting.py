"""Waiting in tests by polling until a deadline."""

import pytest

from libs.testing.waiting import eventually


async def test_the_first_true_value_is_the_answer() -> None:
    values = iter([None, 0, "there"])
    assert await eventually(lambda: next(values)) == "there"


async def test_the_condition_may_be_a_coroutine_function() -> None:
    values = iter([False, True])

    async def condition() -> bool:
        return next(values)

    assert await eventually(condition)


async def test_a_failing_assert_means_not_yet() -> None:
    values = iter([1, 2, 3])

    def condition() -> bool:
        assert next(values) == 3
        return True

    assert await eventually(condition)


async def test_at_the_deadline_it_fails_with_the_last_answer() -> None:
    with pytest.raises(AssertionError, match=r"not within 0\.05 s; the last answer was \[\]"):
        await eventually(list, timeout=0.05)


async def test_at_the_deadline_the_conditions_own_assert_is_shown() -> None:
    def condition() -> None:
        raise AssertionError("three orders are missing")

    with pytest.raises(AssertionError, match="three orders are missing"):
        await eventually(condition, timeout=0.05)
