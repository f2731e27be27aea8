"""Event models: frozen, with a version in their type, each owned by exactly one service."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, PlainSerializer, WithJsonSchema

from libs.common.clock import iso_utc

# A message carries one event (CloudEvents' structured mode) or several of a type (its JSON batch format).
CONTENT_TYPE = "application/cloudevents+json"
BATCH_CONTENT_TYPE = "application/cloudevents-batch+json"

Instant = Annotated[
    datetime,
    PlainSerializer(iso_utc, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]


def _plain(amount: Decimal) -> str:
    return f"{amount:f}"  # str() would write some zeros as 0E-7


Amount = Annotated[
    Decimal,
    PlainSerializer(_plain, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}, mode="serialization"),
]


class Payload(BaseModel):
    """Part of an event. Readers ignore unknown members; within a version only optional fields are added."""

    model_config = ConfigDict(frozen=True, extra="ignore")


@dataclass(frozen=True, slots=True)
class Order:
    """The number that tells which of two events is newer: the member `by`, compared within `among`."""

    by: str
    among: str

    @property
    def promise(self) -> str:
        """The promise in a sentence."""
        return f"Of two {self.among}, the one with the higher `{self.by}` is newer."


BY_SEQUENCE = Order("sequence", among="events of a subject")


@dataclass(frozen=True, slots=True)
class Promises:
    """The promises of a type to its subscribers, beside its shape.

    `subject` is `<noun>/<member>`, the member being one of the event's. `once_per` is the thing of which at
    most one event of the type tells.
    """

    subject: str
    order: Order
    once_per: str | None

    @property
    def delivery(self) -> str:
        """A sentence: the number of times that a reader gets an event."""
        repeats = "At least once: an event that comes again has the same `id`."
        return f"{repeats} There is at most one per {self.once_per}." if self.once_per else repeats


class Event(Payload):
    """A fact in the past. `event_type` is `<owner>.<fact>.v<n>`; only the owner publishes it."""

    event_type: ClassVar[str]
    promises: ClassVar[Promises]


E = TypeVar("E", bound=type[Event])

REGISTRY: dict[str, type[Event]] = {}


def event(
    event_type: str, *, subject: str, order: Order = BY_SEQUENCE, once_per: str | None = None
) -> Callable[[E], E]:
    """Give an event model its wire type and its promises, and enter it in the registry.

    The first paragraph of the model's docstring says when it is published.
    """

    def register(model: E) -> E:
        assert event_type not in REGISTRY, f"{event_type} is declared twice"
        model.event_type = event_type
        model.promises = Promises(subject, order, once_per)
        REGISTRY[event_type] = model
        return model

    return register


def owner_of(event_type: str) -> str:
    """The service that owns a type: the part before the first dot."""
    return event_type.split(".", 1)[0]
