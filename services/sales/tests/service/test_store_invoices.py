"""Invoices at the STORE door: list, read, create, delete (STORE 31-33, 36; contract §4)."""

import asyncio
from typing import Any

import pytest
from httpx import AsyncClient

from libs.common.contracts.sales import InvoiceChanged, InvoiceCreated, OrderPaid
from libs.testing.answers import answered
from libs.testing.clock import FakeClock
from libs.testing.idempotency import lose_answers
from libs.testing.outbox import models_in_outbox
from services.sales.deps import Deps
from services.sales.tests.invoices import INVOICES, ids_of, invoiced, shown, take_step
from services.sales.tests.web_orders import a_web_order

ACCESS_DENIED = (403, {"error": "Access denied"})
NOT_FOUND = (404, {"error": "Invoice not found"})
KEY = {"Idempotency-Key": "invoice-1"}
NO_SUCH_ID = 2**63 - 1


@pytest.fixture
async def order_id(admin: AsyncClient, deps: Deps, clock: FakeClock) -> int:
    """An order of user 1 without an invoice, of two lines and 104.48."""
    return await a_web_order(deps.database, clock(), total="104.48")


async def an_invoice(admin: AsyncClient, deps: Deps, *, user_id: int = 1, **members: Any) -> int:
    """The id of an invoice of a new order."""
    order_id = await a_web_order(deps.database, deps.clock(), user_id=user_id)
    invoice = await invoiced(admin, order_id, user_id=user_id, **members)
    return int(invoice["id"])


