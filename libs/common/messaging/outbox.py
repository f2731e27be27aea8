"""Writes events as rows in the transaction of the change, so that a crash after the commit loses none."""

import asyncio
from collections.abc import Sequence
from uuid import uuid4

from libs.common.clock import Clock
from libs.common.context import traceparent
from libs.common.contracts.event import Event, owner_of
from libs.common.db.database import Sql

# One row per statement: a transaction nearly always has one event, and plain values cost half of arrays.
INSERT_EVENT = """
insert into outbox (event_id, type, subject, occurred_at, data, traceparent)
values (%(event_id)s, %(type)s, %(subject)s, %(occurred_at)s, %(data)s, %(traceparent)s)
"""


class Outbox:
    """A service's committed events that the broker has not confirmed yet.

    `wake` is set after each commit with events, so that the relay of this process need not poll.
    """

    def __init__(self, source: str, clock: Clock) -> None:
        self.source = source
        self.clock = clock
        self.wake = asyncio.Event()

    async def write(self, sql: Sql, events: Sequence[tuple[Event, str]]) -> None:
        """Write (event, subject) pairs as rows in the open transaction, with the current time."""
        for event, _ in events:
            assert owner_of(event.event_type) == self.source, (
                f"{self.source} may not publish {event.event_type}"
            )
        occurred_at = self.clock()
        await sql.execute_each(
            INSERT_EVENT,
            [
                {
                    "event_id": uuid4(),
                    "type": event.event_type,
                    "subject": subject,
                    "occurred_at": occurred_at,
                    "data": event.model_dump_json(),
                    "traceparent": traceparent.get(),
                }
                for event, subject in events
            ],
        )

    def stamp(self) -> dict[str, object]:
        """Return the parameters of a statement that writes its event itself: time and trace."""
        return {"occurred_at": self.clock(), "traceparent": traceparent.get()}

    def committed(self) -> None:
        """The rows are visible: wake the relay of this process."""
        self.wake.set()
