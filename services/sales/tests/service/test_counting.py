"""The operator's counters of orders and money: each thing once, when it is committed."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from httpx import AsyncClient

from libs.testing.clock import FakeClock
from libs.testing.idempotency import lose_answers
from libs.testing.metrics import counts
from services.sales.deps import Deps
from services.sales.tests.builders import an_order, cancel, checked_out, led_to, pay, placed
from services.sales.tests.fakes import FakeCharges
from services.sales.tests.invoices import take_step
from services.sales.usecases.orders.expiring import cancel_unpaid_orders, cancel_unpaid_web_orders
from services.sales.usecases.payments.finishing import OPEN_FOR, finish_open_attempts

KEY = {"Idempotency-Key": "counted-1"}


@contextmanager
def orders(channel: str, outcome: str, by: int = 1) -> Iterator[None]:
    with counts("sales_orders_total", by, channel=channel, outcome=outcome):
        yield


@contextmanager
def revenue(channel: str, amount: float) -> Iterator[None]:
    with counts("sales_revenue_total", amount, channel=channel):
        yield


class TestAtATill:
    async def test_an_order_and_its_payment_are_counted(self, till: AsyncClient) -> None:
        with orders("POS", "placed"), orders("POS", "paid", by=0):
            order = await placed(till)
        with (
            orders("POS", "placed", by=0),
            orders("POS", "paid"),
            revenue("POS", float(order["final_amount"])),
        ):
            await pay(till, order["id"])

    async def test_a_repeat_is_not_counted_again(self, till: AsyncClient, deps: Deps) -> None:
        with orders("POS", "placed"):
            for _ in range(2):
                order = (await till.post("/api/orders/", json=an_order(), headers=KEY)).json()
                await lose_answers(deps.database)
        paying = {"Idempotency-Key": "counted-2"}
        with orders("POS", "paid"), revenue("POS", float(order["final_amount"])):
            for _ in range(2):
                assert (await pay(till, order["id"], headers=paying)).status_code == 200
                await lose_answers(deps.database)
        other = await placed(till)
        cancelling = {"Idempotency-Key": "counted-3"}
        with orders("POS", "cancelled"):
            for _ in range(2):
                assert (await cancel(till, other["id"], headers=cancelling)).status_code == 200
                await lose_answers(deps.database)

    async def test_of_two_payments_at_once_one_is_counted(self, till: AsyncClient) -> None:
        order = await placed(till)
        with orders("POS", "paid"), revenue("POS", float(order["final_amount"])):
            await asyncio.gather(pay(till, order["id"]), pay(till, order["id"], "CARD"))

    async def test_a_refused_order_is_not_counted(self, till: AsyncClient) -> None:
        with orders("POS", "placed", by=0):
            assert (await till.post("/api/orders/", json=an_order((15, 10_000)))).status_code == 400

    async def test_an_order_that_is_unpaid_too_long_has_expired(
        self, till: AsyncClient, deps: Deps, clock: FakeClock
    ) -> None:
        await placed(till)
        clock.advance(days=2)
        with orders("POS", "expired"), orders("POS", "cancelled", by=0):
            for _ in range(2):
                await cancel_unpaid_orders(database=deps.database, clock=clock, pending_hours=24)

    async def test_a_payment_with_points_is_counted(self, till: AsyncClient) -> None:
        order = await placed(till, customer=1)
        with orders("POS", "paid"), revenue("POS", float(order["final_amount"])):
            assert (await pay(till, order["id"], "POINTS")).status_code == 200


class TestRecovered:
    @pytest.mark.parametrize(("is_taken", "outcome"), [(True, "charged"), (False, "not_charged")])
    async def test_an_attempt_that_the_worker_ends_is_counted_once(
        self,
        till: AsyncClient,
        deps: Deps,
        clock: FakeClock,
        charges: FakeCharges,
        *,
        is_taken: bool,
        outcome: str,
    ) -> None:
        order = await placed(till, customer=1)
        charges.loses_answers = is_taken
        charges.down = not is_taken
        assert (await pay(till, order["id"], "POINTS")).status_code == 503
        charges.down = False
        clock.advance(seconds=OPEN_FOR.total_seconds() + 1)
        with (
            counts("sales_recovered_payment_attempts_total", outcome=outcome),
            orders("POS", "paid", by=int(is_taken)),
        ):
            await finish_open_attempts(desk=deps.payments)
            await finish_open_attempts(desk=deps.payments)


class TestInTheWebShop:
    async def test_a_checkout_is_counted_and_its_invoice_pays_it(
        self, shopper: AsyncClient, admin: AsyncClient
    ) -> None:
        with orders("WEB", "placed"):
            checkout = await checked_out(shopper)
        total = float(checkout["invoice"]["amount"])
        with orders("WEB", "paid"), revenue("WEB", total):
            await take_step(admin, checkout["invoice"]["id"], "paid")

    async def test_a_cancellation_is_counted_once(self, shopper: AsyncClient) -> None:
        order_id = (await checked_out(shopper))["order"]["id"]
        with orders("WEB", "cancelled"):
            for _ in range(2):
                await shopper.post(f"/sales/orders/{order_id}/cancel")

    async def test_a_cancellation_that_gives_money_back_is_counted_as_such(
        self, shopper: AsyncClient, admin: AsyncClient
    ) -> None:
        checkout = await checked_out(shopper)
        await take_step(admin, checkout["invoice"]["id"], "paid")
        with orders("WEB", "cancelled_paid"), orders("WEB", "cancelled", by=0):
            answer = await shopper.post(f"/sales/orders/{checkout['order']['id']}/cancel")
            assert answer.status_code == 200

    async def test_an_order_that_is_unpaid_too_long_has_expired(
        self, shopper: AsyncClient, deps: Deps, clock: FakeClock
    ) -> None:
        await checked_out(shopper)
        clock.advance(days=60)
        with orders("WEB", "expired"):
            for _ in range(2):
                await cancel_unpaid_web_orders(database=deps.database, clock=clock, grace_days=7)

    async def test_a_return_is_counted_with_its_money_when_it_is_processed(
        self, shopper: AsyncClient, admin: AsyncClient
    ) -> None:
        order_id = (await checked_out(shopper, (20, 5)))["order"]["id"]
        await led_to(admin, order_id, "confirmed", "processing", "shipped", "delivered")
        item = {"product_id": 20, "quantity": 2, "reason": "Llegó dañado"}
        asked = await shopper.post("/sales/returns", json={"order_id": order_id, "items": [item]})
        returned = asked.json()["return"]
        status = f"/sales/returns/{returned['id']}/status"
        with counts("sales_refunds_total", by=0, channel="WEB"):
            await admin.patch(status, json={"status": "approved"})
        with (
            counts("sales_refunds_total", channel="WEB"),
            counts("sales_refunded_money_total", float(returned["total_refund"]), channel="WEB"),
        ):
            for _ in range(2):
                await admin.patch(status, json={"status": "processed"})
