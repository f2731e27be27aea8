"""Processes of a suite with two replicas are replaced under load: `make rolling` replaces all.

`ROLLING_FROM` names the revision that is replaced; without it, both releases are this one.
"""

from collections.abc import Iterator

import pytest

from deploy.local.suite import LocalSuite
from tests.e2e.books import SETTLED_WITHIN_SECONDS, assert_books_agree, orders_of
from tests.e2e.rolling import is_long, replaced_release, replacements, roll_under_load, silent
from tests.e2e.shop import Shop
from tests.e2e.tills import Goods
from tests.suites import running_suite

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900 if is_long() else 300)]

REPLICAS = 2
LATE_MAX = 0 if is_long() else 5
"""The short form runs on a machine that is busy with other tests."""


@pytest.fixture(scope="module")
def suite(pytestconfig: pytest.Config, amqp_url: str) -> Iterator[LocalSuite]:
    """A suite of the release that is replaced, with two replicas of each process, at the run's broker."""
    given = {"AMQP_URL": amqp_url}
    with (
        replaced_release() as sources,
        running_suite(pytestconfig, {}, given, replicas=REPLICAS, replaced=sources) as suite,
    ):
        yield suite


def test_no_request_fails_and_no_event_is_lost_while_processes_are_replaced(
    suite: LocalSuite, shop: Shop
) -> None:
    goods = Goods(
        [shop.new_product(stock=100_000, price=price) for price in ("86.21", "18.53", "7.77")],
        [shop.new_customer(credit_limit="1000000.00") for _ in range(2)],
    )
    pairs = replacements(suite)
    answers = roll_under_load(suite, shop, goods, pairs, tell=print)

    assert answers.failures == []
    assert len(answers.late) <= LATE_MAX, answers.late
    assert silent(suite, pairs) == []
    assert_books_agree(suite, within_seconds=SETTLED_WITHIN_SECONDS)
    paid = {order_id for order_id, status, _ in orders_of(suite, goods.product_ids) if status == "PAID"}
    assert answers.paid <= paid <= answers.paid | answers.unsure, "answered and written are the same"
