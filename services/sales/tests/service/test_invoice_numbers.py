"""The invoice of a new order: its number, its event, and what undoes it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from typing import LiteralString

import pytest

from libs.common.contracts.sales import InvoiceChanged, InvoiceCreated
from libs.common.db.database import Database
from libs.common.messaging.publishing import published_together
from libs.testing.clock import FakeClock
from libs.testing.outbox import models_in_outbox
from services.sales.deps import Deps
from services.sales.domain.invoices import InvoiceRules
from services.sales.tests.web_orders import a_web_order
from services.sales.usecases.invoices.closing import close_invoice, refund_returned
from services.sales.usecases.invoices.making import INVOICE_CREATED, INVOICE_OF_PLACED, invoice_params
from services.sales.usecases.orders.reading import ORDER_COLUMNS

MAKE_INVOICE: LiteralString = f"""
with placed as (select {ORDER_COLUMNS} from orders where id = %(order_id)s), {INVOICE_OF_PLACED}, {
    published_together(INVOICE_CREATED)
}
select invoice_number, 1 / %(divisor)s::int as whole from placed, invoiced
"""


@dataclass(frozen=True, slots=True)
class Made:
    """The number of an invoice."""

    invoice_number: int
    whole: int


@pytest.fixture
async def database(deps: Deps) -> AsyncIterator[Database]:
    await deps.database.open()
    yield deps.database
    await deps.database.close()


async def make(database: Database, clock: FakeClock, order_id: int, *, fails: bool = False) -> int:
    params = {**invoice_params(InvoiceRules("A", 30), now=clock()), "order_id": order_id}
    made = await database.publish_one(Made, MAKE_INVOICE, {**params, "divisor": 0 if fails else 1})
    assert made
    return made.invoice_number


async def invoice_of(database: Database, order_id: int) -> tuple[str, bool]:
    """Its status, and whether it says when it was refunded."""
    (row,) = await database.fetch_dicts(
        "select status, refunded_at from invoices where order_id = %s", [order_id]
    )
    return row["status"], row["refunded_at"] is not None


async def test_an_invoice_says_what_its_order_costs_and_is_published(
    database: Database, clock: FakeClock
) -> None:
    order_id = await a_web_order(database, clock(), user_id=9, total="104.48")
    assert await make(database, clock, order_id) == 1
    (row,) = await database.fetch_dicts("select * from invoices")
    assert (row["amount"], row["user_id"], row["username"], row["status"]) == (
        Decimal("104.48"),
        9,
        "user9",
        "pending",
    )
    (created,) = await models_in_outbox(database, InvoiceCreated)
    assert created.model_dump(mode="json") == {
        "invoice_id": row["id"],
        "invoice_series": "A",
        "invoice_number": 1,
        "order_uuid": str(await database.fetch_value("select uuid from orders")),
        "order_id": order_id,
        "user_id": 9,
        "amount": "104.48",
        "status": "pending",
        "due_date": "2026-04-01T18:00:00Z",
        "paid_at": None,
        "created_at": "2026-03-02T18:00:00Z",
    }


async def test_invoices_made_at_once_have_the_numbers_from_one_on(
    database: Database, clock: FakeClock
) -> None:
    orders = [await a_web_order(database, clock()) for _ in range(100)]
    numbers = await asyncio.gather(*(make(database, clock, order_id) for order_id in orders))
    assert sorted(numbers) == list(range(1, 101))


async def test_what_fails_uses_up_no_number(database: Database, clock: FakeClock) -> None:
    orders = [await a_web_order(database, clock()) for _ in range(30)]
    made = await asyncio.gather(
        *(make(database, clock, order_id, fails=order_id % 3 == 0) for order_id in orders),
        return_exceptions=True,
    )
    assert sorted(number for number in made if isinstance(number, int)) == list(range(1, 21))
    assert len([error for error in made if not isinstance(error, int)]) == 10


@pytest.mark.parametrize(
    ("before", "closed", "returned"),
    [
        ("pending", ("cancelled", False), ("refunded", True)),
        ("paid", ("refunded", True), ("refunded", True)),
        ("refunded", ("refunded", False), ("refunded", False)),
        ("cancelled", ("cancelled", False), ("cancelled", False)),
    ],
)
async def test_an_invoice_is_closed_with_its_order_and_refunded_when_everything_is_back(
    database: Database,
    clock: FakeClock,
    before: str,
    closed: tuple[str, bool],
    returned: tuple[str, bool],
) -> None:
    for order_id, close, after in (
        (await a_web_order(database, clock()), close_invoice, closed),
        (await a_web_order(database, clock()), refund_returned, returned),
    ):
        await make(database, clock, order_id)
        await database.execute("update invoices set status = %s where order_id = %s", [before, order_id])
        async with database.transaction() as tx:
            await close(tx, order_id, now=clock())
        assert await invoice_of(database, order_id) == after
        told = [
            change
            for change in await models_in_outbox(database, InvoiceChanged)
            if change.order_id == order_id
        ]
        assert [change.status for change in told] == ([after[0]] if after[0] != before else [])


async def test_an_order_without_a_live_invoice_is_closed_without_a_word(
    database: Database, clock: FakeClock
) -> None:
    order_id = await a_web_order(database, clock())
    await make(database, clock, order_id)
    await database.execute("update invoices set deleted_at = now()")
    async with database.transaction() as tx:
        await close_invoice(tx, order_id, now=clock())
        await refund_returned(tx, order_id, now=clock())
    assert (await invoice_of(database, order_id))[0] == "pending"
    assert not await models_in_outbox(database, InvoiceChanged)
