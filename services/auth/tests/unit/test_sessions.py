"""An access token never outlives its session, and never dies before it was issued."""

from datetime import UTC, datetime, timedelta

import pytest

from services.auth.domain.sessions import POS_TERMS, STOREFRONT_TERMS

NOW = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)


def test_a_tills_token_lasts_a_quarter_of_an_hour() -> None:
    assert POS_TERMS.access_seconds(NOW, POS_TERMS.session_ends_at(NOW)) == 900


def test_near_the_sessions_end_it_lasts_until_then() -> None:
    assert POS_TERMS.access_seconds(NOW, NOW + timedelta(minutes=3)) == 180


def test_the_shops_token_lasts_as_long_as_its_session() -> None:
    assert STOREFRONT_TERMS.access_seconds(NOW, STOREFRONT_TERMS.session_ends_at(NOW)) == 24 * 3600


@pytest.mark.parametrize("opened", [0, 1, 500_000, 999_999])
@pytest.mark.parametrize("left", [1, 250_000, 999_999, 1_000_000])
def test_until_its_last_moment_a_session_has_a_token_that_lasts_as_long(opened: int, left: int) -> None:
    end = POS_TERMS.session_ends_at(NOW.replace(microsecond=opened))
    now = end - timedelta(microseconds=left)
    issued_at = now.replace(microsecond=0)
    assert issued_at + timedelta(seconds=POS_TERMS.access_seconds(now, end)) == end