class TestCreate:
    async def test_an_invoice_is_created_as_documented(
        self, admin: AsyncClient, deps: Deps, clock: FakeClock, order_id: int
    ) -> None:
        order_id = await a_web_order(deps.database, clock(), user_id=7, total="104.48")
        body = {"user_id": 7, "order_id": order_id, "due_date": "2026-04-15T23:59:59", "status": "pending"}
        assert answered(await admin.post(INVOICES, json=body)) == (
            201,
            {
                "message": "Invoice created successfully",
                "invoice": {
                    "id": 1,
                    "order_id": order_id,
                    "user_id": 7,
                    "amount": 104.48,
                    "status": "pending",
                    "invoice_series": "A",
                    "invoice_number": 1,
                    "due_date": "2026-04-15T23:59:59Z",
                    "created_at": "2026-03-02T18:00:00Z",
                    "paid_at": None,
                },
            },
        )

    async def test_it_is_pending_and_due_in_thirty_days_unless_it_says_otherwise(
        self, admin: AsyncClient, order_id: int
    ) -> None:
        invoice = await invoiced(admin, order_id)
        assert (invoice["status"], invoice["due_date"]) == ("pending", "2026-04-01T18:00:00Z")

    async def test_a_due_date_with_a_zone_is_that_moment(self, admin: AsyncClient, order_id: int) -> None:
        invoice = await invoiced(admin, order_id, due_date="2026-04-15T23:59:59-06:00")
        assert invoice["due_date"] == "2026-04-16T05:59:59Z"

    @pytest.mark.parametrize("due_date", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
    async def test_it_may_be_due_at_any_time_that_can_be_written(
        self, admin: AsyncClient, order_id: int, due_date: str
    ) -> None:
        invoice = await invoiced(admin, order_id, due_date=due_date)
        assert (await shown(admin, invoice["id"]))["due_date"] == due_date

    async def test_one_that_is_due_already_is_overdue_at_once(
        self, admin: AsyncClient, order_id: int
    ) -> None:
        assert (await invoiced(admin, order_id, due_date="2026-03-02T17:59:59Z"))["status"] == "overdue"

    async def test_one_that_is_paid_pays_the_order(
        self, admin: AsyncClient, deps: Deps, order_id: int
    ) -> None:
        invoice = await invoiced(admin, order_id, status="paid")
        assert (invoice["status"], invoice["paid_at"]) == ("paid", "2026-03-02T18:00:00Z")
        assert [paid.order_id for paid in await models_in_outbox(deps.database, OrderPaid)] == [order_id]
        (order,) = await deps.database.fetch_dicts("select status, payment_method from orders")
        assert order == {"status": "confirmed", "payment_method": "WEB"}

    async def test_the_user_must_be_the_buyer(self, admin: AsyncClient, order_id: int) -> None:
        answer = await admin.post(INVOICES, json={"user_id": 2, "order_id": order_id})
        assert answered(answer) == (400, {"error": "The user is not the buyer of the order"})
        assert answer.headers["X-Error-Code"] == "not_the_buyer"

    async def test_the_amount_is_the_order_s_total_and_no_other(
        self, admin: AsyncClient, order_id: int
    ) -> None:
        body = {"user_id": 1, "order_id": order_id}
        answer = await admin.post(INVOICES, json={**body, "amount": 104.47})
        assert answered(answer) == (400, {"error": "Amount must be the order's total, 104.48"})
        assert answer.headers["X-Error-Code"] == "invoice_amount"
        assert await ids_of(admin) == []
        computed = 104.48000000000002
        assert (await invoiced(admin, order_id, amount=computed))["amount"] == 104.48

    async def test_a_cancelled_order_gets_none(
        self, admin: AsyncClient, deps: Deps, clock: FakeClock
    ) -> None:
        order_id = await a_web_order(deps.database, clock(), status="cancelled")
        answer = await admin.post(INVOICES, json={"user_id": 1, "order_id": order_id})
        assert answered(answer) == (400, {"error": "Order is cancelled"})

    @pytest.mark.parametrize("hidden", ["channel = 'POS', status = 'PENDING'", "deleted_at = now()"])
    async def test_an_order_that_the_web_store_does_not_have_is_not_found(
        self, admin: AsyncClient, deps: Deps, order_id: int, hidden: Any
    ) -> None:
        await deps.database.execute(f"update orders set {hidden}")
        for of_none in (order_id, NO_SUCH_ID):
            answer = await admin.post(INVOICES, json={"user_id": 1, "order_id": of_none})
            assert answered(answer) == (404, {"error": "Order not found"})

    async def test_an_order_has_one_live_invoice(self, admin: AsyncClient, order_id: int) -> None:
        await invoiced(admin, order_id)
        answers = await asyncio.gather(
            *(admin.post(INVOICES, json={"user_id": 1, "order_id": order_id}) for _ in range(5))
        )
        assert [answered(answer) for answer in answers] == [
            (409, {"error": "Order already has an invoice"})
        ] * 5

    async def test_when_it_is_deleted_one_of_five_new_ones_takes_its_place_with_the_next_number(
        self, admin: AsyncClient, deps: Deps, order_id: int
    ) -> None:
        first = await invoiced(admin, order_id)
        assert (await admin.delete(f"{INVOICES}/{first['id']}")).status_code == 200
        answers = await asyncio.gather(
            *(admin.post(INVOICES, json={"user_id": 1, "order_id": order_id}) for _ in range(5))
        )
        assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
        (created,) = [answer.json()["invoice"] for answer in answers if answer.status_code == 201]
        assert (created["amount"], created["invoice_number"]) == (104.48, 2)
        assert await deps.database.fetch_value("select last_number from invoice_series") == 2

    async def test_it_is_published(self, admin: AsyncClient, deps: Deps, order_id: int) -> None:
        invoice = await invoiced(admin, order_id)
        (created,) = await models_in_outbox(deps.database, InvoiceCreated)
        assert (created.invoice_id, created.order_id, created.invoice_number) == (invoice["id"], order_id, 1)

    async def test_all_failing_fields_are_named_at_once(self, admin: AsyncClient) -> None:
        body = {"user_id": 0, "due_date": "tomorrow", "status": "overdue"}
        answer = await admin.post(INVOICES, json=body)
        assert answer.status_code == 400
        assert answer.json()["fields"] == {
            "user_id": ["Ensure this value is greater than or equal to 1."],
            "order_id": ["This field is required."],
            "due_date": [
                "Datetime has wrong format. Use one of these formats instead: "
                "YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."
            ],
            "status": ['"overdue" is not a valid choice.'],
        }

    @pytest.mark.parametrize("status", ["overdue", "refunded", "cancelled"])
    async def test_no_other_status_begins(self, admin: AsyncClient, order_id: int, status: str) -> None:
        body = {"user_id": 1, "order_id": order_id, "status": status}
        assert (await admin.post(INVOICES, json=body)).status_code == 400

    async def test_a_repeat_with_the_same_key_is_answered_the_same(
        self, admin: AsyncClient, deps: Deps, order_id: int
    ) -> None:
        body = {"user_id": 1, "order_id": order_id}
        answers = await asyncio.gather(*(admin.post(INVOICES, json=body, headers=KEY) for _ in range(3)))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.text for answer in answers}) == 1
        assert await deps.database.fetch_value("select count(*) from invoices") == 1

    async def test_a_repeat_after_a_crash_finds_the_invoice(
        self, admin: AsyncClient, deps: Deps, order_id: int
    ) -> None:
        body = {"user_id": 1, "order_id": order_id, "status": "paid"}
        first = await admin.post(INVOICES, json=body, headers=KEY)
        await lose_answers(deps.database)
        repeated = await admin.post(INVOICES, json=body, headers=KEY)
        assert answered(repeated) == answered(first)
        assert len(await models_in_outbox(deps.database, OrderPaid)) == 1


