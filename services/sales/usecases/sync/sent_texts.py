"""Reads what a till has sent of an order: the text that was booked, and others for the same `client_id`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

from libs.common.db.database import Database
from services.sales.domain.synced import SaleNotSent, Status

SELECT_SENT: LiteralString = f"""
select synced_sales.register_id, received_at, received_from, result, sale, original,
    differing
from orders join synced_sales using (client_id)
where orders.id = %(order_id)s and channel = 'POS' and synced_sales.status = '{Status.BOOKED}'
"""


@dataclass(frozen=True, slots=True)
class SentTexts:
    """The sale that a till sent and that was booked. `differing` came for it too, and was not booked.

    `original` has the register and the sale that were sent, if a person has mended them before they were
    booked. `received_from` is the user who sent it; `result` is what became of it.
    """

    register_id: int
    received_at: datetime
    received_from: int
    result: str
    sale: Any
    original: Mapping[str, Any] | None
    differing: list[Any]


async def find_sent(order_id: int, *, database: Database) -> SentTexts:
    """The texts that were sent of an order of the tills; raises `SaleNotSent`."""
    sent = await database.fetch_one(SentTexts, SELECT_SENT, {"order_id": order_id})
    if sent is None:
        raise SaleNotSent
    return sent
