"""The rules of layaways: deposits, due dates, and what a cancelled one gives back."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from libs.common.money import CENT, ZERO
from libs.testing.properties import given, st
from services.sales.domain.layaways import (
    DepositAboveTotal,
    DepositTooSmall,
    DueDatePast,
    LayawayRules,
    PaymentAboveBalance,
    check_deposit,
    check_part,
    due_date_of,
    refunds_of_cancelled,
)
from services.sales.domain.payments import BY_MONEY
from services.sales.domain.tenders import Payment, Tender, merged

TODAY = date(2026, 3, 2)
RULES = LayawayRules(min_percent=Decimal(20), fee_percent=ZERO)
CENTS = st.integers(1, 100_000).map(lambda cents: cents * CENT)
TENDERS = st.lists(st.builds(Tender, st.sampled_from(BY_MONEY), CENTS), min_size=1, max_size=8)
PERCENTS = st.integers(0, 10_000).map(lambda hundredths: hundredths * CENT)


def cash(amount: str) -> Payment:
    return Payment(tenders=(Tender("CASH", Decimal(amount)),))


@pytest.mark.parametrize("amount", ["200.00", "1000.00"])
def test_a_deposit_is_from_its_least_part_to_all(amount: str) -> None:
    check_deposit(cash(amount), Decimal("1000.00"), RULES)


def test_the_least_deposit_is_rounded_to_the_cent() -> None:
    with pytest.raises(DepositTooSmall) as refused:
        check_deposit(cash("2.46"), Decimal("12.33"), RULES)
    assert refused.value.details == {"least": "2.47"}


def test_a_deposit_is_at_most_the_total() -> None:
    with pytest.raises(DepositAboveTotal) as refused:
        check_deposit(cash("1000.01"), Decimal("1000.00"), RULES)
    assert refused.value.details == {"balance": "1000.00"}


def test_a_payment_is_at_most_the_balance() -> None:
    check_part(cash("150.00"), Decimal("150.00"))
    with pytest.raises(PaymentAboveBalance) as refused:
        check_part(cash("150.01"), Decimal("150.00"))
    assert refused.value.details == {"balance": "150.00"}


def test_a_layaway_is_due_in_30_days_or_on_a_day_that_is_not_past() -> None:
    assert due_date_of(None, today=TODAY) == date(2026, 4, 1)
    assert due_date_of(TODAY, today=TODAY) == TODAY
    with pytest.raises(DueDatePast):
        due_date_of(date(2026, 3, 1), today=TODAY)


def test_tenders_of_one_kind_are_added_up() -> None:
    card = Tender("CARD", Decimal(10), "0045", "DEBIT")
    parts = (Tender("CASH", Decimal(5)), card, Tender("CASH", Decimal(7)), Tender("CARD", Decimal(1)))
    assert merged(parts) == (Tender("CASH", Decimal(12)), card, Tender("CARD", Decimal(1)))


def refunds(percent: str, *amounts: tuple[str, str]) -> list[tuple[str, str]]:
    tenders = (Tender(method, Decimal(amount)) for method, amount in amounts)
    rules = LayawayRules(min_percent=Decimal(20), fee_percent=Decimal(percent))
    return [(each.payment_method, str(each.amount)) for each in refunds_of_cancelled(tenders, rules)]


def test_without_a_fee_each_method_gives_back_what_it_paid() -> None:
    assert refunds("0", ("CASH", "10.00"), ("CARD", "5.00"), ("CASH", "1.00")) == [
        ("CASH", "11.00"),
        ("CARD", "5.00"),
    ]


def test_the_odd_cent_of_a_fee_is_left_to_the_method_that_paid_first() -> None:
    assert refunds("10", ("CARD", "0.55"), ("CASH", "0.55")) == [("CARD", "0.50"), ("CASH", "0.49")]


def test_a_fee_of_everything_gives_nothing_back() -> None:
    assert refunds("100", ("CASH", "10.00")) == []


@given(TENDERS, PERCENTS)
def test_refunds_and_fee_are_what_was_paid_and_no_method_gives_more_than_it_took(
    tenders: Sequence[Tender], percent: Decimal
) -> None:
    rules = LayawayRules(min_percent=ZERO, fee_percent=percent)
    took: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for tender in tenders:
        took[tender.payment_method] += tender.amount
    paid = sum(took.values(), ZERO)
    given_back = refunds_of_cancelled(tenders, rules)
    assert sum((refund.amount for refund in given_back), ZERO) + rules.fee(paid) == paid
    assert len({refund.payment_method for refund in given_back}) == len(given_back)
    for refund in given_back:
        assert ZERO < refund.amount <= took[refund.payment_method]
        exact = took[refund.payment_method] * (paid - rules.fee(paid)) / paid
        assert abs(refund.amount - exact) < CENT
