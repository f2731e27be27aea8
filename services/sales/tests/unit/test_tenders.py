"""Tenders: what a payment must be, how an order keeps it, and the change."""

from dataclasses import replace
from decimal import Decimal

import pytest

from libs.common.errors import DomainError, Refusals
from libs.testing.properties import given, st
from services.sales.domain.payments import PaymentMethod
from services.sales.domain.tenders import (
    MIXED,
    CardKindWithoutCard,
    CashNotPaid,
    CashShort,
    Payment,
    PaymentMethodTwice,
    PaymentNotPositive,
    PaymentsDoNotAddUp,
    PointsNotWhole,
    Tender,
    change_of,
    check_payment,
    kept,
    merged,
    tenders_of,
    wrong_in_part,
)

TOTAL = Decimal("200.00")
A_HALF = Tender("CARD", Decimal("100.00"), card_kind="DEBIT")


def parts(*amounts: tuple[str, str]) -> tuple[Tender, ...]:
    return tuple(Tender(method, Decimal(amount)) for method, amount in amounts)


def refusals_of(payment: Payment, total: Decimal = TOTAL) -> list[DomainError]:
    try:
        check_payment(payment, total)
    except Refusals as refused:
        return list(refused.refusals)
    except DomainError as refused:
        return [refused]
    return []


@pytest.mark.parametrize("method", PaymentMethod)
def test_one_method_pays_any_total(method: PaymentMethod) -> None:
    assert refusals_of(Payment(method), Decimal("119.49")) == []


def test_payments_that_add_up_pay_whatever_their_order() -> None:
    tenders = parts(("CASH", "50.00"), ("CARD", "100.00"), ("CARD", "1.00"), ("POINTS", "49.00"))
    payment = Payment(tenders=tenders)
    assert refusals_of(payment) == []


@pytest.mark.parametrize(
    ("payment", "refusal"),
    [
        (Payment(tenders=parts(("CARD", "150.00"))), PaymentsDoNotAddUp),
        (Payment(tenders=parts(("CARD", "200.01"))), PaymentsDoNotAddUp),
        (Payment(tenders=parts(("CARD", "200.00"), ("CASH", "0.00"))), PaymentNotPositive),
        (Payment(tenders=parts(("POINTS", "100.00"), ("POINTS", "100.00"))), PaymentMethodTwice),
        (Payment(tenders=parts(("CREDIT", "100.00"), ("CREDIT", "100.00"))), PaymentMethodTwice),
        (Payment(tenders=parts(("POINTS", "99.50"), ("CASH", "100.50"))), PointsNotWhole),
        (Payment(tenders=(Tender("CASH", TOTAL, card_kind="DEBIT"),)), CardKindWithoutCard),
        (Payment(tenders=(A_HALF, replace(A_HALF, payment_method="CASH"))), CardKindWithoutCard),
        (Payment(PaymentMethod.CASH, cash_received=Decimal("199.99")), CashShort),
        (Payment(PaymentMethod.CARD, cash_received=Decimal("200.00")), CashNotPaid),
        (Payment(tenders=parts(("CARD", "200.00")), cash_received=TOTAL), CashNotPaid),
    ],
)
def test_a_payment_is_refused_for_what_is_wrong_with_it(payment: Payment, refusal: type[DomainError]) -> None:
    assert [type(found) for found in refusals_of(payment)] == [refusal]


def test_two_things_that_are_wrong_are_told_together() -> None:
    payment = Payment(tenders=parts(("CASH", "50.00"), ("CARD", "100.00")), cash_received=Decimal("20.00"))
    short, cash = refusals_of(payment)
    assert short.details == {"paid": "150.00", "total": "200.00"}
    assert cash.details == {"missing": "30.00"}


def test_cash_may_be_handed_over_exactly() -> None:
    assert refusals_of(Payment(PaymentMethod.CASH, cash_received=TOTAL)) == []
    shared = parts(("CARD", "150.00"), ("CASH", "50.00"))
    assert refusals_of(Payment(tenders=shared, cash_received=Decimal("50.00"))) == []


def test_points_that_pay_all_pay_cents_too() -> None:
    assert refusals_of(Payment(tenders=parts(("POINTS", "119.49"))), Decimal("119.49")) == []


def test_nothing_is_paid_by_one_payment_of_nothing() -> None:
    nothing = Decimal("0.00")
    assert refusals_of(Payment(tenders=parts(("CASH", "0.00"))), nothing) == []
    twice = Payment(tenders=parts(("CASH", "0.00"), ("CARD", "0.00")))
    assert [type(found) for found in refusals_of(twice, nothing)] == [PaymentNotPositive]


def test_a_payment_of_nothing_is_no_part_of_a_total() -> None:
    nothing = Payment(tenders=parts(("CASH", "0.00")))
    assert [type(found) for found in wrong_in_part(nothing, TOTAL)] == [PaymentNotPositive]


def test_only_two_different_methods_are_mixed() -> None:
    assert Payment(tenders=parts(("CARD", "1.00"), ("CARD", "2.00"))).payment_method == "CARD"
    assert Payment(tenders=parts(("CARD", "1.00"), ("CASH", "2.00"))).payment_method == MIXED
    assert Payment(PaymentMethod.POINTS).payment_method == "POINTS"


def test_change_is_what_was_received_beyond_the_cash_part() -> None:
    tenders = parts(("CARD", "150.00"), ("CASH", "50.00"))
    assert change_of(tenders, Decimal("100.00")) == Decimal("50.00")
    assert change_of(tenders, None) is None


def test_payments_of_one_method_reference_and_kind_of_card_become_one() -> None:
    by_card = Tender("CARD", Decimal("10.00"), reference="7", card_kind="DEBIT")
    others = (replace(by_card, reference="8"), replace(by_card, card_kind="CREDIT"))
    cash = parts(("CASH", "1.00"), ("CASH", "2.00"))
    assert merged((by_card, *cash, *others, by_card)) == (
        replace(by_card, amount=Decimal("20.00")),
        *parts(("CASH", "3.00")),
        *others,
    )


TENDERS = st.lists(
    st.builds(
        Tender,
        payment_method=st.sampled_from([*map(str, PaymentMethod)]),
        amount=st.integers(0, 99_999_999_999).map(lambda cents: Decimal(cents).scaleb(-2)),
        reference=st.none() | st.text(min_size=1, max_size=40),
        card_kind=st.none() | st.sampled_from(["CREDIT", "DEBIT"]),
    ),
    min_size=1,
    max_size=10,
).map(tuple)


@given(tenders=TENDERS)
def test_an_order_keeps_its_tenders_whatever_they_are(tenders: tuple[Tender, ...]) -> None:
    payment = Payment(tenders=tenders)
    total = sum((tender.amount for tender in tenders), Decimal("0.00"))
    assert tenders_of(kept(tenders), payment.payment_method, total) == tenders


@given(tenders=TENDERS, more=st.integers(0, 100_000))
def test_change_and_cash_part_are_what_was_received(tenders: tuple[Tender, ...], more: int) -> None:
    cash = sum((part.amount for part in tenders if part.payment_method == "CASH"), Decimal("0.00"))
    received = cash + Decimal(more).scaleb(-2)
    assert change_of(tenders, received) == received - cash
