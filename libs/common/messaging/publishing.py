"""Generates SQL with which one statement changes rows and writes their event.

    TAKE_PAYMENT = f'''
    with paid as (update orders set … returning id, uuid, …), {
        published(OrderPaid, of="paid", subject="'order/' || uuid", order_uuid="uuid", order_id="id")
    }
    select * from paid
    '''
    order = await database.publish_one(Order, TAKE_PAYMENT, {…})

One round trip instead of four (BEGIN, statement, outbox, COMMIT). The event's model stays the only place
that names its members and their format.
"""

from datetime import datetime
from decimal import Decimal
from typing import LiteralString, get_args

from pydantic.fields import FieldInfo

from libs.common.contracts.event import Event, Payload


def published(
    event: type[Event],
    *,
    of: LiteralString,
    subject: LiteralString,
    **members: LiteralString,
) -> LiteralString:
    """The part of a `with` that writes an event per row of the part `of`: see `Database.publish_one`.

    `subject` and `members` are SQL over those rows; a member that is not given is the column of its name.
    `Outbox.stamp` sets the parameters `occurred_at` and `traceparent`.
    """
    return f"""published as (
        insert into outbox (event_id, type, subject, occurred_at, data, traceparent)
        select gen_random_uuid(), '{event.event_type}', {subject}, %(occurred_at)s,
            {payload(event, **members)}, %(traceparent)s
        from {of}
    )"""


def published_together(*events: LiteralString) -> LiteralString:
    """As `published`, for events of several types: see `told`."""
    return f"""published as (
        insert into outbox (event_id, type, subject, occurred_at, data, traceparent)
        select gen_random_uuid(), type, subject, %(occurred_at)s, data, %(traceparent)s
        from ({" union all ".join(events)}) told (type, subject, data)
    )"""


def told(
    event: type[Event], *, of: LiteralString, subject: LiteralString, **members: LiteralString
) -> LiteralString:
    """An event per row of the part `of`, for `published_together`; the arguments are those of `published`."""
    return f"select '{event.event_type}', {subject}, {payload(event, **members)} from {of}"


def payload(model: type[Payload], **members: LiteralString) -> LiteralString:
    """SQL for the JSON of an event or a part of one, equal to its model's."""
    unknown = members.keys() - model.model_fields.keys()
    assert not unknown, f"{model.__name__} has no {sorted(unknown)}"
    pairs = (
        f"'{name}', {_written(field, members.get(name, name))}" for name, field in model.model_fields.items()
    )
    return f"json_build_object({', '.join(pairs)})"


def _written(field: FieldInfo, expression: LiteralString) -> LiteralString:
    if expression == "null":
        return expression
    if _holds(field.annotation, Decimal):  # a JSON number would not be exact
        return f"({expression})::text"
    if _holds(field.annotation, datetime):
        return f"""to_char({expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""
    return expression


def _holds(annotation: object, kind: type) -> bool:
    """The type inside `… | None` and `Annotated[…]`."""
    return annotation is kind or any(_holds(part, kind) for part in get_args(annotation))
