"""Services, broker and database that are away for a while."""

import json
import signal

import httpx
import pytest

from deploy.local.suite import LocalSuite
from deploy.logins import ADMINISTRATOR, DEFINITIONS
from tests.e2e.books import assert_books_agree, assert_nothing_lost_or_doubled, revenue_of_sales
from tests.e2e.shop import Shop, made
from tests.e2e.stories.counter import pay, place_order
from tests.e2e.tills import BUSY_TILLS, BusyTills, Goods, Till
from tests.e2e.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

BROKER_AWAY_SECONDS = 8
"""Until then the pauses between two attempts to reach it have become as long as they get: 2 s after 3 s."""
EVERY_SALE_NEEDS = ("sales", "catalog", "gateway")
QUICK_SECONDS = 20
"""A refusal arrives within this time, even on a machine that is busy with other tests."""
FIRST_READS = (
    "/api/users/",
    "/api/products/",
    "/api/orders/",
    "/api/customers/",
    "/api/chatbotusers/",
    "/api/analytics/sales-summary/",
)
SERVED_AGAIN_WITHIN_SECONDS = 10
"""After a process is ready again, its callers and their repeats get through within this time: a second on a
machine with nothing else to do."""
ENDED_WITHIN_SECONDS = 60
"""A payment with a balance that has no answer is paid, or can be paid again, within this time."""
OWNER_AT_BROKER = {
    "exchanges": "name",
    "queues": "name",
    "bindings": "destination",
    "permissions": "user",
    "topic_permissions": "user",
}
POS_UNAVAILABLE = {"detail": "Service temporarily unavailable."}
STORE_UNAVAILABLE = {"error": "Service temporarily unavailable"}


def test_without_catalog_orders_are_refused_at_once_and_customers_are_served(
    suite: LocalSuite, shop: Shop
) -> None:
    product_id = shop.new_product(stock=5)
    suite.stop_process("catalog")
    _assert_unavailable(shop.owner.get("/api/products/"), POS_UNAVAILABLE)
    _assert_unavailable(shop.owner.get("/products"), STORE_UNAVAILABLE)
    order = {"items": [{"product_id": product_id, "quantity": 1}]}
    _assert_unavailable(shop.owner.post("/api/orders/", json=order), POS_UNAVAILABLE)
    assert shop.owner.get("/api/customers/").status_code == 200
    assert shop.owner.get("/api/orders/").status_code == 200
    assert shop.owner.get("/health").json()["status"] == "degraded"

    suite.start_process("catalog")
    suite.wait_ready("catalog")
    with Till(shop) as till:
        till.sell(order)
    assert shop.stock_of(product_id) == 4


def test_a_payment_that_customers_does_not_answer_ends_by_itself(suite: LocalSuite, shop: Shop) -> None:
    order = place_order(shop, shop.new_product(stock=1), pieces=1, customer_id=shop.new_customer())
    suite.stop_process("customers")
    _assert_unavailable(pay(shop, order, "POINTS"), POS_UNAVAILABLE)
    assert pay(shop, order, "CASH").status_code == 400
    assert shop.owner.post(f"/api/orders/{order['id']}/cancel/", json={}).status_code == 400
    assert shop.owner.get(f"/api/orders/{order['id']}/").json()["status"] == "PENDING"

    suite.start_process("customers")
    suite.wait_ready("customers")

    def can_be_paid() -> None:
        assert pay(shop, order, "CASH").status_code == 200

    eventually(can_be_paid, within_seconds=ENDED_WITHIN_SECONDS)
    assert_books_agree(suite)


def test_each_process_is_restarted_while_tills_sell(suite: LocalSuite, shop: Shop, goods: Goods) -> None:
    # Sales comes first, while all tills are at work. The last turn is shared; the short day ends each alone.
    alone = [suite.processes_of(name) for name in EVERY_SALE_NEEDS]
    others = sorted({process.name for process in suite.processes}.difference(*alone))
    with BusyTills(shop, goods) as tills:
        tills.wait_for_sales(BUSY_TILLS)
        for turn in (*alone, others):
            suite.restart(*turn)
            tills.sell_at_another()
        tills.wait_for_sales(BUSY_TILLS)
    assert_nothing_lost_or_doubled(suite, shop, goods, tills)


