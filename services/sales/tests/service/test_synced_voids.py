"""Sales that were undone before they were sent, of POST /api/sync/sales/ (contract §8.6)."""

from typing import Any

import pytest
from httpx import AsyncClient

from libs.common.clock import iso_utc
from libs.testing.clock import FakeClock
from libs.testing.outbox import events_in_outbox
from services.sales.deps import Deps
from services.sales.tests.fakes import FakeStock
from services.sales.tests.shifts import report
from services.sales.tests.synced import order_of, placed_with, result


@pytest.fixture
def shift(shift: int, clock: FakeClock) -> int:
    """The register's shift, open for an hour."""
    clock.advance(hours=1)
    return shift


async def test_a_voided_sale_moves_nothing_and_uses_its_number(
    till: AsyncClient, register: int, shift: int, sold: Any, deps: Deps, stock: FakeStock
) -> None:
    sale = sold()
    voided = {**sale, "voided_at": sale["sold_at"], "void_reason": "Error", "payments": []}
    told = await result(till, register, voided)
    order = await order_of(till, told)
    assert (told["result"], order["status"], order["ticket_number"]) == (
        "voided",
        "CANCELLED",
        f"C{register}-000001",
    )
    assert stock.products[15].stock == 1_000
    for event in ("created", "paid", "cancelled"):
        assert await events_in_outbox(deps.database, f"sales.order_{event}.v1") == []
    shown = await report(till, shift)
    assert (shown["sales"]["count"], shown["cancelled"], shown["cash"]["expected"]) == (0, 1, "500.00")
    as_sold = await result(till, register, sale)
    assert (as_sold["result"], as_sold["flags"]) == ("duplicate", ["CONTENT_DIFFERS"])
    assert (await order_of(till, told))["status"] == "CANCELLED"


async def test_a_voided_sale_has_the_lines_that_it_would_have_had(
    till: AsyncClient, register: int, shift: int, sold: Any
) -> None:
    kept, undone = sold(1), sold(2)
    voided = {**undone, "voided_at": undone["sold_at"]}
    orders = [await order_of(till, await result(till, register, sale)) for sale in (kept, voided)]
    money = ("subtotal", "total_tax", "final_amount")
    in_lines = ("product_name", "quantity", "unit_price", "amount", "tax_amount")
    told = [
        ([order[name] for name in money], [[line[name] for name in in_lines] for line in order["items"]])
        for order in orders
    ]
    assert told[1] == told[0]
    assert told[1][0] == ["100.00", "16.00", "116.00"]


async def test_a_pending_order_that_is_sent_as_voided_is_cancelled(
    till: AsyncClient, register: int, sold: Any, stock: FakeStock
) -> None:
    sale = sold()
    order = await placed_with(till, sale)
    told = await result(till, register, {**sale, "voided_at": sale["sold_at"]})
    assert (told["result"], told["order"]) == ("voided", order["id"])
    assert (await order_of(till, told))["status"] == "CANCELLED"
    assert stock.products[15].stock == 1_000


async def test_a_paid_order_that_is_sent_as_voided_stays_paid(
    till: AsyncClient, register: int, sold: Any
) -> None:
    sale = sold()
    await result(till, register, sale)
    told = await result(till, register, {**sale, "voided_at": sale["sold_at"]})
    assert (told["result"], told["flags"]) == ("duplicate", ["CONTENT_DIFFERS"])
    assert (await order_of(till, told))["status"] == "PAID"


async def test_what_differs_twice_is_flagged_once(till: AsyncClient, register: int, sold: Any) -> None:
    sale = sold()
    order = await placed_with(till, sale)
    await till.post(f"/api/orders/{order['id']}/pay/", json={"payment_method": "TRANSFER"})
    for sent in (sale, {**sale, "voided_at": sale["sold_at"]}):
        assert (await result(till, register, sent))["flags"] == ["CONTENT_DIFFERS"]


@pytest.mark.parametrize("voided_at", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
async def test_an_impossible_time_of_undoing_is_that_of_arrival(
    till: AsyncClient, register: int, sold: Any, clock: FakeClock, voided_at: str
) -> None:
    told = await result(till, register, sold(1, voided_at=voided_at))
    assert (told["result"], told["flags"]) == ("voided", ["CLOCK"])
    assert (await order_of(till, told))["cancelled_at"] == iso_utc(clock())


async def test_a_pending_order_was_not_cancelled_before_it_was_sold(
    till: AsyncClient, register: int, sold: Any
) -> None:
    sale = sold()
    order = await placed_with(till, sale)
    told = await result(till, register, {**sale, "voided_at": "2020-01-01T00:00:00Z"})
    assert (told["order"], told["flags"]) == (order["id"], ["CLOCK"])
    assert (await order_of(till, told))["cancelled_at"] > sale["sold_at"]
