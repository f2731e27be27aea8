"""Waits until the records of all services agree; fails with the disagreements."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import LiteralString

from deploy.local.suite import LocalSuite
from tests.e2e.invariants.judging import Look, Suite, look_at
from tests.e2e.invariants.queues import Queues, count_queues
from tests.e2e.invariants.rules import CAME_BACK, COUNTED, HELD, UNDER_WAY
from tests.e2e.invariants.snapshots import READ_IN_ORDER, Row, snapshots
from tests.e2e.shop import Shop
from tests.e2e.tills import BusyTills, Goods
from tests.e2e.waiting import eventually
from tests.suites import TIMEZONE

SETTLE_SECONDS = 30
SETTLED_WITHIN_SECONDS = 60
"""Where processes were killed or replaced."""
LAPSE_SECONDS = 75
"""A lease, the period of the expiry job, and a margin."""

ORDERS_OF_PRODUCTS: LiteralString = """
select id, status, final_amount::text from orders
where id in (select order_id from order_lines where product_id = any(%(product_ids)s))
"""
REVENUE: LiteralString = f"""
with {COUNTED}, {CAME_BACK}
select (select coalesce(sum(final_amount), 0) from counted)
    - (select coalesce(sum(refund_amount), 0) from came_back join counted on order_id = id)
"""


def assert_books_agree(suite: LocalSuite, *, within_seconds: float = SETTLE_SECONDS) -> None:
    """Wait until all events have arrived, no payment is under way, and every invariant holds.

    Stock held for orders that a crash cut off counts as taken: see `assert_nothing_held`.
    """

    def agree() -> None:
        judged = _judged(suite)
        found = [*_under_way(judged)] or [*_disagreements(look_at(judged))]
        assert not found, "\n".join(found)

    eventually(agree, within_seconds=within_seconds)


def assert_nothing_held(suite: LocalSuite, *, within_seconds: float = LAPSE_SECONDS) -> None:
    """Wait until all stock held for orders that a crash cut off is back."""

    def nothing_held() -> None:
        with snapshots(_judged(suite).urls, TIMEZONE) as read:
            held = read.waiting(HELD)
        assert held.count == 0, f"{held.count} allocations are held, the oldest since {held.oldest}"

    eventually(nothing_held, within_seconds=within_seconds)


def assert_nothing_lost_or_doubled(suite: LocalSuite, shop: Shop, goods: Goods, tills: BusyTills) -> None:
    """Every sale that a till got an answer for is stored as answered, once, and all records agree."""
    told = Counter((sale.order_id, sale.status, sale.final_amount) for sale in tills.receipts)
    written = Counter(orders_of(suite, goods.product_ids))
    assert not told - written, "sales that were lost, or are not as they were told"
    assert not written - told, "sales that nobody asked for"
    assert_books_agree(suite)
    assert shop.revenue() == revenue_of_sales(suite)


def broken_rules(suite: LocalSuite) -> set[str]:
    """The names of the rules that rows break or differ in just now."""
    look = look_at(replace(_judged(suite), queues=Queues))  # it is not about what waits
    return {rule for rule, rows in look.broken.items() if rows} | {found.rule for found in look.differences}


def rows_of(suite: LocalSuite, service: str, statement: LiteralString, **parameters: object) -> list[Row]:
    """The rows of a query in a service's database."""
    with snapshots(_judged(suite).urls, TIMEZONE) as read:
        return read.rows(service, statement, **parameters)


def orders_of(suite: LocalSuite, product_ids: Iterable[int]) -> list[Row]:
    """Id, status and amount of every order with one of the products."""
    return rows_of(suite, "sales", ORDERS_OF_PRODUCTS, product_ids=list(product_ids))


def revenue_of_sales(suite: LocalSuite) -> Decimal:
    """The sum of all paid orders in the shop that were not called off, less what came back."""
    ((revenue,),) = rows_of(suite, "sales", REVENUE)
    return Decimal(revenue)


def _judged(suite: LocalSuite) -> Suite:
    urls = {service: suite.database_url(service) for service in READ_IN_ORDER}
    return Suite(urls, TIMEZONE, partial(count_queues, suite.amqp_url, suite.state.memory().amqp_prefix))


def _under_way(judged: Suite) -> Iterator[str]:
    """Work that is not done yet: while there is some, it is not worth to compare all rows."""
    for service, count in judged.queues().ready.items():
        if count:
            yield f"{count} events wait for {service}"
    with snapshots(judged.urls, judged.timezone) as read:
        for work in UNDER_WAY:
            if work is not HELD and (count := read.waiting(work).count):
                yield f"{count} {work.name}"


def _disagreements(look: Look) -> Iterator[str]:
    for rule, rows in look.broken.items():
        yield from (f"{rule}: {row}" for row in rows)
    for found in sorted(look.differences):
        yield f"{found.rule}: only in {found.only_in}: {found.row}"
    for name, work in look.waiting.items():
        if work.count and name != HELD.name:
            yield f"{work.count} {name}"
    for service, count in look.queues.dead.items():
        if count:
            yield f"{count} dead letters of {service}"
