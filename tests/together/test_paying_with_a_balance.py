"""Sales and customers as they run: points and credit pay orders, at once or with one of them away."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from libs.common.clock import system_clock
from libs.common.contracts.sales import OrderPaid
from libs.common.db.database import Database
from libs.common.messaging.inbox import take_in
from libs.servers.processes import LOOPBACK, free_ports
from libs.testing.databases import WorkerDatabase, as_process
from libs.testing.outbox import models_in_outbox
from libs.testing.patience import patient
from libs.testing.received import received
from libs.testing.settings import NOBODY, common_settings
from libs.testing.tokens import Tokens
from libs.testing.waiting import eventually
from services.customers import deps as customers_deps
from services.customers import main as customers_main
from services.customers.consumers import subscriptions
from services.customers.settings import CustomersSettings
from services.sales import deps as sales_deps
from services.sales import main as sales_main
from services.sales.settings import SalesSettings
from services.sales.tests.builders import pay, placed, status_of
from services.sales.tests.fakes import FakeStock, Product
from services.sales.usecases.payments.desk import PaymentDesk
from services.sales.usecases.payments.finishing import finish_open_attempts
from tests.together.conftest import listening

KEY = {"Idempotency-Key": "payment-1"}
INSERT_CUSTOMER = """
    insert into customers (first_name, last_name, phone_number, current_points, credit_limit, created_at)
    values ('Maria', 'González', '5544332211', 300, 1000, now())
"""
INSERT_POINTS = """
    insert into points_ledger (customer_id, amount, transaction_type, description, created_at)
    values (1, 300, 'EARN', 'Puntos', now())
"""
BALANCES = """
    select current_points, credit_used,
        (select sum(amount) from points_ledger)::bigint as points_ledger,
        (select coalesce(sum(amount), 0) from credit_ledger) as credit_ledger
    from customers
"""


@dataclass(frozen=True)
class Shop:
    """Both services. Customer 1 has 300 points and a limit of 1,000; product 15 costs 100.00."""

    till: httpx.AsyncClient
    sales: sales_deps.Deps
    build_customers: Callable[[], customers_deps.Deps]
    customers_port: int
    customers: Database

    @asynccontextmanager
    async def with_customers(self) -> AsyncIterator[None]:
        """Customers answers within the block."""
        async with listening(customers_main.create_app(self.build_customers()), self.customers_port):
            yield

    async def balances(self) -> dict[str, Any]:
        """Points and debt of the customer, and what the ledgers say."""
        (balances,) = await self.customers.fetch_dicts(BALANCES)
        return balances

    async def run_job(self) -> None:
        """Run the job of sales' worker as a minute later."""
        desk = self.sales.payments
        later = PaymentDesk(desk.database, desk.charges, lambda: system_clock() + timedelta(minutes=1))
        await finish_open_attempts(desk=later)


@pytest.fixture
async def shop(
    database_of: Callable[[str], WorkerDatabase], tokens: Tokens, tmp_path: Path
) -> AsyncIterator[Shop]:
    """Sales answers, and customers when the test says so; catalog is faked."""

    def settings(service: str) -> dict[str, Any]:
        database = database_of(service)
        database.empty()
        return common_settings(as_process(database.url), tokens.write_keys(tmp_path, service))

    port, sales_port = free_ports(2)
    stock = FakeStock()
    stock.products = {15: Product("Coca Cola", Decimal("100.00"), "EXENT")}
    sales_settings = SalesSettings(
        **settings("sales"),
        auth_url=NOBODY,
        catalog_url=NOBODY,
        customers_url=f"http://{LOOPBACK}:{port}",
    )
    sales = patient(
        tokens.trusted_by(
            sales_deps.build_deps(
                sales_settings, others=lambda parts: replace(sales_deps.clients_of(parts), stock=stock)
            )
        )
    )
    customers_settings = CustomersSettings(**settings("customers"), sales_url=NOBODY)

    def build_customers() -> customers_deps.Deps:
        return tokens.trusted_by(customers_deps.build_deps(customers_settings))

    customers = Database(customers_settings.database_url)
    await customers.open()
    await customers.execute(INSERT_CUSTOMER)
    await customers.execute(INSERT_POINTS)
    async with (
        listening(sales_main.create_app(sales), sales_port),
        httpx.AsyncClient(
            base_url=f"http://{LOOPBACK}:{sales_port}",
            headers=tokens.bearer(role="EMPLOYEE", user_id=7),
            timeout=60,
        ) as till,
    ):
        await sales.database.pool.wait()
        yield Shop(till, sales, build_customers, port, customers)
    await customers.close()