class TestRead:
    async def test_its_page_shows_the_order_as_documented(
        self, shopper: AsyncClient, admin: AsyncClient, order_id: int
    ) -> None:
        invoice = await invoiced(admin, order_id)
        assert answered(await shopper.get(f"{INVOICES}/{invoice['id']}")) == (
            200,
            {
                **invoice,
                "username": "user1",
                "order_details": {"id": order_id, "items_count": 2, "total": 104.48},
            },
        )

    async def test_somebody_else_s_is_denied_and_an_admin_reads_any(
        self, other_shopper: AsyncClient, till: AsyncClient, admin: AsyncClient, order_id: int
    ) -> None:
        invoice = await invoiced(admin, order_id)
        for client in (other_shopper, till):
            assert answered(await client.get(f"{INVOICES}/{invoice['id']}")) == ACCESS_DENIED
        assert (await shown(admin, invoice["id"]))["username"] == "user1"

    async def test_an_unknown_one_is_not_found(self, shopper: AsyncClient) -> None:
        assert answered(await shopper.get(f"{INVOICES}/{NO_SUCH_ID}")) == NOT_FOUND

    async def test_it_is_overdue_from_the_second_after_its_due_date(
        self, admin: AsyncClient, clock: FakeClock, order_id: int
    ) -> None:
        invoice = await invoiced(admin, order_id)
        seen = []
        for seconds in (30 * 86_400, 1):
            clock.advance(seconds=seconds)
            pending, overdue = await ids_of(admin, "?status=pending"), await ids_of(admin, "?status=overdue")
            seen.append(((await shown(admin, invoice["id"]))["status"], pending, overdue))
        assert seen == [("pending", [invoice["id"]], []), ("overdue", [], [invoice["id"]])]

    async def test_an_overdue_one_is_no_more_so_when_it_is_paid(
        self, admin: AsyncClient, clock: FakeClock, order_id: int
    ) -> None:
        invoice = await invoiced(admin, order_id)
        clock.advance(days=31)
        assert (await take_step(admin, invoice["id"], "paid")).json()["invoice"]["status"] == "paid"
        assert await ids_of(admin, "?status=overdue") == []


