"""Packs events of one type into messages, in order, up to a number and a size.

Most of an event's cost at the broker and its clients is that of its message (docs/adr/0025).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from aio_pika import DeliveryMode, Message

from libs.common.contracts.event import BATCH_CONTENT_TYPE, CONTENT_TYPE, owner_of

# The memory that a subscriber needs for each prefetched message.
EVENTS_MAX = 100
BYTES_MAX = 128 * 1024


class Sendable(Protocol):
    """An event that can be put into a message."""

    @property
    def id(self) -> UUID:
        """The event's id."""

    @property
    def type(self) -> str:
        """Its wire type."""

    @property
    def time(self) -> datetime:
        """The time of the event."""

    def to_json(self) -> bytes:
        """The event's envelope."""


def messages_of(events: Iterable[Sendable]) -> list[Message]:
    """The smallest number of messages for the events, each with one type, in the given order.

    A message holds at most 100 events and 128 KiB, or one larger event.
    """
    messages: list[_Filling] = []
    last_of_type: dict[str, _Filling] = {}
    for event in events:
        envelope = event.to_json()
        filling = last_of_type.get(event.type)
        if filling is None or not filling.has_room_for(envelope):
            filling = last_of_type[event.type] = _Filling(event)
            messages.append(filling)
        filling.add(envelope)
    return [filling.message() for filling in messages]


class _Filling:
    """A message to which events can be added."""

    def __init__(self, first: Sendable) -> None:
        self._first = first
        self._envelopes: list[bytes] = []
        self._size = 1  # the brackets, and a comma for each envelope except the first

    def has_room_for(self, envelope: bytes) -> bool:
        """Whether the message stays within its limits with this envelope."""
        return len(self._envelopes) < EVENTS_MAX and self._size + len(envelope) + 1 <= BYTES_MAX

    def add(self, envelope: bytes) -> None:
        """Add an event."""
        self._envelopes.append(envelope)
        self._size += len(envelope) + 1

    def message(self) -> Message:
        """The message. Its properties repeat what its events have in common; `timestamp` is the first's time.

        `message_id` is the id of a single event; that of a batch, set by the client, has no meaning.
        """
        alone = len(self._envelopes) == 1
        return Message(
            self._envelopes[0] if alone else b"[%b]" % b",".join(self._envelopes),
            message_id=str(self._first.id) if alone else None,
            type=self._first.type,
            app_id=owner_of(self._first.type),
            content_type=CONTENT_TYPE if alone else BATCH_CONTENT_TYPE,
            timestamp=self._first.time,
            delivery_mode=DeliveryMode.PERSISTENT,
        )
