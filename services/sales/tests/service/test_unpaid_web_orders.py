"""Web orders that the system cancels because they are not paid (contract §4)."""

import asyncio
from typing import Any

import pytest
from httpx import AsyncClient

from libs.common.contracts.sales import InvoiceChanged, OrderCancelled, OrderPaid
from libs.testing.clock import FakeClock
from libs.testing.outbox import models_in_outbox
from libs.testing.plans import generic_plan
from services.sales.deps import Deps
from services.sales.tests.builders import a_promotion, checked_out, status_of
from services.sales.tests.fakes import FakeStock
from services.sales.tests.invoices import INVOICES, invoiced, shown, take_step
from services.sales.tests.web_orders import a_web_order
from services.sales.usecases.orders.expiring import (
    LOCK_OLDEST_UNPAID,
    WEB_BATCH_MAX,
    cancel_unpaid_web_orders,
)

DUE_DAYS, GRACE_DAYS = 30, 7


async def run(deps: Deps) -> int:
    """The job's run, by the number of orders that it cancelled."""
    return await cancel_unpaid_web_orders(database=deps.database, clock=deps.clock, grace_days=GRACE_DAYS)


async def an_invoiced_order(admin: AsyncClient, deps: Deps, **members: Any) -> tuple[int, int]:
    """The ids of a new order and of its invoice."""
    order_id = await a_web_order(deps.database, deps.clock(), **members)
    return order_id, int((await invoiced(admin, order_id))["id"])


async def test_an_order_is_cancelled_when_it_is_unpaid_after_the_days_of_grace(
    admin: AsyncClient, deps: Deps, clock: FakeClock
) -> None:
    order_id, invoice_id = await an_invoiced_order(admin, deps)
    clock.advance(days=DUE_DAYS + GRACE_DAYS)
    assert (await run(deps), await status_of(deps.database, order_id)) == (0, "pending")
    clock.advance(seconds=1)
    assert (await run(deps), await status_of(deps.database, order_id)) == (1, "cancelled")
    assert (await shown(admin, invoice_id))["status"] == "cancelled"
    assert await run(deps) == 0

    (cancelled,) = await models_in_outbox(deps.database, OrderCancelled)
    assert (cancelled.order_id, cancelled.channel, cancelled.reason) == (order_id, "WEB", "unpaid")
    assert [(item.product_id, item.quantity) for item in cancelled.put_back or ()] == [(15, 2), (16, 2)]
    (closed,) = await models_in_outbox(deps.database, InvoiceChanged)
    assert (closed.invoice_id, closed.status) == (invoice_id, "cancelled")


@pytest.mark.parametrize(
    ("status", "after"),
    [
        ("pending", "cancelled"),
        ("confirmed", "cancelled"),
        ("processing", "cancelled"),
        ("shipped", "shipped"),
        ("delivered", "delivered"),
        ("cancelled", "cancelled"),
    ],
)
async def test_an_order_that_was_shipped_stays(
    admin: AsyncClient, deps: Deps, clock: FakeClock, status: str, after: str
) -> None:
    order_id, _ = await an_invoiced_order(admin, deps)
    await deps.database.execute("update orders set status = %s", [status])
    clock.advance(days=DUE_DAYS + GRACE_DAYS + 1)
    assert (await run(deps), await status_of(deps.database, order_id)) == (int(after != status), after)


async def test_an_order_that_is_paid_deleted_without_an_invoice_or_due_later_stays(
    admin: AsyncClient, deps: Deps, clock: FakeClock
) -> None:
    orders = [await an_invoiced_order(admin, deps) for _ in range(5)]
    (_, paid), (_, without), (deleted, _), (paid_before, replaced), (_, later) = orders
    await take_step(admin, paid, "paid")
    await admin.delete(f"{INVOICES}/{without}")
    await deps.database.execute("update orders set deleted_at = now() where id = %s", [deleted])
    await take_step(admin, replaced, "paid")
    await admin.delete(f"{INVOICES}/{replaced}")
    await invoiced(admin, paid_before)
    await admin.put(f"{INVOICES}/{later}", json={"due_date": "2027-01-01T00:00:00Z"})
    clock.advance(days=DUE_DAYS + GRACE_DAYS + 1)
    assert await run(deps) == 0


async def test_an_order_that_costs_nothing_owes_nothing_and_stays(
    admin: AsyncClient, shopper: AsyncClient, deps: Deps, stock: FakeStock, clock: FakeClock
) -> None:
    stock.products[15].promotion = a_promotion("100")
    free, owing = await checked_out(shopper, (15, 2)), await checked_out(shopper, (20, 1))
    assert (free["order"]["total"], free["invoice"]["status"]) == (0.0, "pending")
    clock.advance(days=DUE_DAYS + GRACE_DAYS + 1)
    assert await run(deps) == 1
    assert await status_of(deps.database, free["order"]["id"]) == "pending"
    assert await status_of(deps.database, owing["order"]["id"]) == "cancelled"


async def test_many_are_cancelled_in_batches_by_several_workers_once_each(
    admin: AsyncClient, deps: Deps, clock: FakeClock
) -> None:
    for _ in range(2 * WEB_BATCH_MAX + 3):
        await an_invoiced_order(admin, deps)
    clock.advance(days=DUE_DAYS + GRACE_DAYS + 1)
    counts = await asyncio.gather(run(deps), run(deps))
    assert sum(counts) + await run(deps) == 2 * WEB_BATCH_MAX + 3
    assert len(await models_in_outbox(deps.database, OrderCancelled)) == 2 * WEB_BATCH_MAX + 3


async def test_an_order_that_is_being_paid_is_left_to_its_payment(
    admin: AsyncClient, deps: Deps, clock: FakeClock
) -> None:
    order_id, invoice_id = await an_invoiced_order(admin, deps)
    clock.advance(days=DUE_DAYS + GRACE_DAYS + 1)
    async with deps.database.transaction() as payment:
        await payment.execute("select from orders where id = %s for update", [order_id])
        assert await run(deps) == 0
    answer, cancelled = await asyncio.gather(take_step(admin, invoice_id, "paid"), run(deps))
    assert (answer.status_code, cancelled) in [(200, 0), (400, 1)]
    assert len(await models_in_outbox(deps.database, OrderPaid)) == 1 - cancelled
    assert await status_of(deps.database, order_id) == ("cancelled" if cancelled else "confirmed")


async def test_the_oldest_unpaid_are_read_in_order_by_the_index_of_open_invoices(
    admin: AsyncClient, deps: Deps
) -> None:
    plan = await generic_plan(deps.database, LOCK_OLDEST_UNPAID)
    assert "Index Scan using ix_invoices_open_due_date" in plan
    assert "Sort" not in plan
