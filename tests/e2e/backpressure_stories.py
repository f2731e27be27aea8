"""Stories of more work than the suite can do: it is refused soon, and served again once there is room."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
from psycopg import sql

from deploy.local.suite import LocalSuite
from libs.testing.pos import UNAVAILABLE
from tests.e2e.alarms import memory_alarm
from tests.e2e.books import assert_nothing_held, orders_of, rows_of
from tests.e2e.crowds import Told, ask_at_once
from tests.e2e.shop import Shop, done
from tests.e2e.tills import BusyTills, Goods
from tests.e2e.waiting import eventually
from tests.e2e.watching import watched

Story = Callable[[LocalSuite, Shop], None]

CROWD = 150
"""Above the gateway's 100 requests at a time to a service, below its 200 connections of an address."""
BURST = 2_000
SLOTS = 100
REFUSED_SECONDS = 20
"""A connection is waited for 3 s, then a lock 4 s; the rest is for a busy machine."""
SERVED_AGAIN_SECONDS = 30
GROWN_MIB = 64
ALARM_SALES = 20


def a_table_that_is_locked(suite: LocalSuite, shop: Shop) -> None:
    """Whatever needs the table is refused, whatever does not goes on, and nothing is half done."""
    product_id = shop.new_product(stock=CROWD)
    order = {"items": [{"product_id": product_id, "quantity": 1}]}
    url = f"{shop.url}/api/orders/"
    questions = [("GET", url, None), ("POST", url, order)] * (CROWD // 2)
    with locked(suite, "sales", "orders"), watched(suite, "sales") as sales:
        with ThreadPoolExecutor(1) as crowd:
            asking = crowd.submit(ask_at_once, questions, shop.cashier_token)
            done(shop.owner.get("/api/products/"))
        answers = asking.result()
    assert_refused(answers)
    assert sales.in_flight <= SLOTS
    assert sales.grown_mib < GROWN_MIB
    assert_nothing_held(suite, within_seconds=REFUSED_SECONDS)
    assert (orders_of(suite, [product_id]), shop.stock_of(product_id)) == ([], CROWD)

    def is_sold() -> None:
        [answer] = ask_at_once([("POST", url, order)], shop.cashier_token)
        assert answer.status == 201, answer

    eventually(is_sold, within_seconds=SERVED_AGAIN_SECONDS)


def two_thousand_at_one_process(suite: LocalSuite, shop: Shop) -> None:
    """Those for whom there is room are answered, the others refused, and the process stays as it was."""
    url = f"http://127.0.0.1:{suite.ports.web('catalog')}/api/products/?limit=50"
    [before] = ask_at_once([("GET", url, None)], shop.cashier_token)
    with watched(suite, "catalog") as catalog:
        answers = ask_at_once([("GET", url, None)] * BURST, shop.cashier_token)
    served = [answer for answer in answers if answer.status == 200]
    assert served, "nobody was answered"
    assert {str(answer.body) for answer in served} == {str(before.body)}
    refused = [answer for answer in answers if answer.status != 200]
    assert refused, "there was room for all"
    assert_refused(refused)
    assert catalog.grown_mib < GROWN_MIB
    [after] = ask_at_once([("GET", url, None)], shop.cashier_token)
    assert after.status == 200


def a_broker_without_memory(suite: LocalSuite, shop: Shop) -> None:
    """Sales go on and their events wait on disk, in no process; then all are published."""
    goods = Goods(
        [shop.new_product(stock=100_000) for _ in range(2)], [shop.new_customer(credit_limit="1000000.00")]
    )
    with BusyTills(shop, goods) as tills:
        tills.sell_for(1)
        with memory_alarm(suite), watched(suite, "sales") as sales, watched(suite, "sales-worker") as worker:
            tills.wait_for_sales(ALARM_SALES)
            assert waiting_events(suite) >= ALARM_SALES
            assert {name for name in suite.not_ready() if not name.endswith("-worker")} == set()
        assert max(sales.grown_mib, worker.grown_mib) < GROWN_MIB
    suite.wait_ready()


def waiting_events(suite: LocalSuite) -> int:
    """The events in the outbox of sales."""
    [(count,)] = rows_of(suite, "sales", "select count(*) from outbox")
    return int(count)


def assert_refused(answers: list[Told]) -> None:
    """Fail unless each was refused soon, in the words of its dialect, and told when to come back."""
    assert {answer.status for answer in answers} == {503}, {answer.status: answer for answer in answers}
    assert [answer for answer in answers if answer.body != UNAVAILABLE or answer.retry_after < 1] == []
    assert max(answer.seconds for answer in answers) < REFUSED_SECONDS


@contextmanager
def locked(suite: LocalSuite, service: str, table: str) -> Iterator[None]:
    """Nobody else can read or write the table within the block."""
    lock = sql.SQL("lock table {} in access exclusive mode").format(sql.Identifier(table))
    with psycopg.connect(suite.postgres_admin_url, dbname=service) as database:
        database.execute(lock)
        yield
        database.rollback()


STORIES: list[Story] = [a_table_that_is_locked, two_thousand_at_one_process, a_broker_without_memory]
