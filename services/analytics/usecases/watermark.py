"""The watermark: the time of the newest event that is in the figures."""

from collections.abc import Iterable

from libs.common.contracts.event import Event
from libs.common.db.database import Transaction
from libs.common.messaging.envelope import Received

# The last statement of a batch: others wait for its row only during the commit.
RAISE_WATERMARK = """
insert into watermark as known (is_only, event_time, is_rebuilding) values (true, %(time)s, false)
on conflict (is_only) do update set event_time = greatest(known.event_time, excluded.event_time)
"""


async def raise_watermark(tx: Transaction, events: Iterable[Received[Event]]) -> None:
    """Note the newest of these events, whose effects are in this transaction."""
    await tx.execute(RAISE_WATERMARK, {"time": max(received.time for received in events)})
