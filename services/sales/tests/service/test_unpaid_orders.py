"""Orders of tills that the system cancels because they are not paid (contract §4)."""

import asyncio

from httpx import AsyncClient

from libs.testing.clock import FakeClock
from libs.testing.outbox import events_in_outbox
from services.sales.deps import Deps
from services.sales.tests.builders import paid, pay, placed
from services.sales.usecases.orders.expiring import BATCH_MAX, cancel_unpaid_orders


async def run(deps: Deps) -> int:
    """The job's run, by the number of orders that it cancelled."""
    return await cancel_unpaid_orders(database=deps.database, clock=deps.clock, pending_hours=24)


async def test_the_system_cancels_orders_not_paid_in_time(
    till: AsyncClient, deps: Deps, clock: FakeClock
) -> None:
    await placed(till)
    await paid(till)
    clock.advance(hours=23)
    await placed(till)
    clock.advance(hours=1, seconds=1)
    assert await run(deps) == 1
    orders = (await till.get("/api/orders/?ordering=id")).json()
    assert [order["status"] for order in orders] == ["CANCELLED", "PAID", "PENDING"]
    (event,) = await events_in_outbox(deps.database, "sales.order_cancelled.v1")
    assert (event.data["order_id"], event.data["reason"]) == (1, "unpaid")


async def test_an_order_exactly_24_hours_old_may_still_be_paid(
    till: AsyncClient, deps: Deps, clock: FakeClock
) -> None:
    await placed(till)
    clock.advance(hours=24)
    assert await run(deps) == 0


async def test_many_unpaid_orders_are_cancelled_batch_by_batch(
    till: AsyncClient, deps: Deps, clock: FakeClock
) -> None:
    count = BATCH_MAX + 5
    await asyncio.gather(*(placed(till) for _ in range(count)))
    clock.advance(hours=25)
    assert await run(deps) == count
    assert len(await events_in_outbox(deps.database, "sales.order_cancelled.v1")) == count


async def test_two_rounds_at_once_cancel_each_order_once(
    till: AsyncClient, deps: Deps, clock: FakeClock
) -> None:
    await asyncio.gather(*(placed(till) for _ in range(20)))
    clock.advance(hours=25)
    cancelled = await asyncio.gather(*(run(deps) for _ in range(2)))
    assert sum(cancelled) == 20
    assert len(await events_in_outbox(deps.database, "sales.order_cancelled.v1")) == 20


async def test_an_order_that_is_being_paid_is_left_to_its_payment(
    till: AsyncClient, deps: Deps, clock: FakeClock
) -> None:
    order = await placed(till)
    clock.advance(hours=25)
    async with deps.database.transaction() as payment:
        await payment.execute("update orders set payment_method = 'CASH' where id = %s", [order["id"]])
        assert await run(deps) == 0
    assert (await pay(till, order["id"])).status_code == 200
