"""GET /internal/exports: analytics reads again what the events of sales have told."""

from typing import Any

import pytest
from httpx import AsyncClient

from libs.common.contracts.internal.endpoint import Endpoint
from libs.common.contracts.internal.sales import (
    EXPORT_ORDER_RETURNS,
    EXPORT_PAID_ORDERS,
    EXPORT_PROCESSED_RETURNS,
    EXPORT_UNDONE_ORDERS,
    ORDER_RETURNS,
    PAID_ORDERS,
    PROCESSED_RETURNS,
    UNDONE_ORDERS,
)
from libs.common.contracts.internal.samples import sample
from libs.testing.clock import FakeClock
from libs.testing.exports import exported, page_of
from libs.testing.outbox import events_in_outbox
from libs.testing.samples import ask
from libs.testing.statements import counted_statements
from libs.testing.tokens import Tokens
from services.sales.deps import Deps
from services.sales.tests.builders import cancel, checked_out, led_to, paid, placed
from services.sales.tests.fakes import FakeCharges
from services.sales.tests.invoices import invoiced, take_step
from services.sales.tests.returns import paid_by
from services.sales.tests.returns import returned as brought_back

COLA, BREAD = 15, 20
ORDER_UUID = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
RETURN_UUID = "0f8e2c1a-6f0d-4f0e-9f0c-1a2b3c4d5e6f"
EXPORTS = (PAID_ORDERS, UNDONE_ORDERS, PROCESSED_RETURNS, ORDER_RETURNS)

MANY_LONG_ORDERS = """
with placed as (
    insert into orders (uuid, channel, status, ticket_folio, user_id, subtotal, total_tax, final_amount,
        money_saved_total, payment_method, created_at, paid_at)
    select gen_random_uuid(), 'POS', 'PAID', lpad(number::text, 8, '0'), 7, 0, 0, 0, 0, 'CASH', now(), now()
    from generate_series(1, 30) as number
    returning id
)
insert into order_lines (order_id, line, product_id, product_name, quantity, unit_price, tax_amount,
    discount_amount, amount, tax_rate)
select id, line, line, 'Product', 1, 0, 0, 0, 0, '0.16' from placed, generate_series(1, 500) as line
"""


@pytest.fixture
def analytics(tokens: Tokens) -> dict[str, str]:
    """The token of analytics."""
    return tokens.service(caller="analytics", audience="sales")


async def told(deps: Deps, event_type: str) -> list[dict[str, Any]]:
    """The payloads of the events in the outbox, in the order of their publication."""
    return [event.data for event in await events_in_outbox(deps.database, event_type)]


async def paid_web_order(shopper: AsyncClient, admin: AsyncClient, *items: tuple[int, int]) -> dict[str, Any]:
    """A web order whose invoice was paid: the answer to its checkout."""
    checkout = await checked_out(shopper, *items)
    answer = await take_step(admin, checkout["invoice"]["id"], "paid")
    assert answer.status_code == 200, answer.text
    return checkout


async def returned(admin: AsyncClient, order_id: int, *items: tuple[int, int], status: str) -> int:
    """The id of a return of (product, quantity) items that was led to the status at once."""
    body = {
        "order_id": order_id,
        "status": status,
        "items": [
            {"product_id": product, "quantity": quantity, "reason": "Dañado"} for product, quantity in items
        ],
    }
    answer = await admin.post("/sales/returns", json=body)
    assert answer.status_code == 201, answer.text
    return_id: int = answer.json()["return"]["id"]
    return return_id


