"""Ends the dismissal of a held sale: whatever a sender has had taken for it goes back (contract §8.6).

A sale that one sender has held may still be booked by another, who found its product known. The dismissal is
a mending (`booking.py`): from then on nobody books what was there before, and each of these senders comes
here. If a service is away, or a process ends, the sale stays RECEIVED, and the worker comes here.
"""

from typing import LiteralString

from libs.common.faults import Boundary, reached
from services.sales.domain.synced import Status
from services.sales.usecases.orders.recording import sale_uuid_of
from services.sales.usecases.sync.desk import SyncDesk
from services.sales.usecases.sync.kept import Kept

GIVE_UP: LiteralString = f"""
update synced_sales set status = '{Status.DISMISSED}'
where id = %(id)s and status = '{Status.RECEIVED}' and dismissed_by is not null
"""


async def give_up(kept: Kept, desk: SyncDesk) -> None:
    """Put the goods of a dismissed sale back; the sale is DISMISSED then. Raises `Unavailable`."""
    assert kept.dismissed_by is not None, "the sale was dismissed"
    if kept.client_id is not None:
        # An order that was placed with this `client_id` has another uuid.
        await desk.stock.sell(
            sale_uuid_of(kept.client_id),
            (),
            user_id=kept.dismissed_by,
            sold_at=kept.received_at,
            order_id=None,
        )
    reached(Boundary.AFTER_GOODS_GIVEN_UP)
    await desk.database.execute(GIVE_UP, {"id": kept.id})
