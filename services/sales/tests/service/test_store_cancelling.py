"""Cancelling and deleting web orders through the STORE door (STORE 29, 30)."""

import asyncio

import pytest
from httpx import AsyncClient

from libs.testing.answers import answered
from libs.testing.clock import FakeClock
from libs.testing.idempotency import lose_answers
from libs.testing.outbox import events_in_outbox
from services.sales.deps import Deps
from services.sales.tests.builders import checked_out, led_to
from services.sales.tests.fakes import FakeStock
from services.sales.tests.web_orders import invoice_status, no_step

KEY = {"Idempotency-Key": "cancel-1"}
BEFORE_SHIPPING = ((), ("confirmed",), ("confirmed", "processing"))
SHIPPED = ("confirmed", "processing", "shipped")

INSERT_RETURN = """
with returned as (
    insert into returns (uuid, order_id, user_id, username, status, total_refund, created_at, updated_at)
    values (gen_random_uuid(), %(order_id)s, 1, 'johndoe', %(status)s, 10, now(), now())
    returning id
)
insert into return_lines (return_id, line, product_id, product_name, quantity, unit_price, reason,
    refund_amount, disposition)
select id, 1, 20, 'Pan', 1, 10, 'Stale', 10, 'restock' from returned
"""


async def returned(deps: Deps, order_id: int, status: str) -> None:
    """A return of one piece of product 20."""
    await deps.database.execute(INSERT_RETURN, {"order_id": order_id, "status": status})


async def returns_of(deps: Deps, order_id: int) -> list[str]:
    rows = await deps.database.fetch_dicts(
        "select status from returns where order_id = %s order by id", [order_id]
    )
    return [row["status"] for row in rows]


async def pay_invoice(deps: Deps, order_id: int) -> None:
    await deps.database.execute(
        "update invoices set status = 'paid', paid_at = now() where order_id = %s", [order_id]
    )


@pytest.mark.parametrize("way", BEFORE_SHIPPING)
async def test_a_shopper_cancels_their_order_until_it_is_shipped(
    shopper: AsyncClient, admin: AsyncClient, clock: FakeClock, stock: FakeStock, way: tuple[str, ...]
) -> None:
    await checked_out(shopper, (20, 2), (15, 1))
    await led_to(admin, 1, *way)
    clock.advance(minutes=5)
    answer = await shopper.post("/sales/orders/1/cancel")
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "message": "Order cancelled successfully",
            "order": {
                "id": 1,
                "status": "cancelled",
                "shipping_address": None,
                "updated_at": "2026-03-02T18:05:00Z",
            },
        },
    )
    assert (stock.products[20].stock, stock.products[15].stock) == (1_000, 1_000)


@pytest.mark.parametrize("status", ["shipped", "delivered"])
async def test_o03_a_shipped_order_is_cancelled_by_an_admin_only_and_its_stock_stays_away(
    shopper: AsyncClient, admin: AsyncClient, stock: FakeStock, deps: Deps, status: str
) -> None:
    stock.products[20].stock = 10
    await checked_out(shopper, (20, 4))
    await led_to(admin, 1, *SHIPPED, *(["delivered"] if status == "delivered" else []))
    answer = await shopper.post("/sales/orders/1/cancel")
    assert answered(answer) == no_step(status, "cancelled")
    assert (await admin.post("/sales/orders/1/cancel")).status_code == 200
    assert stock.products[20].stock == 6
    (event,) = await events_in_outbox(deps.database, "sales.order_cancelled.v1")
    assert event.data["put_back"] == []


async def test_somebody_elses_order_is_not_cancelled(
    shopper: AsyncClient, other_shopper: AsyncClient, till: AsyncClient
) -> None:
    await checked_out(shopper)
    for client in (other_shopper, till):
        answer = await client.post("/sales/orders/1/cancel")
        assert (answer.status_code, answer.json()) == (403, {"error": "Access denied"})


async def test_an_unknown_order_is_404(shopper: AsyncClient) -> None:
    answer = await shopper.post("/sales/orders/99/cancel")
    assert (answer.status_code, answer.json()) == (404, {"error": "Order not found"})


async def test_a_cancelled_order_is_not_cancelled_again(shopper: AsyncClient, stock: FakeStock) -> None:
    await checked_out(shopper)
    await shopper.post("/sales/orders/1/cancel")
    answer = await shopper.post("/sales/orders/1/cancel")
    assert answered(answer) == no_step("cancelled", "cancelled")
    assert stock.products[20].stock == 1_000


