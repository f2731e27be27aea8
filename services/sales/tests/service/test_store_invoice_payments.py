"""The steps of an invoice at the STORE door, and what they do to its order (STORE 34, 35; contract §4)."""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from httpx import AsyncClient, Response

from libs.common.contracts.sales import InvoiceChanged, OrderPaid, OrderPaidAgain, OrderStatusChanged
from libs.testing.answers import answered
from libs.testing.clock import FakeClock
from libs.testing.outbox import models_in_outbox
from services.sales.deps import Deps
from services.sales.tests.builders import checked_out
from services.sales.tests.invoices import INVOICES, invoiced, shown, take_step
from services.sales.tests.web_orders import a_web_order, no_step

PAID_AT = "2026-03-02T18:00:00Z"


@pytest.fixture
async def order_id(admin: AsyncClient, deps: Deps, clock: FakeClock) -> int:
    """An order of user 1 without an invoice, of 104.48."""
    return await a_web_order(deps.database, clock(), total="104.48")


@pytest.fixture
async def invoice_id(admin: AsyncClient, order_id: int) -> int:
    """The pending invoice of the order."""
    return int((await invoiced(admin, order_id))["id"])


async def put(admin: AsyncClient, invoice_id: int, **members: Any) -> tuple[int, Any]:
    return answered(await admin.put(f"{INVOICES}/{invoice_id}", json=members))


async def status_of(deps: Deps) -> str:
    """The order's."""
    status: str = await deps.database.fetch_value("select status from orders")
    return status


async def bought(shopper: AsyncClient) -> tuple[int, int]:
    """The ids of a new order and of its invoice."""
    checkout = await checked_out(shopper, (15, 1))
    return checkout["order"]["id"], checkout["invoice"]["id"]


async def replaced(admin: AsyncClient, order_id: int, invoice_id: int, *steps: str) -> int:
    """The pending invoice that an admin makes after these steps of the one before, and its deletion."""
    for step in steps:
        assert (await take_step(admin, invoice_id, step)).status_code == 200
    assert (await admin.delete(f"{INVOICES}/{invoice_id}")).status_code == 200
    return int((await invoiced(admin, order_id))["id"])


async def cancel(shopper: AsyncClient, order_id: int) -> Response:
    return await shopper.post(f"/sales/orders/{order_id}/cancel")


