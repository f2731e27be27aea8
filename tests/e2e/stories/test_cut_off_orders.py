"""Orders whose sales process is killed between stock and commit."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Event
from uuid import uuid4

import psycopg
import pytest

from deploy.local.suite import LocalSuite
from tests.e2e.books import assert_books_agree, assert_nothing_held, orders_of
from tests.e2e.shop import Shop, made
from tests.e2e.tills import Till
from tests.e2e.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

CUT_OFF_ORDERS = 6
COUNT_WHAT_WAITS = "select count(*) from pg_locks where not granted and relation = 'orders'::regclass"
END_WHAT_WAITS = """
select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and pid = any(select pid from pg_locks where not granted)
"""


def test_orders_cut_off_between_stock_and_commit_give_their_stock_back(suite: LocalSuite, shop: Shop) -> None:
    product_id = shop.new_product(stock=20)
    left = 20 - CUT_OFF_ORDERS
    keys = _cut_off(suite, shop, product_id, CUT_OFF_ORDERS)
    assert shop.stock_of(product_id) == left  # the stock is not for sale, because an order may still commit
    assert orders_of(suite, [product_id]) == []
    suite.wait_ready("sales")
    # The tills repeat their requests: each order is placed again and allocates its stock a second time.
    with ThreadPoolExecutor(CUT_OFF_ORDERS) as customers:
        placed = set(customers.map(lambda key: _place_one(shop, product_id, key), keys))
    assert {order_id for order_id, _, _ in orders_of(suite, [product_id])} == placed
    assert len(placed) == CUT_OFF_ORDERS
    assert_nothing_held(suite)
    assert shop.stock_of(product_id) == left
    assert_books_agree(suite)


def test_a_till_sells_the_last_piece_by_repeating_a_request_that_sales_died_of(
    suite: LocalSuite, shop: Shop
) -> None:
    product_id = shop.new_product(stock=1)
    (key,) = _cut_off(suite, shop, product_id, 1)
    suite.wait_ready("sales")
    _place_one(shop, product_id, key)
    assert shop.stock_of(product_id) == 0
    assert_nothing_held(suite)
    assert_books_agree(suite)


@contextmanager
def _nobody_commits_an_order(suite: LocalSuite) -> Iterator[psycopg.Connection]:
    """Block the insert of orders: an order waits there with its stock allocated.

    Only the superuser may end the connections of sales' processes.
    """
    with psycopg.connect(suite.postgres_admin_url, dbname="sales") as database:
        database.execute("lock table orders in share row exclusive mode")
        yield database
        database.rollback()


def _cut_off(suite: LocalSuite, shop: Shop, product_id: int, orders: int) -> list[str]:
    """Kill sales while so many tills order a piece each: its stock is allocated, and no order commits.

    Returns the keys of the requests, which no till has repeated.
    """
    keys, sales, given_up = [str(uuid4()) for _ in range(orders)], suite.states()["sales"].pid, Event()
    with ThreadPoolExecutor(orders) as tills:
        with _nobody_commits_an_order(suite) as database:
            cut_off = [tills.submit(_place_one, shop, product_id, key, given_up) for key in keys]
            eventually(partial(_stop_where_orders_wait, sales, database, orders), within_seconds=60)
            given_up.set()
            suite.kill("sales", signal.SIGKILL)
            database.execute(END_WHAT_WAITS)  # otherwise PostgreSQL would commit the waiting statements
        assert all("Bad gateway" in str(order.exception()) for order in cut_off)
    return keys


def _stop_where_orders_wait(sales: int, database: psycopg.Connection, orders: int) -> None:
    """Stop the process of sales while it waits for so many inserts, which PostgreSQL refuses after 4 s.

    Until it is killed it gives no stock back.
    """
    assert database.execute(COUNT_WHAT_WAITS).fetchone() == (orders,)
    os.kill(sales, signal.SIGSTOP)
    if database.execute(COUNT_WHAT_WAITS).fetchone() != (orders,):
        os.kill(sales, signal.SIGCONT)
        raise AssertionError("an order was refused just before")


def _place_one(shop: Shop, product_id: int, key: str, giving_up: Event | None = None) -> int:
    """Order a piece, with this key, until that is answered; the order's id."""
    with Till(shop, giving_up) as till:
        answer = till.ask("/api/orders/", {"items": [{"product_id": product_id, "quantity": 1}]}, key)
    return int(made(answer)["id"])
