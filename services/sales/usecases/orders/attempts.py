"""The attempts of one operation at an order (ADR 0035).

Each attempt has an order uuid of its own, under which catalog holds its stock. Before the next attempt
begins, the earlier ones are ended for good, even if one of them still works: they are fenced, and what they
hold is released. So an attempt is never refused because of stock that its own operation holds.
"""

from collections.abc import Sequence
from uuid import UUID, uuid5

from libs.common.contracts.sales import Channel
from libs.common.db.database import Database
from libs.common.db.operations import Operation
from services.sales.usecases.orders.fencing import fence_orders
from services.sales.usecases.orders.reading import find_placed
from services.sales.usecases.orders.views import WholeOrder
from services.sales.usecases.ports import Stock

# What older attempts held, catalog has released itself when their leases ended.
EARLIER_MAX = 64

SELECT_FENCED = "select id from operations where id = any(%(uuids)s) and did = 'order.fenced'"
UPDATE_TO_RELEASED = """
    update operations set did = 'order.released' where id = %(uuid)s and did = 'order.fenced'
"""


def order_uuid_of(operation: Operation) -> UUID:
    """The uuid of the order that this attempt places. It can be computed, so a later attempt knows it."""
    return uuid5(operation.id, str(operation.attempt))


def is_placed_by(operation: Operation, order_uuid: UUID) -> bool:
    """Whether this attempt or an earlier one of the same operation has placed the order."""
    return order_uuid in {order_uuid_of(operation), *_earlier_uuids(operation)}


async def settle_earlier_attempts(
    operation: Operation, channel: Channel, *, stock: Stock, database: Database
) -> WholeOrder | None:
    """The order that an earlier attempt placed; otherwise None, and then none ever will or holds stock.

    Raises `Unavailable` if that cannot be said: a commit is in flight, or catalog does not answer.
    """
    uuids = _earlier_uuids(operation)
    if not uuids:
        return None
    await fence_orders(uuids, database=database)
    if placed := await find_placed(operation.id, channel, database=database):
        return placed
    await _release(uuids, stock, database)
    return None


def _earlier_uuids(operation: Operation) -> list[UUID]:
    first = max(1, operation.attempt - EARLIER_MAX)
    return [order_uuid_of(Operation(operation.id, attempt)) for attempt in range(first, operation.attempt)]


async def _release(uuids: Sequence[UUID], stock: Stock, database: Database) -> None:
    """Release what these attempts hold; what an earlier repeat has released is not asked for again."""
    fenced = await database.fetch_values(SELECT_FENCED, {"uuids": uuids})
    for order_uuid in fenced:
        await stock.release(order_uuid)
        await database.execute(UPDATE_TO_RELEASED, {"uuid": order_uuid})