class TestPaidOrders:
    async def test_the_export_says_what_the_events_said(
        self,
        *,
        till: AsyncClient,
        shopper: AsyncClient,
        admin: AsyncClient,
        deps: Deps,
        charges: FakeCharges,
        clock: FakeClock,
        analytics: dict[str, str],
    ) -> None:
        charges.points[1] = 10**6
        await placed(till)
        await paid(till, "CASH", (COLA, 3), (BREAD, 1))
        clock.advance(minutes=1)
        await paid(till, "POINTS", (BREAD, 2), customer=1)
        clock.advance(minutes=1)
        tenders = [{"payment_method": method, "amount": "58.00"} for method in ("CARD", "TRANSFER")]
        order = await placed(till, customer=1)
        await till.post(f"/api/orders/{order['id']}/pay/", json={"payments": tenders})
        await checked_out(shopper, (BREAD, 1))
        clock.advance(minutes=1)
        await paid_web_order(shopper, admin, (BREAD, 5), (COLA, 2))
        events = await told(deps, "sales.order_paid.v1")
        assert [event["payment_method"] for event in events] == ["CASH", "POINTS", "MIXED", "WEB"]
        assert await exported(till, PAID_ORDERS, analytics) == events

    async def test_what_happens_later_changes_nothing(
        self,
        till: AsyncClient,
        shopper: AsyncClient,
        admin: AsyncClient,
        deps: Deps,
        clock: FakeClock,
        analytics: dict[str, str],
    ) -> None:
        orders = [await paid_web_order(shopper, admin, (BREAD, 5)) for _ in range(4)]
        events = await told(deps, "sales.order_paid.v1")
        clock.advance(hours=1)
        cancelled, deleted, _, all_back = (order["order"]["id"] for order in orders)
        await led_to(admin, cancelled, "cancelled")
        assert (await admin.delete(f"/sales/orders/{deleted}")).status_code == 200
        await take_step(admin, orders[2]["invoice"]["id"], "refunded")
        await led_to(admin, all_back, "processing", "shipped", "delivered")
        await returned(admin, all_back, (BREAD, 5), status="processed")
        assert len(events) == 4
        assert await exported(till, PAID_ORDERS, analytics) == events

    async def test_an_order_is_paid_once_whatever_becomes_of_its_invoice(
        self,
        till: AsyncClient,
        shopper: AsyncClient,
        admin: AsyncClient,
        deps: Deps,
        clock: FakeClock,
        analytics: dict[str, str],
    ) -> None:
        order = await paid_web_order(shopper, admin)
        clock.advance(hours=1)
        await admin.delete(f"/sales/invoices/{order['invoice']['id']}")
        await invoiced(admin, order["order"]["id"], status="paid")
        events = await told(deps, "sales.order_paid.v1")
        assert [event["paid_at"] for event in events] == ["2026-03-02T18:00:00Z"]
        assert await exported(till, PAID_ORDERS, analytics) == events

    async def test_a_line_of_a_version_without_tax_rates_has_none(
        self, till: AsyncClient, deps: Deps, analytics: dict[str, str]
    ) -> None:
        await paid(till)
        await deps.database.execute("update order_lines set tax_rate = null")
        (order,) = await exported(till, PAID_ORDERS, analytics)
        assert [line["tax_rate"] for line in order["lines"]] == [None]

    async def test_a_page_of_very_long_orders_ends_early(
        self, till: AsyncClient, deps: Deps, analytics: dict[str, str]
    ) -> None:
        await deps.database.execute(MANY_LONG_ORDERS)
        items, place = await page_of(till, PAID_ORDERS, analytics)
        assert (len(items), place) == (20, items[-1]["order_id"])
        assert len(await exported(till, PAID_ORDERS, analytics)) == 30


