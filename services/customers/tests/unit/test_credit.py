"""The limit in force, the available credit, and payments."""

from decimal import Decimal

import pytest

from services.customers.domain.credit import (
    available_credit,
    credit_limit_of,
    ignored_fields,
    is_payment,
)

DEFAULT = Decimal("2000.00")


def test_a_frequent_customer_has_the_default_limit() -> None:
    assert credit_limit_of(None, DEFAULT, is_frequent=True) == DEFAULT


def test_a_customer_who_is_not_frequent_has_no_credit() -> None:
    assert credit_limit_of(None, DEFAULT, is_frequent=False) == 0


def test_a_limit_of_their_own_holds_for_any_customer() -> None:
    assert credit_limit_of(Decimal("500.00"), DEFAULT, is_frequent=False) == Decimal("500.00")


def test_a_limit_of_zero_of_their_own_is_a_limit() -> None:
    assert credit_limit_of(Decimal("0.00"), DEFAULT, is_frequent=True) == 0


def test_what_is_owed_is_taken_off_the_available_credit() -> None:
    assert available_credit(DEFAULT, Decimal("350.50")) == Decimal("1649.50")


def test_available_credit_is_never_below_zero() -> None:
    assert available_credit(Decimal("100.00"), Decimal("350.50")) == 0


def test_nothing_is_ignored_from_admins() -> None:
    assert ignored_fields(from_admin=True) == frozenset()


def test_a_credit_limit_from_others_is_ignored() -> None:
    assert ignored_fields(from_admin=False) == {"credit_limit"}


@pytest.mark.parametrize(("amount", "paid"), [("-0.01", False), ("0.00", False), ("0.01", True)])
def test_a_payment_is_positive(amount: str, *, paid: bool) -> None:
    assert is_payment(Decimal(amount)) is paid
