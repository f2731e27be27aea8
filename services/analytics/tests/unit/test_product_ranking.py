from datetime import date
from decimal import Decimal

import pytest

from services.analytics.domain.periods import Period
from services.analytics.domain.product_ranking import Criterion, Cut, RankedProduct, rank

A_PERIOD = Period(date(2026, 3, 1), date(2026, 3, 2))


def sold(product_id: int, units: int) -> RankedProduct:
    return RankedProduct(product_id, f"Product {product_id}", units, Decimal(100))


def test_each_end_is_in_order_and_equal_units_by_id() -> None:
    products = [sold(3, 5), sold(2, 1), sold(4, 9), sold(1, 5)]
    ranking = rank(A_PERIOD, Cut(Criterion.BOTH), most=products, least=products)
    assert [product.product_id for product in ranking.most_sold or ()] == [4, 1, 3, 2]
    assert [product.product_id for product in ranking.least_sold or ()] == [2, 1, 3, 4]


@pytest.mark.parametrize(
    ("criterion", "most", "least"),
    [(Criterion.MOST, 7, 0), (Criterion.LEAST, 0, 7), (Criterion.BOTH, 7, 7)],
)
def test_a_cut_takes_from_the_ends_that_are_wanted(criterion: Criterion, most: int, least: int) -> None:
    cut = Cut(criterion, 7)
    assert (cut.most, cut.least) == (most, least)
    ranking = rank(A_PERIOD, cut, most=[], least=[])
    assert (ranking.most_sold is None, ranking.least_sold is None) == (not most, not least)
    assert ranking.is_empty