class TestUndoneOrders:
    async def test_what_was_cancelled_after_payment_or_refunded_no_longer_counts(
        self,
        till: AsyncClient,
        shopper: AsyncClient,
        admin: AsyncClient,
        deps: Deps,
        clock: FakeClock,
        analytics: dict[str, str],
    ) -> None:
        await paid(till)
        await cancel(till, (await placed(till))["id"])
        await led_to(admin, (await checked_out(shopper))["order"]["id"], "cancelled")
        orders = [await paid_web_order(shopper, admin, (BREAD, 5)) for _ in range(5)]
        cancelled, deleted, refunded, all_back, _stands = (order["order"]["id"] for order in orders)
        clock.advance(hours=1)
        await led_to(admin, cancelled, "cancelled")
        await admin.delete(f"/sales/orders/{deleted}")
        await take_step(admin, orders[2]["invoice"]["id"], "refunded")
        await led_to(admin, all_back, "processing", "shipped", "delivered")
        await returned(admin, all_back, (BREAD, 5), status="processed")
        uuid_of = {
            each["id"]: each["uuid"]
            for each in await deps.database.fetch_dicts("select id, uuid::text from orders")
        }
        invoice_of = {order["order"]["id"]: order["invoice"]["id"] for order in orders}
        later = "2026-03-02T19:00:00Z"
        assert await exported(till, UNDONE_ORDERS, analytics) == [
            {
                "order_uuid": uuid_of[order_id],
                "order_id": order_id,
                "invoice_id": invoice_of[order_id] if order_id in {refunded, all_back} else None,
                "paid_again_by": None,
                "cancelled_at": later if order_id in {cancelled, deleted} else None,
                "refunded_at": later,
            }
            for order_id in (cancelled, deleted, refunded, all_back)
        ]

    async def test_a_refund_stays_when_its_invoice_is_deleted(
        self, till: AsyncClient, shopper: AsyncClient, admin: AsyncClient, analytics: dict[str, str]
    ) -> None:
        order = await paid_web_order(shopper, admin)
        await take_step(admin, order["invoice"]["id"], "refunded")
        await admin.delete(f"/sales/invoices/{order['invoice']['id']}")
        undone = await exported(till, UNDONE_ORDERS, analytics)
        assert [each["order_id"] for each in undone] == [order["order"]["id"]]

    async def test_a_refunded_order_that_is_paid_again_counts_as_of_its_last_payment(
        self,
        till: AsyncClient,
        shopper: AsyncClient,
        admin: AsyncClient,
        deps: Deps,
        clock: FakeClock,
        analytics: dict[str, str],
    ) -> None:
        orders = [await paid_web_order(shopper, admin) for _ in range(3)]
        again = []
        for each in orders:
            await take_step(admin, each["invoice"]["id"], "refunded")
            await admin.delete(f"/sales/invoices/{each['invoice']['id']}")
            clock.advance(days=1)
            again.append(await invoiced(admin, each["order"]["id"], status="paid"))
        stands, refunded, cancelled = (each["order"]["id"] for each in orders)
        await take_step(admin, again[1]["id"], "refunded")
        await led_to(admin, cancelled, "cancelled")

        events = await told(deps, "sales.order_paid_again.v1")
        assert [event.pop("invoice_id") for event in events] == [invoice["id"] for invoice in again]
        assert await exported(till, PAID_ORDERS, analytics) == events
        undone = await exported(till, UNDONE_ORDERS, analytics)
        assert [(each["order_id"], each["invoice_id"], each["paid_again_by"]) for each in undone] == [
            (stands, orders[0]["invoice"]["id"], again[0]["id"]),
            (refunded, again[1]["id"], again[1]["id"]),
            (cancelled, None, again[2]["id"]),
        ]


class TestProcessedReturns:
    async def test_the_export_says_what_the_events_said(
        self,
        till: AsyncClient,
        shopper: AsyncClient,
        admin: AsyncClient,
        deps: Deps,
        clock: FakeClock,
        analytics: dict[str, str],
    ) -> None:
        order = await paid_web_order(shopper, admin, (BREAD, 5), (COLA, 2))
        order_id = order["order"]["id"]
        await led_to(admin, order_id, "processing", "shipped", "delivered")
        late = await returned(admin, order_id, (BREAD, 1), (COLA, 2), status="approved")
        await returned(admin, order_id, (BREAD, 1), status="rejected")
        await returned(admin, order_id, (BREAD, 3), status="processed")
        clock.advance(days=1)
        early = await returned(admin, order_id, (BREAD, 1), status="processed")
        await admin.delete(f"/sales/returns/{early}")
        clock.advance(days=1)
        await admin.patch(f"/sales/returns/{late}/status", json={"status": "processed"})
        events = await told(deps, "sales.return_processed.v1")
        assert [event["is_everything_back"] for event in events] == [False, False, True]
        by_id = sorted(events, key=lambda event: int(event["return_id"]))
        assert await exported(till, PROCESSED_RETURNS, analytics) == by_id