class TestPaying:
    async def test_a_payment_is_answered_as_documented(self, admin: AsyncClient, invoice_id: int) -> None:
        status, body = answered(await take_step(admin, invoice_id, "paid"))
        assert (status, body["message"]) == (200, "Invoice status updated successfully")
        assert {name: body["invoice"][name] for name in ("id", "status", "paid_at")} == {
            "id": invoice_id,
            "status": "paid",
            "paid_at": PAID_AT,
        }

    async def test_a_change_is_answered_as_documented(self, admin: AsyncClient, invoice_id: int) -> None:
        status, body = await put(admin, invoice_id, status="paid", amount=104.48)
        assert (status, body["message"]) == (200, "Invoice updated successfully")
        assert {name: body["invoice"][name] for name in ("id", "status", "amount")} == {
            "id": invoice_id,
            "status": "paid",
            "amount": 104.48,
        }

    async def test_a_step_and_another_due_date_are_told_together(
        self, admin: AsyncClient, deps: Deps, invoice_id: int
    ) -> None:
        await put(admin, invoice_id, status="paid", due_date="2026-04-15T23:59:59Z")
        (change,) = await models_in_outbox(deps.database, InvoiceChanged)
        assert (change.status, change.due_date) == ("paid", datetime(2026, 4, 15, 23, 59, 59, tzinfo=UTC))

    async def test_another_due_date_alone_is_told(
        self, admin: AsyncClient, deps: Deps, invoice_id: int
    ) -> None:
        await put(admin, invoice_id, due_date="2026-04-15T23:59:59Z")
        (change,) = await models_in_outbox(deps.database, InvoiceChanged)
        assert (change.status, change.due_date) == ("pending", datetime(2026, 4, 15, 23, 59, 59, tzinfo=UTC))

    async def test_it_pays_and_confirms_a_pending_order(
        self, admin: AsyncClient, deps: Deps, order_id: int, invoice_id: int
    ) -> None:
        await take_step(admin, invoice_id, "paid")
        (order,) = await deps.database.fetch_dicts("select * from orders")
        assert (order["status"], order["payment_method"], order["paid_at"]) == (
            "confirmed",
            "WEB",
            deps.clock(),
        )
        (paid,) = await models_in_outbox(deps.database, OrderPaid)
        assert (paid.order_id, paid.channel, paid.payment_method, paid.customer_id, paid.final_amount) == (
            order_id,
            "WEB",
            "WEB",
            None,
            Decimal("104.48"),
        )
        assert [(line.product_id, line.quantity) for line in paid.lines] == [(15, 2), (16, 2)]
        (step,) = await models_in_outbox(deps.database, OrderStatusChanged)
        assert (step.order_id, step.from_status, step.to_status) == (order_id, "pending", "confirmed")
        (change,) = await models_in_outbox(deps.database, InvoiceChanged)
        assert (change.invoice_id, change.status, change.paid_at) == (invoice_id, "paid", deps.clock())

    @pytest.mark.parametrize("status", ["confirmed", "processing", "shipped", "delivered"])
    async def test_an_order_that_has_gone_on_stays_where_it_is(
        self, admin: AsyncClient, deps: Deps, invoice_id: int, status: str
    ) -> None:
        await deps.database.execute("update orders set status = %s", [status])
        await take_step(admin, invoice_id, "paid")
        assert await status_of(deps) == status
        assert len(await models_in_outbox(deps.database, OrderPaid)) == 1
        assert not await models_in_outbox(deps.database, OrderStatusChanged)

    async def test_of_payments_at_once_one_wins(
        self, admin: AsyncClient, deps: Deps, invoice_id: int
    ) -> None:
        answers = await asyncio.gather(*(take_step(admin, invoice_id, "paid") for _ in range(5)))
        assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400, 400]
        assert len(await models_in_outbox(deps.database, OrderPaid)) == 1
        assert len(await models_in_outbox(deps.database, InvoiceChanged)) == 1

    async def test_an_order_is_paid_once_even_if_its_paid_invoice_is_replaced(
        self, admin: AsyncClient, deps: Deps, clock: FakeClock, order_id: int, invoice_id: int
    ) -> None:
        await take_step(admin, invoice_id, "paid")
        await admin.delete(f"{INVOICES}/{invoice_id}")
        clock.advance(hours=1)
        second = await invoiced(admin, order_id, status="paid")
        assert second["paid_at"] == "2026-03-02T19:00:00Z"
        assert len(await models_in_outbox(deps.database, OrderPaid)) == 1
        assert await deps.database.fetch_value("select paid_at = %s from orders", [clock()]) is False
        assert not await models_in_outbox(deps.database, OrderPaidAgain)

    async def test_an_order_whose_payment_was_refunded_is_paid_again_by_the_next_invoice(
        self, admin: AsyncClient, deps: Deps, clock: FakeClock, order_id: int, invoice_id: int
    ) -> None:
        second = await replaced(admin, order_id, invoice_id, "paid", "refunded")
        clock.advance(days=1)
        await take_step(admin, second, "paid")
        (first,) = await models_in_outbox(deps.database, OrderPaid)
        (again,) = await models_in_outbox(deps.database, OrderPaidAgain)
        assert again == OrderPaidAgain(
            **first.model_dump() | {"paid_at": clock(), "invoice_id": second, "order_id": order_id}
        )
        assert await deps.database.fetch_value("select paid_at = %s from orders", [clock()]) is True
        assert await status_of(deps) == "confirmed"

    async def test_each_payment_after_a_refund_is_told_and_none_after_a_deletion(
        self, admin: AsyncClient, deps: Deps, order_id: int, invoice_id: int
    ) -> None:
        second = await replaced(admin, order_id, invoice_id, "paid")
        third = await replaced(admin, order_id, second, "paid", "refunded")
        fourth = await replaced(admin, order_id, third, "paid")
        fifth = await replaced(admin, order_id, fourth, "paid", "refunded")
        await take_step(admin, fifth, "paid")
        assert len(await models_in_outbox(deps.database, OrderPaid)) == 1
        told = await models_in_outbox(deps.database, OrderPaidAgain)
        assert [again.invoice_id for again in told] == [third, fifth]

    async def test_of_payments_again_at_once_one_wins(
        self, admin: AsyncClient, deps: Deps, order_id: int, invoice_id: int
    ) -> None:
        second = await replaced(admin, order_id, invoice_id, "paid", "refunded")
        answers = await asyncio.gather(*(take_step(admin, second, "paid") for _ in range(5)))
        assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400, 400]
        assert len(await models_in_outbox(deps.database, OrderPaidAgain)) == 1


