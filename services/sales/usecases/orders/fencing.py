"""Settles for good whether an order stands, even while it is being committed."""

from collections.abc import Sequence
from uuid import UUID

from libs.common.db.database import Database
from libs.common.db.fences import insert_fences
from services.sales.domain.orders import OrderFenced, OrderNotFound
from services.sales.usecases.orders.reading import find_order_by_uuid
from services.sales.usecases.orders.views import OrderView

# `thing_id` is 0, because there is no order. The statement waits for the order's own while that is in flight.
INSERT_FENCES = """
    insert into operations (id, did, thing_id)
    select id, 'order.fenced', 0 from unnest(%(uuids)s::uuid[]) as fence(id) order by id
    on conflict do nothing
"""


async def fence_order(order_uuid: UUID, *, database: Database) -> OrderView:
    """The order if it stands; otherwise fence it, so that it never will, and raise `OrderFenced`.

    Raises `Unavailable` while neither is decided: see `fence_orders`.
    """
    await fence_orders([order_uuid], database=database)
    try:
        return await find_order_by_uuid(order_uuid, database=database)
    except OrderNotFound:
        raise OrderFenced from None


async def fence_orders(order_uuids: Sequence[UUID], *, database: Database) -> None:
    """Decide for good which of these orders stand: those that are not written yet never will be.

    Raises `Unavailable` while that is not decided: an order's statement is in flight for longer than
    `lock_timeout`, or the fence itself cannot be committed.
    """
    await insert_fences(INSERT_FENCES, {"uuids": order_uuids}, database=database)
