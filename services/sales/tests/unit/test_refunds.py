"""The arithmetic of refunds: cases of the contract, and properties of every order, in any parts."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import accumulate, pairwise

import pytest

from libs.common.errors import DomainError
from libs.common.money import CENT, ZERO
from libs.common.points import points_taken_back
from libs.testing.properties import given, st
from services.sales.domain.payments import PaymentMethod, points_to_pay
from services.sales.domain.refunds import (
    INSTEAD,
    Refund,
    RefundBeyondTender,
    RefundsDoNotAddUp,
    Share,
    balances_of,
    gives_cash_instead,
    refunds_of,
    shares_as_asked,
    shares_of,
)
from services.sales.domain.tenders import Tender

CENTS = st.integers(1, 100_000).map(lambda cents: cents * CENT)
TENDERS = st.lists(st.builds(Tender, st.sampled_from(PaymentMethod), CENTS), min_size=1, max_size=5)
SOME = st.integers(1, 10_000)
PARTS = st.lists(SOME, min_size=1, max_size=8)


def paid(**amounts: str) -> tuple[Tender, ...]:
    """Tenders by method."""
    return tuple(Tender(method, Decimal(amount)) for method, amount in amounts.items())


def back(tenders: Sequence[Tender], *amounts: str) -> list[list[tuple[str, str, int]]]:
    """What each of these refunds gives back: method, money, points."""
    shares: list[Share] = []
    returns = []
    for amount in amounts:
        now = shares_of(Decimal(amount), balances_of(tenders, shares))
        shares += now
        returns.append([(share.payment_method, str(share.amount), share.points) for share in now])
    return returns


def in_parts(total: Decimal, weights: Sequence[int]) -> list[Decimal]:
    """The total in at most as many parts, each of whole cents."""
    ends = [int(total / CENT) * end // sum(weights) for end in accumulate(weights)]
    return [(end - start) * CENT for start, end in pairwise([0, *ends]) if end > start]


def test_a_refund_goes_back_the_way_it_came_in_proportion() -> None:
    assert back(paid(CASH="60.00", CARD="40.00"), "50.00") == [[("CASH", "30.00", 0), ("CARD", "20.00", 0)]]


def test_the_odd_cent_goes_to_the_largest_remainder_and_in_a_tie_to_the_first() -> None:
    assert back(paid(CASH="1.00", CARD="2.00"), "0.01", "0.01") == [
        [("CARD", "0.01", 0)],
        [("CARD", "0.01", 0)],
    ]
    assert back(paid(CARD="1.00", CASH="1.00"), "0.01") == [[("CARD", "0.01", 0)]]


def test_points_come_back_whole_and_the_last_refund_brings_the_rest() -> None:
    # 100.50 took 101 points
    assert back(paid(POINTS="100.50"), "33.50", "33.50", "33.50") == [
        [("POINTS", "33.50", 33)],
        [("POINTS", "33.50", 33)],
        [("POINTS", "33.50", 35)],
    ]


def test_a_free_order_gives_nothing_back() -> None:
    assert shares_of(ZERO, balances_of(paid(CASH="0.00"), [])) == ()


def test_cash_instead_of_another_tender_is_told() -> None:
    tenders = paid(CASH="60.00", CARD="40.00")
    own = shares_as_asked([Refund("CASH", Decimal(50))], Decimal(50), balances_of(tenders, []))
    assert not gives_cash_instead(own, tenders)
    more = shares_as_asked([Refund("CASH", Decimal(70))], Decimal(70), balances_of(tenders, []))
    assert more == (Share(0, "CASH", Decimal("60.00")), Share(1, "CASH", Decimal("10.00")))
    assert gives_cash_instead(more, tenders)
    assert refunds_of(more) == (Refund("CASH", Decimal("70.00")),)


def test_an_exchange_takes_from_every_tender() -> None:
    tenders = paid(CASH="60.00", CARD="40.00")
    shares = shares_as_asked([Refund("EXCHANGE", Decimal(50))], Decimal(50), balances_of(tenders, []))
    assert refunds_of(shares) == (Refund("EXCHANGE", Decimal("50.00")),)
    assert [balance.left for balance in balances_of(tenders, shares)] == [Decimal(30), Decimal(20)]


def test_refunds_are_exactly_what_is_due() -> None:
    with pytest.raises(RefundsDoNotAddUp) as refused:
        shares_as_asked([Refund("CASH", Decimal(40))], Decimal(50), balances_of(paid(CASH="60.00"), []))
    assert refused.value.details == {"given": "40.00", "due": "50.00"}


def test_no_tender_gives_back_more_than_it_has_left() -> None:
    tenders = paid(CASH="60.00", CARD="40.00")
    earlier = shares_as_asked([Refund("CARD", Decimal(30))], Decimal(30), balances_of(tenders, []))
    with pytest.raises(RefundBeyondTender) as refused:
        shares_as_asked([Refund("CARD", Decimal(20))], Decimal(20), balances_of(tenders, earlier))
    assert refused.value.details == {"payment_method": "CARD", "left": "10.00", "requested": "20.00"}


@pytest.mark.parametrize("method", ["CARD", "TRANSFER", "VOUCHER", "POINTS", "CREDIT"])
def test_only_cash_and_exchanges_give_back_what_another_method_has_paid(method: str) -> None:
    tenders = paid(CASH="60.00")
    with pytest.raises(RefundBeyondTender) as refused:
        shares_as_asked([Refund(method, Decimal(1))], Decimal(1), balances_of(tenders, []))
    assert refused.value.details == {"payment_method": method, "left": "0.00", "requested": "1.00"}


def test_points_that_cash_stood_for_do_not_come_back_too() -> None:
    tenders = paid(POINTS="10.00")
    cash = shares_as_asked([Refund("CASH", Decimal("3.10"))], Decimal("3.10"), balances_of(tenders, []))
    rest = shares_of(Decimal("6.90"), balances_of(tenders, cash))
    assert [share.points for share in (*cash, *rest)] == [0, 6]


@pytest.mark.parametrize(
    ("before", "after", "points"), [("100.00", "60.00", 0), ("100.00", "49.99", 1), ("150.00", "0.00", 2)]
)
def test_the_earned_points_shrink_to_what_the_kept_part_earns(before: str, after: str, points: int) -> None:
    assert points_taken_back(Decimal(before), Decimal(after)) == points


@given(TENDERS, PARTS)
def test_all_parts_together_give_each_tender_what_it_paid(
    tenders: list[Tender], weights: Sequence[int]
) -> None:
    total = sum((tender.amount for tender in tenders), ZERO)
    shares: list[Share] = []
    for part in in_parts(total, weights):
        now = shares_of(part, balances_of(tenders, shares))
        assert sum((share.amount for share in now), ZERO) == part
        assert all(share.amount > 0 and share.points >= 0 for share in now)
        shares += now
        assert all(balance.left >= 0 for balance in balances_of(tenders, shares))
    for balance in balances_of(tenders, shares):
        assert (balance.left, balance.by_others) == (ZERO, ZERO)
        is_points = balance.tender.payment_method == PaymentMethod.POINTS
        assert balance.points == (points_to_pay(balance.tender.amount) if is_points else 0)


@given(TENDERS, PARTS, st.data())
def test_whatever_is_asked_for_nothing_comes_back_twice(
    tenders: list[Tender], weights: Sequence[int], data: st.DataObject
) -> None:
    total = sum((tender.amount for tender in tenders), ZERO)
    shares: list[Share] = []
    for part in in_parts(total, weights):
        balances = balances_of(tenders, shares)
        amounts = in_parts(part, data.draw(st.lists(SOME, min_size=1, max_size=3)))
        wanted = [Refund(data.draw(st.sampled_from(PaymentMethod)), amount) for amount in amounts]
        try:
            now = shares_as_asked(wanted, part, balances)
        except DomainError:
            now = shares_of(part, balances)
            assert not {refund.payment_method for refund in wanted} <= INSTEAD
        assert sum((share.amount for share in now), ZERO) == part
        assert all(share.amount > 0 and share.points >= 0 for share in now)
        shares += now
    for balance in balances_of(tenders, shares):
        assert balance.left == ZERO
        if balance.tender.payment_method == PaymentMethod.POINTS:
            assert balance.points + balance.by_others <= points_to_pay(balance.tender.amount)
            assert balance.points + balance.by_others > points_to_pay(balance.tender.amount) - 1


@given(st.lists(st.integers(0, 50_000).map(lambda cents: cents * CENT), min_size=1, max_size=6))
def test_returning_all_in_any_parts_takes_back_all_earned_points(parts: list[Decimal]) -> None:
    kept = total = sum(parts, ZERO)
    taken_back = 0
    for part in parts:
        taken_back += points_taken_back(kept, kept - part)
        kept -= part
    assert taken_back == points_taken_back(total, ZERO)