def test_sales_go_on_without_the_broker_and_their_events_arrive_later(
    suite: LocalSuite, shop: Shop, goods: Goods
) -> None:
    if "rabbitmq" not in suite.states():
        pytest.skip("the RabbitMQ here is not the suite's own: it cannot be stopped")
    with BusyTills(shop, goods) as tills:
        suite.stop_process("rabbitmq")
        tills.sell_for(BROKER_AWAY_SECONDS)
        tills.wait_for_sales(BUSY_TILLS)
        assert "broker" in suite.not_ready()["analytics-worker"]
        assert shop.revenue() < revenue_of_sales(suite)
        suite.start_process("rabbitmq")
        suite.wait_ready("rabbitmq")
        suite.wait_ready()
    assert_nothing_lost_or_doubled(suite, shop, goods, tills)


def test_a_broker_has_what_was_taken_away_of_its_queues_and_rights_after_a_restart(
    suite: LocalSuite, shop: Shop, goods: Goods
) -> None:
    if "rabbitmq" not in suite.states():
        pytest.skip("the RabbitMQ here is not the suite's own: it cannot be restarted")
    before = _made_at_broker(suite)
    with _management(suite) as api:
        for gone in ("exchanges/%2F/events", "queues/%2F/sales.retry.5", "permissions/%2F/sales"):
            api.delete(f"/api/{gone}").raise_for_status()
    with BusyTills(shop, goods) as tills:
        tills.wait_for_sales(BUSY_TILLS)
        suite.restart("rabbitmq")
        assert _made_at_broker(suite) == before
        suite.wait_ready()
    assert_nothing_lost_or_doubled(suite, shop, goods, tills)


def test_sales_come_back_with_the_database(suite: LocalSuite, shop: Shop, goods: Goods) -> None:
    if "postgres" not in suite.states():
        pytest.skip("the PostgreSQL here is not the suite's own: it cannot be stopped")
    with BusyTills(shop, goods) as tills:
        tills.wait_for_sales(BUSY_TILLS)
        suite.kill("postgres", signal.SIGQUIT)  # as in a crash: ends at once and recovers from the WAL
        tills.sell_at_another()

        suite.stop_process("postgres")
        _assert_unavailable(shop.owner.get("/api/orders/"), POS_UNAVAILABLE)
        shopper = {"username": "somebody", "password": "some-password"}
        _assert_unavailable(shop.owner.post("/auth/login", json=shopper), STORE_UNAVAILABLE)
        assert "database" in suite.not_ready()["sales"]
        suite.start_process("postgres")
        tills.sell_at_another()
        suite.wait_ready()
    assert_nothing_lost_or_doubled(suite, shop, goods, tills)


@pytest.mark.parametrize("name", ["sales", "catalog"])
def test_a_till_sells_soon_after_a_process_is_back(suite: LocalSuite, shop: Shop, name: str) -> None:
    order = {"items": [{"product_id": shop.new_product(stock=1_000), "quantity": 1}]}
    with shop.cashier() as till:
        suite.kill(name, signal.SIGKILL)
        while name in suite.not_ready():
            till.post("/api/orders/", json=order)  # each failure keeps the breakers open

        def is_sold() -> None:
            assert till.post("/api/orders/", json=order).status_code == 201

        eventually(is_sold, within_seconds=SERVED_AGAIN_WITHIN_SECONDS)
    assert_books_agree(suite)


def test_the_first_request_to_each_service_after_the_database_restarted_is_answered(
    suite: LocalSuite, shop: Shop
) -> None:
    if "postgres" not in suite.states():
        pytest.skip("the PostgreSQL here is not the suite's own: it cannot be stopped")
    shop.revenue()
    suite.restart("postgres")
    for path in FIRST_READS:
        assert shop.owner.get(path).status_code != 503, path
    suite.restart("postgres")
    shop.new_product(stock=1)
    shop.new_customer()
    order = {"items": [{"product_id": shop.new_product(stock=1), "quantity": 1}]}
    made(shop.owner.post("/api/orders/", json=order))


def _assert_unavailable(answer: httpx.Response, body: dict[str, str]) -> None:
    assert (answer.status_code, answer.json()) == (503, body)
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.elapsed.total_seconds() < QUICK_SECONDS


def _management(suite: LocalSuite) -> httpx.Client:
    memory = suite.state.memory()
    return httpx.Client(
        base_url=memory.amqp_management_url, auth=(ADMINISTRATOR, memory.rabbitmq_password), timeout=30
    )


def _made_at_broker(suite: LocalSuite) -> set[str]:
    """What the suite's broker has of its definitions; stories before have made subscribers, with queues."""
    defined = json.loads(DEFINITIONS.read_text())
    with _management(suite) as api:
        made = api.get("/api/definitions").raise_for_status().json()
    return {
        f"{kind} {json.dumps(each, sort_keys=True)}"
        for kind, owner in OWNER_AT_BROKER.items()
        if (owners := {each[owner] for each in defined[kind]})
        for each in made[kind]
        if each[owner] in owners
    }
