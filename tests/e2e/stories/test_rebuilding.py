"""Figures of analytics that are compared with the owners' and made again."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from deploy.local.suite import LocalSuite
from tests.e2e.books import assert_books_agree, assert_nothing_lost_or_doubled
from tests.e2e.rebuilding import (
    assert_figures_are_the_owners,
    is_left_over,
    kill_before_tables_change_place,
    rebuild,
)
from tests.e2e.shop import Shop
from tests.e2e.spoilt import SPOILT
from tests.e2e.tills import BUSY_TILLS, BusyTills, Goods, Till

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


@pytest.mark.usefixtures("sold_on_credit", "sold_on_the_web")
def test_an_operator_sees_which_figures_are_not_the_owners(suite: LocalSuite) -> None:
    assert_figures_are_the_owners(suite)
    (spoilt,) = [each for each in SPOILT if "update sale_facts set final_amount" in each.change]
    with spoilt.in_suite(suite):
        status, said = rebuild(suite, "--verify")
    assert status == 1
    assert "sale_facts: 1 row differs" in said


def test_figures_are_rebuilt_while_tills_sell_and_reports_are_read(
    suite: LocalSuite, shop: Shop, goods: Goods
) -> None:
    answers: Counter[int] = Counter()
    with BusyTills(shop, goods) as tills, ThreadPoolExecutor(1) as operator:
        tills.wait_for_sales(BUSY_TILLS)
        rebuilding = operator.submit(rebuild, suite)
        while not rebuilding.done():
            answers[shop.owner.get("/api/analytics/sales-summary/").status_code] += 1
        tills.sell_at_another()
    status, said = rebuilding.result()
    assert (status, set(answers)) == (0, {200}), said
    assert_nothing_lost_or_doubled(suite, shop, goods, tills)
    assert_figures_are_the_owners(suite)


@pytest.mark.usefixtures("sold_on_credit")
def test_a_rebuild_that_is_killed_changes_nothing_and_the_next_one_ends(
    suite: LocalSuite, shop: Shop
) -> None:
    before = shop.revenue()
    kill_before_tables_change_place(suite)
    assert shop.revenue() == before
    assert is_left_over(suite)
    with Till(shop) as till:
        till.sell({"items": [{"product_id": shop.new_product(stock=1), "quantity": 1}]})
    assert_books_agree(suite)
    status, said = rebuild(suite)
    assert status == 0, said
    assert not is_left_over(suite)
    assert_books_agree(suite)
