"""The watermark: the time of the newest event that is in the figures."""

from collections.abc import Iterable

from libs.common.contracts.event import Event
from libs.common.db.database import Transaction
from libs.common.messaging.envelope import Received

# The last statement of a batch: others wait for its row only during the commit.
RAISE_WATERMARK = """
insert into watermark as known (is_only, event_time, is_rebuilding) values (true, %(time)s, false)
on conflict (is_only) do update set event_time = greatest(known.event_time, excluded.event_time)
returning is_rebuilding
"""


async def raise_watermark(tx: Transaction, events: Iterable[Received[Event]]) -> bool:
    """Note the newest of these events, whose effects are in this transaction.

    Returns whether a rebuild is under way, whose tables these events concern too.
    """
    time = max(received.time for received in events)
    is_rebuilding: bool = await tx.fetch_value(RAISE_WATERMARK, {"time": time})
    return is_rebuilding