class TestSteps:
    @pytest.mark.parametrize(
        ("path", "illegals"),
        [
            ((), ("pending", "overdue", "refunded", "cancelled")),
            (("paid",), ("pending", "overdue", "paid", "cancelled")),
            (("paid", "refunded"), ("pending", "overdue", "paid", "refunded", "cancelled")),
        ],
        ids=str,
    )
    async def test_an_illegal_step_is_refused_and_changes_nothing(
        self,
        admin: AsyncClient,
        deps: Deps,
        invoice_id: int,
        path: tuple[str, ...],
        illegals: tuple[str, ...],
    ) -> None:
        for status in path:
            assert (await take_step(admin, invoice_id, status)).status_code == 200
        before = await shown(admin, invoice_id)
        for wanted in illegals:
            refused = no_step(before["status"], wanted)
            assert answered(await take_step(admin, invoice_id, wanted)) == refused
            assert await put(admin, invoice_id, status=wanted, due_date="2027-01-01T00:00:00Z") == refused
        assert await shown(admin, invoice_id) == before
        assert len(await models_in_outbox(deps.database, InvoiceChanged)) == len(path)

    async def test_nothing_leads_out_of_a_cancelled_one(
        self, admin: AsyncClient, deps: Deps, invoice_id: int
    ) -> None:
        await deps.database.execute("update invoices set status = 'cancelled'")
        for wanted in ("pending", "overdue", "paid", "refunded", "cancelled"):
            assert answered(await take_step(admin, invoice_id, wanted)) == no_step("cancelled", wanted)

    async def test_an_overdue_one_is_paid_and_the_refusal_of_another_step_says_overdue(
        self, admin: AsyncClient, clock: FakeClock, invoice_id: int
    ) -> None:
        clock.advance(days=31)
        assert answered(await take_step(admin, invoice_id, "refunded")) == no_step("overdue", "refunded")
        assert (await take_step(admin, invoice_id, "paid")).status_code == 200

    async def test_a_refund_by_hand_is_published_and_leaves_the_order(
        self, admin: AsyncClient, deps: Deps, clock: FakeClock, invoice_id: int
    ) -> None:
        await take_step(admin, invoice_id, "paid")
        clock.advance(hours=1)
        answer = await take_step(admin, invoice_id, "refunded")
        invoice = answer.json()["invoice"]
        assert (invoice["status"], invoice["paid_at"]) == ("refunded", PAID_AT)
        assert await status_of(deps) == "confirmed"
        *_, told = await models_in_outbox(deps.database, InvoiceChanged)
        assert (told.status, told.refunded_at) == ("refunded", clock())

    async def test_an_unknown_status_is_refused(self, admin: AsyncClient, invoice_id: int) -> None:
        fields = {"status": ['"settled" is not a valid choice.']}
        refused = (400, {"error": '"settled" is not a valid choice.', "fields": fields})
        assert answered(await take_step(admin, invoice_id, "settled")) == refused
        assert await put(admin, invoice_id, status="settled") == refused

    async def test_an_unknown_invoice_is_not_found(self, admin: AsyncClient) -> None:
        refused = (404, {"error": "Invoice not found"})
        assert answered(await take_step(admin, 404, "paid")) == refused
        assert await put(admin, 404, status="paid") == refused


