"""The pieces that cancelling an order puts back, and the end of its open returns."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from libs.common.db.operations import Operation
from libs.testing.clock import FakeClock
from libs.testing.outbox import events_in_outbox
from services.sales.deps import Deps
from services.sales.domain.stock import Item
from services.sales.usecases.orders.placing import PlaceOrder, place_order
from services.sales.usecases.returns.counting import pieces_not_returned
from services.sales.usecases.returns.rejecting import reject_open_returns

INSERT_RETURN = """
with made as (
    insert into returns (uuid, order_id, user_id, username, status, total_refund, created_at, updated_at,
        deleted_at)
    values (gen_random_uuid(), %(order_id)s, 5, 'ana', %(status)s, 100, now(), now(), %(deleted_at)s)
    returning id
)
insert into return_lines (
    return_id, line, product_id, product_name, quantity, unit_price, reason, refund_amount, disposition
)
select id, 1, 15, 'Coca Cola', %(quantity)s, 116, 'Broken', 100, 'restock' from made
"""


@pytest.fixture
async def order_id(deps: Deps) -> AsyncIterator[int]:
    """An order of 5 pieces of product 15 and 2 of product 20."""
    await deps.database.open()
    yield await placed(deps)
    await deps.database.close()


async def placed(deps: Deps) -> int:
    sale = PlaceOrder(Operation(uuid4()), "WEB", 5, "ana", None, (Item(15, 5), Item(20, 2)))
    return (await place_order(sale, desk=deps.desk)).order.id


async def returned(
    deps: Deps, order_id: int, quantity: int, status: str, *, is_deleted: bool = False
) -> None:
    """A return of so many pieces of product 15."""
    await deps.database.execute(
        INSERT_RETURN,
        {
            "order_id": order_id,
            "quantity": quantity,
            "status": status,
            "deleted_at": deps.clock() if is_deleted else None,
        },
    )


async def not_returned(deps: Deps, order_id: int) -> tuple[Item, ...]:
    async with deps.database.transaction() as tx:
        return await pieces_not_returned(tx, order_id)


async def test_all_that_was_bought_is_put_back_if_nothing_has_come_back(deps: Deps, order_id: int) -> None:
    assert await not_returned(deps, order_id) == (Item(15, 5), Item(20, 2))


@pytest.mark.parametrize("status", ["requested", "approved", "rejected"])
async def test_what_was_not_processed_has_not_come_back(deps: Deps, order_id: int, status: str) -> None:
    await returned(deps, order_id, 3, status)
    assert await not_returned(deps, order_id) == (Item(15, 5), Item(20, 2))


async def test_what_was_processed_has_come_back_even_if_the_return_was_deleted(
    deps: Deps, order_id: int
) -> None:
    await returned(deps, order_id, 3, "processed")
    await returned(deps, order_id, 1, "processed", is_deleted=True)
    assert await not_returned(deps, order_id) == (Item(15, 1), Item(20, 2))
    await returned(deps, order_id, 1, "processed")
    assert await not_returned(deps, order_id) == (Item(20, 2),)


async def test_open_returns_are_rejected_and_told_and_others_stay(
    deps: Deps, order_id: int, clock: FakeClock
) -> None:
    for status in ("requested", "approved", "rejected", "processed"):
        await returned(deps, order_id, 1, status)
    await returned(deps, order_id, 1, "approved", is_deleted=True)
    await returned(deps, await placed(deps), 1, "approved")
    async with deps.database.transaction() as tx:
        await reject_open_returns(tx, order_id, now=clock())

    rows = await deps.database.fetch_dicts("select id, status, updated_at from returns order by id")
    assert [row["status"] for row in rows] == ["rejected"] * 3 + ["processed", "approved", "approved"]
    assert [row["updated_at"] == clock() for row in rows] == [True] * 2 + [False] * 4
    order_uuid = await deps.database.fetch_value("select uuid from orders where id = %s", [order_id])
    told = await events_in_outbox(deps.database, "sales.return_changed.v1")
    assert {event.subject for event in told} == {f"order/{order_uuid}"}
    assert [
        {name: value for name, value in event.data.items() if name != "return_uuid"}
        for event in sorted(told, key=lambda event: event.data["return_id"])
    ] == [
        {
            "return_id": row["id"],
            "order_uuid": str(order_uuid),
            "order_id": order_id,
            "channel": "WEB",
            "user_id": 5,
            "status": "rejected",
            "is_deleted": False,
            "changed_at": "2026-03-02T18:00:00Z",
        }
        for row in rows[:2]
    ]