@pytest.fixture
async def open_shop(shop: Shop) -> AsyncIterator[Shop]:
    """The shop with both services."""
    async with shop.with_customers():
        yield shop


async def test_points_and_credit_are_taken_once_and_the_books_say_so(open_shop: Shop) -> None:
    for method in ("POINTS", "CREDIT"):
        order = await placed(open_shop.till, (15, 1), customer=1)
        assert (await pay(open_shop.till, order["id"], method)).status_code == 200
    assert await open_shop.balances() == {
        "current_points": 200,
        "credit_used": Decimal("100.00"),
        "points_ledger": 200,
        "credit_ledger": Decimal("100.00"),
    }


async def test_refusals_are_in_the_documents_words_and_take_nothing(open_shop: Shop) -> None:
    before = await open_shop.balances()
    order = await placed(open_shop.till, (15, 11), customer=1)
    points = await pay(open_shop.till, order["id"], "POINTS")
    assert (points.status_code, points.json()) == (
        400,
        {"detail": "Saldo de puntos insuficiente. Puntos disponibles: 300.00, Total a pagar: 1100.00"},
    )
    credit = await pay(open_shop.till, order["id"], "CREDIT")
    assert (credit.status_code, credit.json()) == (
        400,
        {
            "detail": "El cliente excede su límite de crédito. "
            "Límite: 1000.00, Saldo actual: 0.00, Compra: 1100.00"
        },
    )
    assert await open_shop.balances() == before
    assert await status_of(open_shop.sales.database, order["id"]) == "PENDING"


async def test_a_customer_who_was_deleted_after_the_order_pays_nothing(open_shop: Shop) -> None:
    order = await placed(open_shop.till, (15, 1), customer=1)
    await open_shop.customers.execute("update customers set deleted_at = now()")
    answer = await pay(open_shop.till, order["id"], "POINTS")
    assert (answer.status_code, answer.json()) == (
        400,
        {"customer": ['Invalid pk "1" - object does not exist.']},
    )


@pytest.mark.parametrize(("method", "affordable"), [("POINTS", 3), ("CREDIT", 10)])
async def test_orders_paid_at_once_take_what_there_is_and_no_more(
    open_shop: Shop, method: str, affordable: int
) -> None:
    orders = [await placed(open_shop.till, (15, 1), customer=1) for _ in range(16)]
    answers = await asyncio.gather(*(pay(open_shop.till, order["id"], method) for order in orders))
    assert sorted(answer.status_code for answer in answers) == [200] * affordable + [400] * (16 - affordable)
    balances = await open_shop.balances()
    assert (balances["current_points"], balances["credit_used"]) == (
        (0, Decimal("0.00")) if method == "POINTS" else (300, Decimal("1000.00"))
    )
    assert balances["current_points"] == balances["points_ledger"]
    assert balances["credit_used"] == balances["credit_ledger"]