async def test_a_cancellation_is_published_with_what_goes_back(shopper: AsyncClient, deps: Deps) -> None:
    await checked_out(shopper, (20, 2), (15, 1))
    await shopper.post("/sales/orders/1/cancel")
    (event,) = await events_in_outbox(deps.database, "sales.order_cancelled.v1")
    assert (event.data["channel"], event.data["reason"]) == ("WEB", "user")
    assert event.data["put_back"] == [
        {"product_id": 15, "quantity": 1},
        {"product_id": 20, "quantity": 2},
    ]


async def test_what_has_come_back_already_does_not_go_back_again_and_open_returns_are_rejected(
    shopper: AsyncClient, admin: AsyncClient, stock: FakeStock, deps: Deps
) -> None:
    await checked_out(shopper, (20, 5))
    await led_to(admin, 1, "confirmed")
    for status in ("processed", "approved", "requested", "rejected"):
        await returned(deps, 1, status)
    await shopper.post("/sales/orders/1/cancel")
    assert stock.products[20].stock == 999, "4 of 5: the fifth is back by its processed return"
    assert await returns_of(deps, 1) == ["processed", "rejected", "rejected", "rejected"]


async def test_what_is_published_of_its_return_and_its_invoice_names_the_cancelled_order(
    shopper: AsyncClient, admin: AsyncClient, deps: Deps
) -> None:
    for order_id in (1, 2):
        await checked_out(shopper)
        await led_to(admin, order_id, "confirmed")
    await returned(deps, 2, "requested")
    await shopper.post("/sales/orders/2/cancel")
    order_uuid = str(await deps.database.fetch_value("select uuid from orders where id = 2"))
    for event in ("return_changed", "invoice_changed"):
        (told,) = await events_in_outbox(deps.database, f"sales.{event}.v1")
        assert (told.data["order_uuid"], told.subject) == (order_uuid, f"order/{order_uuid}")


async def test_cancelling_a_shipped_order_leaves_its_open_returns(
    shopper: AsyncClient, admin: AsyncClient, deps: Deps
) -> None:
    await checked_out(shopper, (20, 5))
    await led_to(admin, 1, *SHIPPED)
    await returned(deps, 1, "approved")
    await led_to(admin, 1, "cancelled")
    assert await returns_of(deps, 1) == ["approved"]


@pytest.mark.parametrize(("is_paid", "status"), [(False, "cancelled"), (True, "refunded")])
async def test_the_invoice_is_cancelled_or_refunded_with_the_order(
    shopper: AsyncClient, deps: Deps, *, is_paid: bool, status: str
) -> None:
    await checked_out(shopper)
    if is_paid:
        await pay_invoice(deps, 1)
    await shopper.post("/sales/orders/1/cancel")
    assert await invoice_status(deps.database, 1) == status


@pytest.mark.parametrize(
    ("method", "path"), [("PATCH", "/sales/orders/1/status"), ("PUT", "/sales/orders/1")]
)
async def test_leading_an_order_to_cancelled_is_cancelling_it(
    shopper: AsyncClient, admin: AsyncClient, stock: FakeStock, deps: Deps, method: str, path: str
) -> None:
    await checked_out(shopper)
    answer = await admin.request(method, path, json={"status": "cancelled"})
    assert (answer.status_code, answer.json()["order"]["status"]) == (200, "cancelled")
    assert (stock.products[20].stock, await invoice_status(deps.database, 1)) == (1_000, "cancelled")
    assert len(await events_in_outbox(deps.database, "sales.order_cancelled.v1")) == 1
    assert await events_in_outbox(deps.database, "sales.order_status_changed.v1") == []


async def test_while_catalog_is_away_the_event_returns_the_stock(
    shopper: AsyncClient, stock: FakeStock, deps: Deps
) -> None:
    await checked_out(shopper)
    stock.down = True
    assert (await shopper.post("/sales/orders/1/cancel")).status_code == 200
    assert stock.products[20].stock == 998
    assert len(await events_in_outbox(deps.database, "sales.order_cancelled.v1")) == 1


async def test_a_repeat_with_the_same_key_gets_the_first_answer(shopper: AsyncClient) -> None:
    await checked_out(shopper)
    first = await shopper.post("/sales/orders/1/cancel", headers=KEY)
    again = await shopper.post("/sales/orders/1/cancel", headers=KEY)
    assert (again.status_code, again.content) == (200, first.content)
    assert again.headers["Idempotent-Replayed"] == "true"


async def test_a_repeat_after_a_crash_before_the_stock_was_back_returns_it(
    shopper: AsyncClient, deps: Deps, stock: FakeStock
) -> None:
    await checked_out(shopper, (20, 2))
    stock.down = True
    first = await shopper.post("/sales/orders/1/cancel", headers=KEY)
    await lose_answers(deps.database)
    stock.down = False
    again = await shopper.post("/sales/orders/1/cancel", headers=KEY)
    assert (again.status_code, again.json()) == (200, first.json())
    assert stock.products[20].stock == 1_000


