"""An access token never outlives its session."""

from datetime import UTC, datetime, timedelta

from services.auth.domain.sessions import POS_TERMS, STOREFRONT_TERMS

NOW = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)


def test_a_tills_token_lasts_a_quarter_of_an_hour() -> None:
    assert POS_TERMS.access_seconds(NOW, NOW + POS_TERMS.session) == 900


def test_near_the_sessions_end_it_lasts_until_then() -> None:
    assert POS_TERMS.access_seconds(NOW, NOW + timedelta(minutes=3)) == 180


def test_the_shops_token_lasts_as_long_as_its_session() -> None:
    assert STOREFRONT_TERMS.access_seconds(NOW, NOW + STOREFRONT_TERMS.session) == 24 * 3600