class TestOrderReturns:
    async def test_the_export_says_what_the_events_said(
        self, till: AsyncClient, deps: Deps, clock: FakeClock, analytics: dict[str, str]
    ) -> None:
        tenders = [
            {"payment_method": "CARD", "amount": "142.00"},
            {"payment_method": "POINTS", "amount": "100.00"},
        ]
        mixed = await paid_by(till, tenders, (COLA, 2), (BREAD, 1), customer=1)
        await brought_back(till, mixed, (COLA, 1))
        clock.advance(days=1)
        await brought_back(till, mixed, (COLA, 1), (BREAD, 1))
        events = await told(deps, "sales.order_returned.v1")
        assert [event["is_everything_back"] for event in events] == [False, True]
        assert await exported(till, ORDER_RETURNS, analytics) == events


class TestPages:
    async def test_every_limit_reads_the_same(self, till: AsyncClient, analytics: dict[str, str]) -> None:
        ids = [(await paid(till))["id"] for _ in range(5)]
        for limit in (1, 2, 5, 6):
            orders = await exported(till, PAID_ORDERS, analytics, limit=limit)
            assert [order["order_id"] for order in orders] == ids

    async def test_what_is_paid_meanwhile_is_on_a_later_page_or_told_by_its_event(
        self, till: AsyncClient, analytics: dict[str, str]
    ) -> None:
        waiting = await placed(till)
        first, second = await paid(till), await paid(till)
        items, place = await page_of(till, PAID_ORDERS, analytics, limit=1)
        assert ([item["order_id"] for item in items], place) == ([first["id"]], first["id"])
        await till.post(f"/api/orders/{waiting['id']}/pay/", json={"payment_method": "CASH"})
        third = await paid(till)
        items, place = await page_of(till, PAID_ORDERS, analytics, after=first["id"])
        assert ([item["order_id"] for item in items], place) == ([second["id"], third["id"]], third["id"])
        assert await page_of(till, PAID_ORDERS, analytics, after=third["id"]) == ([], None)

    async def test_undone_orders_of_both_kinds_share_pages(
        self, till: AsyncClient, shopper: AsyncClient, admin: AsyncClient, analytics: dict[str, str]
    ) -> None:
        orders = [await paid_web_order(shopper, admin) for _ in range(4)]
        for order in orders[::2]:
            await led_to(admin, order["order"]["id"], "cancelled")
        for order in orders[1::2]:
            await take_step(admin, order["invoice"]["id"], "refunded")
        undone = await exported(till, UNDONE_ORDERS, analytics, limit=1)
        assert [each["order_id"] for each in undone] == [order["order"]["id"] for order in orders]

    @pytest.mark.parametrize("export", EXPORTS)
    async def test_a_page_is_one_statement(
        self, till: AsyncClient, analytics: dict[str, str], export: str
    ) -> None:
        for _ in range(3):
            await paid(till, "CASH", (COLA, 1), (BREAD, 1))
        with counted_statements() as statements:
            await page_of(till, export, analytics)
        assert len(statements) == 1


@pytest.mark.parametrize(
    "endpoint", [EXPORT_PAID_ORDERS, EXPORT_UNDONE_ORDERS, EXPORT_PROCESSED_RETURNS, EXPORT_ORDER_RETURNS]
)
async def test_exports_are_answered_as_sampled(
    *,
    till: AsyncClient,
    shopper: AsyncClient,
    admin: AsyncClient,
    deps: Deps,
    analytics: dict[str, str],
    endpoint: Endpoint,
) -> None:
    if endpoint is EXPORT_PAID_ORDERS:
        await paid(till, "CASH", (COLA, 2), (BREAD, 1))
    elif endpoint is EXPORT_ORDER_RETURNS:
        await brought_back(till, (await paid(till, "CASH", (COLA, 2), (BREAD, 2)))["id"], (BREAD, 1))
    else:
        order_id = (await paid_web_order(shopper, admin))["order"]["id"]
        await led_to(admin, order_id, "processing", "shipped", "delivered")
        await returned(admin, order_id, (BREAD, 2), status="processed")
        if endpoint is EXPORT_UNDONE_ORDERS:
            await led_to(admin, order_id, "cancelled")
    await deps.database.execute("update orders set uuid = %s", [ORDER_UUID])
    await deps.database.execute("update returns set uuid = %s", [RETURN_UUID])
    await deps.database.execute("update till_returns set uuid = %s", [RETURN_UUID])
    assert await ask(till, endpoint, analytics) == sample(endpoint).answer