async def test_of_8_cancellers_at_once_exactly_one_wins(shopper: AsyncClient, deps: Deps) -> None:
    await checked_out(shopper)
    answers = await asyncio.gather(*(shopper.post("/sales/orders/1/cancel") for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 7
    assert len(await events_in_outbox(deps.database, "sales.order_cancelled.v1")) == 1


async def test_of_cancelling_and_shipping_at_once_one_wins(
    shopper: AsyncClient, admin: AsyncClient, stock: FakeStock, deps: Deps
) -> None:
    for number in range(1, 11):
        await checked_out(shopper, (20, 1))
        await led_to(admin, number, "confirmed", "processing")
    answers = await asyncio.gather(
        *(shopper.post(f"/sales/orders/{number}/cancel") for number in range(1, 11)),
        *(
            admin.patch(f"/sales/orders/{number}/status", json={"status": "shipped"})
            for number in range(1, 11)
        ),
    )
    for cancelled, shipped in zip(answers[:10], answers[10:], strict=True):
        assert sorted((cancelled.status_code, shipped.status_code)) == [200, 400]
    shipped_ones = sum(answer.status_code == 200 for answer in answers[10:])
    assert stock.products[20].stock == 1_000 - shipped_ones


@pytest.mark.parametrize("way", [(), ("confirmed",)])
async def test_an_admin_deletes_an_order_and_it_is_gone_for_all_with_its_stock_back(
    shopper: AsyncClient, admin: AsyncClient, stock: FakeStock, deps: Deps, way: tuple[str, ...]
) -> None:
    await checked_out(shopper)
    await led_to(admin, 1, *way)
    answer = await admin.delete("/sales/orders/1")
    assert (answer.status_code, answer.json()) == (200, {"message": "Order deleted successfully"})
    assert (stock.products[20].stock, await invoice_status(deps.database, 1)) == (1_000, "cancelled")
    for client in (shopper, admin):
        assert (await client.get("/sales/orders/1")).status_code == 404
        assert (await client.get("/sales/orders")).json() == {"total_orders": 0, "orders": []}
        assert (await client.post("/sales/orders/1/cancel")).status_code == 404
    assert (await admin.put("/sales/orders/1", json={"status": "confirmed"})).status_code == 404
    assert (await admin.delete("/sales/orders/1")).status_code == 404


async def test_a_deletion_is_published_with_the_cancellation(
    shopper: AsyncClient, admin: AsyncClient, deps: Deps
) -> None:
    await checked_out(shopper)
    await admin.delete("/sales/orders/1")
    (cancelled,) = await events_in_outbox(deps.database, "sales.order_cancelled.v1")
    assert cancelled.data["reason"] == "deleted"
    (deleted,) = await events_in_outbox(deps.database, "sales.order_deleted.v1")
    assert (deleted.data["order_id"], deleted.data["user_id"]) == (1, 1)


async def test_deleting_a_shipped_order_puts_nothing_back_and_rejects_its_returns(
    shopper: AsyncClient, admin: AsyncClient, stock: FakeStock, deps: Deps
) -> None:
    await checked_out(shopper, (20, 2))
    await led_to(admin, 1, *SHIPPED)
    await pay_invoice(deps, 1)
    await returned(deps, 1, "requested")
    await admin.delete("/sales/orders/1")
    assert stock.products[20].stock == 998
    assert (await invoice_status(deps.database, 1), await returns_of(deps, 1)) == ("refunded", ["rejected"])


async def test_a_cancelled_order_is_deleted_without_being_cancelled_again(
    shopper: AsyncClient, admin: AsyncClient, stock: FakeStock, deps: Deps
) -> None:
    await checked_out(shopper)
    await shopper.post("/sales/orders/1/cancel")
    assert (await admin.delete("/sales/orders/1")).status_code == 200
    assert stock.products[20].stock == 1_000
    assert len(await events_in_outbox(deps.database, "sales.order_cancelled.v1")) == 1


async def test_of_deleting_and_cancelling_at_once_the_stock_is_back_once(
    shopper: AsyncClient, admin: AsyncClient, stock: FakeStock, deps: Deps
) -> None:
    await checked_out(shopper)
    await asyncio.gather(
        *(shopper.post("/sales/orders/1/cancel") for _ in range(3)),
        *(admin.delete("/sales/orders/1") for _ in range(3)),
    )
    assert stock.products[20].stock == 1_000
    assert len(await events_in_outbox(deps.database, "sales.order_cancelled.v1")) == 1
    assert len(await events_in_outbox(deps.database, "sales.order_deleted.v1")) == 1
