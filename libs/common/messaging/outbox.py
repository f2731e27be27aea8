"""How does an event survive the crash that follows the commit? It is a row of the same transaction."""

import asyncio
from collections.abc import Sequence
from uuid import uuid4

from libs.common.clock import Clock
from libs.common.context import traceparent
from libs.common.contracts.event import Event, owner_of
from libs.common.db.database import Sql

# `order by` makes the identity column, and so `sequence`, rise in the order of publication.
INSERT_EVENTS = """
insert into outbox (event_id, type, subject, occurred_at, data, traceparent)
select event_id, type, subject, %(occurred_at)s, data, %(traceparent)s
from unnest(%(ids)s::uuid[], %(types)s::text[], %(subjects)s::text[], %(data)s::text[])
    with ordinality as event (event_id, type, subject, data, place)
order by place
"""


class Outbox:
    """The events of one service that are committed and not yet confirmed by the broker.

    `wake` is set after each commit that left events behind, so that the relay of this process need not poll.
    """

    def __init__(self, source: str, clock: Clock) -> None:
        self.source = source
        self.clock = clock
        self.wake = asyncio.Event()

    async def write(self, sql: Sql, events: Sequence[tuple[Event, str]]) -> None:
        """Write (event, subject) pairs as rows of the open transaction; they all happened now."""
        for event, _ in events:
            assert owner_of(event.event_type) == self.source, (
                f"{self.source} may not publish {event.event_type}"
            )
        await sql.execute(
            INSERT_EVENTS,
            {
                "ids": [uuid4() for _ in events],
                "types": [event.event_type for event, _ in events],
                "subjects": [subject for _, subject in events],
                "data": [event.model_dump_json() for event, _ in events],
                "occurred_at": self.clock(),
                "traceparent": traceparent.get(),
            },
        )

    def committed(self) -> None:
        """The rows are visible: wake the relay of this process."""
        self.wake.set()
