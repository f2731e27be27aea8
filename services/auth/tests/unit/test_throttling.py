"""The limits of wrong passwords at known and other addresses, and the resulting wait."""

from datetime import UTC, datetime, timedelta

import pytest

from libs.common.errors import Throttled
from services.auth.domain.throttling import Failures, account_of

NOW = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
A_MINUTE_AGO = NOW - timedelta(minutes=1)
TWO_MINUTES_AGO = NOW - timedelta(minutes=2)


def failures(
    *,
    here: datetime | None = None,
    of_account: datetime | None = None,
    of_address: datetime | None = None,
    known: bool = False,
) -> Failures:
    return Failures(here, of_account, of_address, known)


def wait(found: Failures) -> int:
    with pytest.raises(Throttled) as refusal:
        found.check(NOW)
    return refusal.value.retry_after_seconds


def test_while_no_limit_is_reached_a_password_may_be_tried() -> None:
    failures().check(NOW)


@pytest.mark.parametrize("limit", ["here", "of_account", "of_address"])
def test_the_wait_ends_when_the_failure_that_reached_the_limit_leaves_the_window(limit: str) -> None:
    assert wait(failures(**{limit: A_MINUTE_AGO})) == 240  # type: ignore[arg-type]  # none is `known`


def test_of_several_limits_the_longest_wait_counts() -> None:
    assert wait(failures(here=TWO_MINUTES_AGO, of_address=A_MINUTE_AGO)) == 240


def test_part_of_a_second_is_waited_for_too() -> None:
    assert wait(failures(here=A_MINUTE_AGO + timedelta(milliseconds=1))) == 241
    assert wait(failures(here=NOW - timedelta(minutes=4, seconds=59, milliseconds=999))) == 1


def test_failures_elsewhere_do_not_count_at_an_address_that_the_account_got_in_from() -> None:
    failures(of_account=A_MINUTE_AGO, known=True).check(NOW)


def test_its_own_failures_count_there() -> None:
    assert wait(failures(here=A_MINUTE_AGO, known=True)) == 240
    assert wait(failures(of_address=A_MINUTE_AGO, known=True)) == 240


def test_a_user_is_one_account_by_whatever_name() -> None:
    assert account_of(7, "laura") == account_of(7, "laura@example.com") != account_of(8, "laura")


def test_a_name_that_nobody_has_is_counted_and_not_kept() -> None:
    assert account_of(None, "nobody") == account_of(None, "nobody")
    assert account_of(None, "somebody") != account_of(None, "nobody")
    assert "nobody" not in account_of(None, "nobody")