async def test_points_are_redeemed_by_hand_and_pay_orders_at_once_without_falling_below_zero(
    open_shop: Shop,
) -> None:
    orders = [await placed(open_shop.till, (15, 1), customer=1) for _ in range(8)]
    redeem = {"transaction_type": "REDEEM", "amount": 50, "description": "Canje"}
    by_hand = f"http://{LOOPBACK}:{open_shop.customers_port}/api/customers/1/points/"
    answers = await asyncio.gather(
        *(pay(open_shop.till, order["id"], "POINTS") for order in orders),
        *(open_shop.till.post(by_hand, json=redeem) for _ in range(8)),
    )
    paid, redeemed = ([answer.is_success for answer in some] for some in (answers[:8], answers[8:]))
    balances = await open_shop.balances()
    assert balances["current_points"] == balances["points_ledger"] >= 0
    assert 300 - 100 * sum(paid) - 50 * sum(redeemed) == balances["current_points"] < 50
    statuses = [await status_of(open_shop.sales.database, order["id"]) for order in orders]
    assert statuses == ["PAID" if was_paid else "PENDING" for was_paid in paid]


async def test_an_answer_that_comes_too_late_is_not_waited_for_and_the_order_ends_as_the_charge_did(
    open_shop: Shop,
) -> None:
    order = await placed(open_shop.till, (15, 1), customer=1)
    async with open_shop.customers.transaction() as tx:
        await tx.execute("select from customers for update")
        assert (await pay(open_shop.till, order["id"], "POINTS")).status_code == 503
        assert await status_of(open_shop.sales.database, order["id"]) == "PAYING"

    async def has_ended() -> bool:
        await open_shop.run_job()
        return await status_of(open_shop.sales.database, order["id"]) != "PAYING"

    await eventually(has_ended)
    points = (await open_shop.balances())["current_points"]
    assert (await status_of(open_shop.sales.database, order["id"]), points) in {
        ("PAID", 200),
        ("PENDING", 300),
    }


async def test_while_customers_is_away_nothing_is_charged_and_the_order_is_open_again_when_it_is_back(
    shop: Shop,
) -> None:
    async with shop.with_customers():
        order = await placed(shop.till, (15, 1), customer=1)
    answer = await pay(shop.till, order["id"], "POINTS")
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
    await shop.run_job()
    assert await status_of(shop.sales.database, order["id"]) == "PAYING"

    async def is_open_again() -> bool:
        await shop.run_job()
        return await status_of(shop.sales.database, order["id"]) == "PENDING"

    async with shop.with_customers():
        await eventually(is_open_again)
        assert (await shop.balances())["current_points"] == 300
        assert (await pay(shop.till, order["id"], "POINTS")).status_code == 200


async def test_a_repeat_with_the_same_key_pays_when_customers_is_back(shop: Shop) -> None:
    async with shop.with_customers():
        order = await placed(shop.till, (15, 1), customer=1)
    assert (await pay(shop.till, order["id"], "POINTS", KEY)).status_code == 503

    async def is_paid() -> bool:
        return (await pay(shop.till, order["id"], "POINTS", KEY)).status_code == 200

    async with shop.with_customers():
        await eventually(is_paid)
        assert (await shop.balances())["current_points"] == 200


async def test_a_ticket_has_the_balance_with_its_points_before_and_after_customers_has_booked_them(
    shop: Shop,
) -> None:
    async with shop.with_customers():
        order = await placed(shop.till, (15, 1), customer=1)
        assert (await pay(shop.till, order["id"], "POINTS")).status_code == 200
        assert await points_on_ticket(shop, order["id"]) == {"earned": 1, "balance": 201}
        await let_customers_hear(shop)
        assert (await shop.balances())["current_points"] == 201
        assert await points_on_ticket(shop, order["id"]) == {"earned": 1, "balance": 201}
    assert await points_on_ticket(shop, order["id"]) == {"earned": 1, "balance": None}


async def points_on_ticket(shop: Shop, order_id: int) -> object:
    answer = await shop.till.get(f"/api/orders/{order_id}/ticket/")
    assert answer.status_code == 200, answer.text
    return answer.json()["points"]


async def let_customers_hear(shop: Shop) -> None:
    """Deliver the paid orders in sales' outbox to customers."""
    paid_orders = await models_in_outbox(shop.sales.database, OrderPaid)
    consumed = subscriptions(shop.sales.settings.store_timezone)
    customers = shop.build_customers()
    await customers.open()
    await take_in(customers.database, consumed, [received(order) for order in paid_orders])
    await customers.close()
