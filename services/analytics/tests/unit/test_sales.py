from collections.abc import Sequence
from decimal import Decimal
from itertools import permutations

import pytest

from services.analytics.domain.sales import CountedLine, ReturnedPieces, after_returns

SHELF_PRICE, BASE = Decimal("213.35"), Decimal("197.55")
"""Of a piece at 8 % whose base price is 197.5463: two bases are not the base of two shelf prices (395.09)."""


def sold(pieces: int) -> CountedLine:
    return CountedLine(1, 15, pieces, BASE * pieces, (SHELF_PRICE - BASE) * pieces, "0.08")


def back(pieces: int, refund: Decimal | None = None) -> ReturnedPieces:
    return ReturnedPieces(1, 15, pieces, SHELF_PRICE * pieces if refund is None else refund)


@pytest.mark.parametrize("returns", [[1], [2], [2, 1], [1, 1, 1, 1, 1], [6], [5, 1]])
def test_what_is_left_after_pieces_at_their_price_is_a_sale_of_the_others(returns: Sequence[int]) -> None:
    (left,) = after_returns([sold(6)], [back(pieces) for pieces in returns])
    assert left == sold(6 - sum(returns))


def test_what_is_left_after_a_lower_refund_is_split_by_the_rate() -> None:
    (left,) = after_returns([sold(6)], [back(2, Decimal("100.00"))])
    assert (left.quantity, left.total) == (4, Decimal("1180.10"))
    assert left.amount == Decimal("1092.69"), "1180.10 / 1.08"


def test_what_is_left_does_not_depend_on_the_order_of_the_returns() -> None:
    returns = [back(2), back(1, Decimal("100.00")), back(1), back(2, Decimal("0.01"))]
    ends = {after_returns([sold(6)], order)[0] for order in permutations(returns)}
    assert len(ends) == 1


def test_what_was_free_comes_back_for_nothing() -> None:
    free = CountedLine(1, 15, 3, Decimal(0), Decimal(0), "0.16")
    (left,) = after_returns([free], [back(3, Decimal(0))])
    assert left.is_nothing
