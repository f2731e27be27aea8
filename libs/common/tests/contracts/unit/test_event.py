"""Events format amounts and times, and ignore unknown members when read."""

from datetime import UTC, datetime
from decimal import Decimal

from libs.common.contracts.customers import CustomerChanged
from libs.common.contracts.event import Amount, Instant, Payload


class Price(Payload):
    amount: Amount
    at: Instant


def test_an_amount_is_text_without_exponent() -> None:
    price = Price(amount=Decimal("0E-7"), at=datetime(2026, 3, 2, 18, tzinfo=UTC))
    assert '"amount":"0.0000000"' in price.model_dump_json()


def test_a_moment_is_utc_to_the_second() -> None:
    price = Price(amount=Decimal(1), at=datetime.fromisoformat("2026-03-02T12:00:00.5-06:00"))
    assert '"at":"2026-03-02T18:00:00Z"' in price.model_dump_json()


def test_members_that_a_reader_does_not_know_are_ignored() -> None:
    known = {
        "customer_id": 1,
        "first_name": "Ana",
        "last_name": "Ruiz",
        "phone_number": "",
        "is_frequent": True,
    }
    assert CustomerChanged.model_validate(known | {"shoe_size": 38}) == CustomerChanged.model_validate(known)
