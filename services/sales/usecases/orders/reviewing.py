"""Notes that a person has looked at what is odd about an order (contract §8.6)."""

from dataclasses import dataclass
from typing import LiteralString

from libs.common.clock import Clock
from libs.common.db.database import Database
from services.sales.usecases.orders.reading import find_order
from services.sales.usecases.orders.views import WholeOrder

REVIEW: LiteralString = """
update orders set reviewed_at = %(now)s, reviewed_by = %(user_id)s, review_note = %(note)s
where id = %(order_id)s and channel = 'POS'
"""


@dataclass(frozen=True, slots=True)
class ReviewOrder:
    """A review of an order of a till by a user. A later one takes the place of an earlier one."""

    order_id: int
    user_id: int
    note: str


async def review_order(command: ReviewOrder, *, database: Database, clock: Clock) -> WholeOrder:
    """Note the review, and return the order; raises `OrderNotFound`."""
    params = {"order_id": command.order_id, "user_id": command.user_id, "note": command.note, "now": clock()}
    await database.execute(REVIEW, params)
    return await find_order(command.order_id, "POS", database=database)