class TestList:
    async def test_a_shopper_sees_their_own_newest_first_and_an_admin_all(
        self,
        shopper: AsyncClient,
        other_shopper: AsyncClient,
        till: AsyncClient,
        admin: AsyncClient,
        deps: Deps,
    ) -> None:
        one, two, three = [await an_invoice(admin, deps, user_id=user_id) for user_id in (1, 2, 1)]
        assert await ids_of(shopper) == [three, one]
        assert await ids_of(other_shopper) == [two]
        assert await ids_of(till) == []
        assert await ids_of(admin) == [three, two, one]

    async def test_it_is_the_documented_envelope(
        self, shopper: AsyncClient, admin: AsyncClient, order_id: int
    ) -> None:
        invoice = await invoiced(admin, order_id)
        assert answered(await shopper.get(INVOICES)) == (200, {"total_invoices": 1, "invoices": [invoice]})

    async def test_each_status_finds_its_own_and_counts_them(
        self, admin: AsyncClient, deps: Deps, clock: FakeClock
    ) -> None:
        overdue = await an_invoice(admin, deps, due_date="2026-03-02T17:00:00Z")
        pending, paid, refunded, cancelled = [await an_invoice(admin, deps) for _ in range(4)]
        for invoice_id in (paid, refunded):
            await take_step(admin, invoice_id, "paid")
        await take_step(admin, refunded, "refunded")
        await deps.database.execute("update invoices set status = 'cancelled' where id = %s", [cancelled])
        for status, invoice_id in {
            "overdue": overdue,
            "pending": pending,
            "paid": paid,
            "refunded": refunded,
            "cancelled": cancelled,
        }.items():
            answer = (await admin.get(f"{INVOICES}?status={status}")).json()
            assert answer["total_invoices"] == 1
            assert [(each["id"], each["status"]) for each in answer["invoices"]] == [(invoice_id, status)]

    async def test_an_unknown_status_is_refused(self, shopper: AsyncClient) -> None:
        answer = await shopper.get(f"{INVOICES}?status=late")
        assert answered(answer) == (
            400,
            {
                "error": '"late" is not a valid choice.',
                "fields": {"status": ['"late" is not a valid choice.']},
            },
        )

    @pytest.mark.parametrize("status", ["", "status=overdue&"])
    async def test_its_pages_follow_one_another_and_the_total_counts_all(
        self, admin: AsyncClient, deps: Deps, status: str
    ) -> None:
        made = [await an_invoice(admin, deps, due_date="2026-03-02T17:00:00Z") for _ in range(5)]
        url, seen = f"{INVOICES}?{status}limit=2", []
        while True:
            answer = await admin.get(url)
            assert (answer.json()["total_invoices"], answer.headers["X-Total-Count"]) == (5, "5")
            seen += [invoice["id"] for invoice in answer.json()["invoices"]]
            if "next" not in answer.links:
                break
            url = f"{INVOICES}{answer.links['next']['url']}"
        assert seen == made[::-1]

    async def test_without_a_count_there_is_no_total(self, admin: AsyncClient) -> None:
        assert answered(await admin.get(f"{INVOICES}?count=none")) == (200, {"invoices": []})


class TestDelete:
    async def test_a_deleted_one_is_nowhere_to_be_found_and_keeps_its_number(
        self, admin: AsyncClient, shopper: AsyncClient, deps: Deps, order_id: int
    ) -> None:
        invoice = await invoiced(admin, order_id)
        assert answered(await admin.delete(f"{INVOICES}/{invoice['id']}")) == (
            200,
            {"message": "Invoice deleted successfully"},
        )
        for client in (admin, shopper):
            assert await ids_of(client) == []
            assert answered(await client.get(f"{INVOICES}/{invoice['id']}")) == NOT_FOUND
        assert answered(await admin.delete(f"{INVOICES}/{invoice['id']}")) == NOT_FOUND
        assert answered(await take_step(admin, invoice["id"], "paid")) == NOT_FOUND
        assert (await invoiced(admin, order_id))["invoice_number"] == 2
        (told,) = await models_in_outbox(deps.database, InvoiceChanged)
        assert (told.invoice_id, told.is_deleted, told.status) == (invoice["id"], True, "pending")

    async def test_of_two_deletions_at_once_one_finds_it(
        self, admin: AsyncClient, deps: Deps, order_id: int
    ) -> None:
        invoice = await invoiced(admin, order_id)
        answers = await asyncio.gather(*(admin.delete(f"{INVOICES}/{invoice['id']}") for _ in range(2)))
        assert sorted(answer.status_code for answer in answers) == [200, 404]
        assert len(await models_in_outbox(deps.database, InvoiceChanged)) == 1

    async def test_the_invoice_of_a_deleted_order_can_be_deleted(
        self, admin: AsyncClient, deps: Deps, order_id: int
    ) -> None:
        invoice = await invoiced(admin, order_id)
        await deps.database.execute("update orders set deleted_at = now()")
        assert (await admin.delete(f"{INVOICES}/{invoice['id']}")).status_code == 200
