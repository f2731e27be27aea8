"""Repeats of changes of invoices and returns with the same `Idempotency-Key` (contract §1)."""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient, Response

from libs.testing.answers import answered
from libs.testing.idempotency import lose_answers
from libs.testing.outbox import events_in_outbox
from services.sales.deps import Deps
from services.sales.tests.builders import checked_out, led_to
from services.sales.tests.fakes import FakeStock
from services.sales.tests.invoices import take_step
from services.sales.usecases.invoices.changing import DeleteInvoice, delete_invoice
from services.sales.usecases.returns.changing import DeleteReturn, delete_return

KEY = {"Idempotency-Key": "change-1"}
BREAD = 20
INVOICE, RETURN = "/sales/invoices/1", "/sales/returns/1"
PROCESSED = {"status": "processed"}
DISCARDED = {"product_id": BREAD, "disposition": "discard"}
EVENTS = (
    "sales.invoice_changed.v1",
    "sales.order_paid.v1",
    "sales.return_changed.v1",
    "sales.return_processed.v1",
)


@dataclass(frozen=True)
class Change:
    """A change of the invoice or the return, and the event that tells it."""

    method: str
    path: str
    event: str
    body: Any = None

    async def by(self, admin: AsyncClient, **more: Any) -> Response:
        """Send it with the key, with `more` in its body."""
        body = {**(self.body or {}), **more} or None
        return await admin.request(self.method, self.path, json=body, headers=KEY)


CHANGES = [
    pytest.param(change, id=f"{change.method} {change.path}")
    for change in (
        Change("PUT", INVOICE, EVENTS[1], {"status": "paid", "due_date": "2026-04-15T23:59:59Z"}),
        Change("PATCH", f"{INVOICE}/status", EVENTS[1], {"status": "paid"}),
        Change("DELETE", INVOICE, EVENTS[0]),
        Change("PUT", RETURN, EVENTS[3], {**PROCESSED, "admin_notes": "Roto", "items": [DISCARDED]}),
        Change("PATCH", f"{RETURN}/status", EVENTS[3], PROCESSED),
        Change("DELETE", RETURN, EVENTS[2]),
    )
]
every_change = pytest.mark.parametrize("change", CHANGES)


@pytest.fixture(autouse=True)
async def _order(shopper: AsyncClient, admin: AsyncClient) -> None:
    """A confirmed order of 5 pieces of bread with a pending invoice, and an approved return of 2 of them."""
    order = (await checked_out(shopper, (BREAD, 5)))["order"]
    await led_to(admin, order["id"], "confirmed")
    item = {"product_id": BREAD, "quantity": 2, "reason": "Roto"}
    body = {"order_id": order["id"], "items": [item], "status": "approved"}
    assert (await admin.post("/sales/returns", json=body)).status_code == 201


async def told(deps: Deps) -> dict[str, int]:
    """How many events of each type were published."""
    return {event: len(await events_in_outbox(deps.database, event)) for event in EVENTS}


@every_change
async def test_a_repeat_gets_the_first_answer(admin: AsyncClient, deps: Deps, change: Change) -> None:
    first, before = await change.by(admin), await told(deps)
    again = await change.by(admin)
    assert (first.status_code, answered(again)) == (200, answered(first))
    assert again.headers["Idempotent-Replayed"] == "true"
    assert await told(deps) == before


@every_change
async def test_a_repeat_after_a_crash_before_the_answer_is_answered_the_same_and_changes_nothing(
    admin: AsyncClient, deps: Deps, stock: FakeStock, change: Change
) -> None:
    first, before, shelf = await change.by(admin), await told(deps), stock.products[BREAD].stock
    assert before[change.event] >= 1
    await lose_answers(deps.database)
    again = await change.by(admin)
    assert (first.status_code, answered(again)) == (200, answered(first))
    assert "Idempotent-Replayed" not in again.headers
    assert (await told(deps), stock.products[BREAD].stock) == (before, shelf)


@every_change
async def test_the_same_key_with_another_body_is_422(admin: AsyncClient, change: Change) -> None:
    await change.by(admin)
    answer = await change.by(admin, more="of it")
    assert (answer.status_code, answer.headers["X-Error-Code"]) == (422, "idempotency_key_reused")


@every_change
async def test_of_4_at_once_with_the_same_key_one_changes_it(
    admin: AsyncClient, deps: Deps, change: Change
) -> None:
    before = await told(deps)
    answers = await asyncio.gather(*(change.by(admin) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert (await told(deps))[change.event] == before[change.event] + 1


@every_change
async def test_without_the_key_it_is_refused_the_second_time(admin: AsyncClient, change: Change) -> None:
    await change.by(admin)
    again = await admin.request(change.method, change.path, json=change.body)
    assert again.status_code == (404 if change.method == "DELETE" else 400)


@pytest.mark.parametrize("change", [CHANGES[3], CHANGES[4]])
async def test_a_repeat_after_a_crash_before_the_goods_were_back_brings_them_back(
    admin: AsyncClient, deps: Deps, stock: FakeStock, change: Change
) -> None:
    stock.down = True
    first = await change.by(admin)
    assert stock.taken_back == {}
    stock.down = False
    await lose_answers(deps.database)
    assert answered(await change.by(admin)) == answered(first)
    assert len(stock.taken_back) == 1


async def test_a_repeat_after_a_crash_shows_the_invoice_as_it_is_now(admin: AsyncClient, deps: Deps) -> None:
    change: Any = CHANGES[1].values[0]
    await change.by(admin)
    await lose_answers(deps.database)
    await take_step(admin, 1, "refunded")
    again = await change.by(admin)
    assert (again.status_code, again.json()["invoice"]["status"]) == (200, "refunded")


@pytest.mark.parametrize(
    ("path", "body"),
    [(f"{INVOICE}/status", {"status": "refunded"}), (f"{RETURN}/status", {"status": "approved"})],
)
async def test_a_refused_change_is_refused_again_after_a_crash(
    admin: AsyncClient, deps: Deps, path: str, body: dict[str, Any]
) -> None:
    first = await admin.patch(path, json=body, headers=KEY)
    await lose_answers(deps.database)
    assert first.status_code == 400
    assert answered(await admin.patch(path, json=body, headers=KEY)) == answered(first)


async def delete_both(operations: tuple[UUID, UUID], deps: Deps) -> None:
    of_invoice, of_return = operations
    await delete_invoice(DeleteInvoice(of_invoice, 1), database=deps.database, clock=deps.clock)
    await delete_return(DeleteReturn(of_return, 1), database=deps.database, clock=deps.clock)


async def test_of_attempts_of_one_deletion_at_once_none_is_refused(deps: Deps) -> None:
    before, operations = await told(deps), (uuid4(), uuid4())
    await asyncio.gather(*(delete_both(operations, deps) for _ in range(3)))
    after = await told(deps)
    assert [after[event] - before[event] for event in (EVENTS[0], EVENTS[2])] == [1, 1]