class TestChanging:
    async def test_another_amount_than_the_order_s_is_refused_and_changes_nothing(
        self, admin: AsyncClient, invoice_id: int
    ) -> None:
        refused = (400, {"error": "Amount must be the order's total, 104.48"})
        assert await put(admin, invoice_id, status="paid", amount=104.47) == refused
        assert (await shown(admin, invoice_id))["status"] == "pending"
        assert (await put(admin, invoice_id, amount="104.48"))[0] == 200

    async def test_a_due_date_can_be_put_off_and_the_invoice_is_not_overdue_any_more(
        self, admin: AsyncClient, deps: Deps, clock: FakeClock, invoice_id: int
    ) -> None:
        clock.advance(days=31)
        assert (await shown(admin, invoice_id))["status"] == "overdue"
        status, body = await put(admin, invoice_id, due_date="2026-05-01T00:00:00")
        assert (status, body["invoice"]["status"], body["invoice"]["due_date"]) == (
            200,
            "pending",
            "2026-05-01T00:00:00Z",
        )
        (told,) = await models_in_outbox(deps.database, InvoiceChanged)
        assert told.due_date.isoformat() == "2026-05-01T00:00:00+00:00"

    async def test_what_the_body_leaves_out_stays_and_an_empty_one_changes_nothing(
        self, admin: AsyncClient, deps: Deps, invoice_id: int
    ) -> None:
        before = await shown(admin, invoice_id)
        assert (await put(admin, invoice_id))[0] == 200
        assert await shown(admin, invoice_id) == before
        assert not await models_in_outbox(deps.database, InvoiceChanged)

    async def test_a_null_is_refused(self, admin: AsyncClient, invoice_id: int) -> None:
        status, body = await put(admin, invoice_id, status=None, amount=None, due_date=None)
        assert (status, set(body["fields"])) == (400, {"status", "amount", "due_date"})


class TestAgainstCancelling:
    """With orders that were checked out, whose stock is held."""

    async def test_a_payment_and_a_cancellation_at_once_leave_nothing_half_done(
        self, admin: AsyncClient, shopper: AsyncClient, deps: Deps
    ) -> None:
        outcomes = set()
        for _ in range(8):
            order, invoice = await bought(shopper)
            paying, cancelling = take_step(admin, invoice, "paid"), cancel(shopper, order)
            answers = await asyncio.gather(paying, cancelling)
            paid, cancelled = [answer.status_code for answer in answers]
            assert cancelled == 200
            told = [each.order_id for each in await models_in_outbox(deps.database, OrderPaid)]
            outcomes.add((paid, (await shown(admin, invoice))["status"], told.count(order)))
        assert outcomes <= {(200, "refunded", 1), (400, "cancelled", 0)}

    @pytest.mark.parametrize("end", ["cancel", "delete"])
    async def test_an_order_takes_its_invoice_along(
        self, admin: AsyncClient, shopper: AsyncClient, end: str
    ) -> None:
        open_order, open_invoice = await bought(shopper)
        paid_order, paid_invoice = await bought(shopper)
        await take_step(admin, paid_invoice, "paid")
        for order in (open_order, paid_order):
            url = f"/sales/orders/{order}"
            answer = await (admin.delete(url) if end == "delete" else admin.post(f"{url}/cancel"))
            assert answer.status_code == 200
        statuses = [(await shown(admin, invoice))["status"] for invoice in (open_invoice, paid_invoice)]
        assert statuses == ["cancelled", "refunded"]
        assert answered(await take_step(admin, open_invoice, "paid")) == no_step("cancelled", "paid")
