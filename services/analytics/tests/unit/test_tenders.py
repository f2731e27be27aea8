"""Refunds are taken off the tenders of a sale, in any order."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

import pytest

from libs.testing.properties import given, st
from services.analytics.domain.tenders import Refund, Tenders, after_refunds, tenders_of
from services.analytics.tests.builders import paid_by

METHODS = ("CARD", "CASH", "POINTS", "TRANSFER")
amounts = st.integers(0, 500).map(lambda cents: Decimal(cents) / 100)
some_refunds = st.lists(st.tuples(st.sampled_from([*METHODS, "EXCHANGE"]), amounts), max_size=5)


def refunds_of(*refunds: tuple[str, str]) -> list[Refund]:
    return [Refund(1, method, Decimal(amount)) for method, amount in refunds]


def left_of(tenders: dict[str, str], left: str, *refunds: tuple[str, str]) -> dict[str, str]:
    paid = {method: Decimal(amount) for method, amount in tenders.items()}
    rest = after_refunds(paid, refunds_of(*refunds), Decimal(left))
    return {method: str(amount) for method, amount in rest.items()}


@pytest.mark.parametrize("paid", [{}, {"CASH": "5.00"}], ids=["none", "one"])
def test_what_one_method_paid_needs_no_tenders(paid: dict[str, str]) -> None:
    assert tenders_of(paid_by(paid)) is None
    assert tenders_of(None) is None


def test_several_payments_by_a_method_are_one_tender() -> None:
    paid = (*paid_by({"CARD": "1.00", "CASH": "2.00"}), *paid_by({"CARD": "0.50"}))
    assert tenders_of(paid) == {"CARD": Decimal("1.50"), "CASH": Decimal("2.00")}


@pytest.mark.parametrize(
    ("refunds", "left", "expected"),
    [
        ([], "100.00", {"CARD": "60.00", "CASH": "40.00"}),
        ([("CARD", "30.00"), ("CASH", "20.00")], "50.00", {"CARD": "30.00", "CASH": "20.00"}),
        ([("CASH", "50.00")], "50.00", {"CARD": "50.00", "CASH": "0.00"}),
        ([("EXCHANGE", "70.00")], "30.00", {"CARD": "0.00", "CASH": "30.00"}),
        ([("CASH", "9.00")], "90.50", {"CARD": "59.50", "CASH": "31.00"}),
        ([("CARD", "60.00"), ("CASH", "40.00")], "0.00", {"CARD": "0.00", "CASH": "0.00"}),
    ],
    ids=["nothing", "each its own", "cash for a card", "an exchange", "points rounded down", "everything"],
)
def test_a_refund_is_taken_off_its_own_tender_then_off_the_others(
    refunds: list[tuple[str, str]], left: str, expected: dict[str, str]
) -> None:
    assert left_of({"CARD": "60.00", "CASH": "40.00"}, left, *refunds) == expected


def in_turn(tenders: Tenders, refunds: Sequence[tuple[str, Decimal]], total: Decimal) -> Tenders:
    """What is left when each refund is heard by itself, as far as there is money left."""
    left = [
        max(total - sum(amount for _, amount in refunds[:place]), Decimal(0))
        for place in range(len(refunds) + 1)
    ]
    for (method, _), (before, after) in zip(refunds, pairwise(left), strict=True):
        tenders = after_refunds(tenders, [Refund(1, method, before - after)], after)
    return tenders


@given(st.dictionaries(st.sampled_from(METHODS), amounts, min_size=2), some_refunds)
def test_the_rest_adds_up_to_what_is_left_of_the_sale_in_whatever_order_refunds_are_heard(
    tenders: Tenders, refunds: list[tuple[str, Decimal]]
) -> None:
    total = sum(tenders.values(), Decimal(0))
    kept: list[tuple[str, Decimal]] = []
    for method, amount in refunds:  # no more comes back than was paid
        kept.append((method, min(amount, total - sum(each for _, each in kept))))
    rest = in_turn(tenders, kept, total)
    assert sum(rest.values()) == total - sum(amount for _, amount in kept)
    assert min(rest.values()) >= 0
    assert rest == in_turn(tenders, kept[::-1], total)
    left = total - sum(amount for _, amount in kept)
    assert rest == after_refunds(tenders, [Refund(1, *each) for each in kept], left)
