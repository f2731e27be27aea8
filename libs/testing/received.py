"""Events as their consumers get them."""

from itertools import count
from typing import TypeVar
from uuid import uuid4

from libs.common.contracts.event import Event
from libs.common.messaging.envelope import Received
from libs.testing.clock import START

E = TypeVar("E", bound=Event)
_sequences = count(1)


def received(event: E, *, sequence: int | None = None) -> Received[E]:
    """The event with an id of its own; it comes after all earlier ones, unless its sequence is given."""
    return Received(
        event=event,
        id=uuid4(),
        subject="thing/1",  # consumers read no subject
        sequence=next(_sequences) if sequence is None else sequence,
        time=START,
    )
