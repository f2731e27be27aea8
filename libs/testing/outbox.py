"""Reads the events in a service's outbox, in the order of their insertion."""

from typing import Any, NamedTuple, TypeVar

from libs.common.contracts.event import Event
from libs.common.db.database import Database

E = TypeVar("E", bound=Event)

SELECT_EVENTS = """
select type, subject, data::jsonb as data from outbox
where type = coalesce(%(type)s, type) order by id
"""


class Written(NamedTuple):
    """An event in the outbox."""

    type: str
    subject: str
    data: dict[str, Any]


async def events_in_outbox(database: Database, event_type: str | None = None) -> list[Written]:
    """All events, or those of one type such as `sales.order_paid.v1`."""
    rows = await database.fetch_dicts(SELECT_EVENTS, {"type": event_type})
    return [Written(**row) for row in rows]


async def outbox_is_empty(database: Database) -> bool:
    """Whether all events have been published."""
    return not await events_in_outbox(database)


async def models_in_outbox(database: Database, model: type[E]) -> list[E]:
    """The events of one model, parsed as by a consumer."""
    return [model.model_validate(event.data) for event in await events_in_outbox(database, model.event_type)]
