"""The arithmetic of pieces that are gone: what a sale that has happened still moves."""

import pytest

from libs.testing.properties import given, st
from services.catalog.domain.stock import Gone

pieces = st.integers(0, 20)
gone = st.tuples(pieces, pieces, pieces).map(lambda each: Gone(*each))

CASES = [
    (Gone(), 5, 8, Gone(5)),
    (Gone(), 5, 3, Gone(3, 2)),
    (Gone(), 5, 0, Gone(0, 5)),
    (Gone(3, 2), 5, 9, Gone(3, 2)),
    (Gone(3, 2), 4, 0, Gone(3, 1)),
    (Gone(3, 2), 2, 0, Gone(2)),
    (Gone(3, 2), 7, 1, Gone(4, 3)),
    (Gone(3, 1, 2), 3, 0, Gone(3)),
    (Gone(3, 1, 2), 2, 0, Gone(2)),
    (Gone(3, 2), 0, 0, Gone()),
]


@pytest.mark.parametrize(("before", "sold", "stock", "after"), CASES, ids=str)
def test_what_is_there_is_taken_and_what_was_not_sold_goes_back(
    before: Gone, sold: int, stock: int, after: Gone
) -> None:
    assert before.corrected(sold, current_stock=stock) == after


@given(before=gone, sold=pieces, stock=pieces)
def test_a_correction_accounts_for_every_piece_and_never_takes_more_than_there_is(
    before: Gone, sold: int, stock: int
) -> None:
    after = before.corrected(sold, current_stock=stock)
    assert after.pieces == sold
    assert min(after.taken, after.missing, after.counted) >= 0
    assert after.taken - before.taken <= stock
    assert after.missing <= before.missing or after.taken - before.taken == stock
    assert after.corrected(sold, current_stock=stock) == after
