"""An event on the wire: CloudEvents 1.0 in JSON, with `sequence` and `traceparent`.

A message carries one event (structured mode) or several (the batch format, a JSON array of such envelopes).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

import orjson
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from libs.common.contracts.event import BATCH_CONTENT_TYPE, Event, owner_of

SEQUENCE_DIGITS = 20  # CloudEvents' `sequence` is text that sorts: wide enough for any bigint
PROPERTY_BYTES_MAX = 255  # of a text among AMQP's properties

E_co = TypeVar("E_co", bound=Event, covariant=True)


class UnreadableEvent(ValueError):
    """The message has no event that can be handled: no envelope, an unknown type, or a wrong shape."""


class NobodyListens(UnreadableEvent):
    """The reader does not listen to the event's type."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """An event in the outbox; `data` is its JSON text, `time` is in UTC."""

    id: UUID
    type: str
    subject: str
    time: datetime
    sequence: int
    data: str
    traceparent: str | None = None

    @property
    def source(self) -> str:
        """The service that publishes the event."""
        return owner_of(self.type)

    def to_json(self) -> bytes:
        """The published envelope."""
        members: dict[str, Any] = {
            "specversion": "1.0",
            "id": self.id,
            "source": self.source,
            "type": self.type,
            "subject": self.subject,
            "time": self.time.astimezone(UTC),
            "datacontenttype": "application/json",
            "sequence": f"{self.sequence:0{SEQUENCE_DIGITS}d}",
            "data": orjson.Fragment(self.data),
        }
        if self.traceparent:
            members["traceparent"] = self.traceparent
        return orjson.dumps(members, option=orjson.OPT_UTC_Z)


@dataclass(frozen=True, slots=True)
class Received(Generic[E_co]):
    """A consumed event. A higher `sequence` of the same subject is newer; `time` is in UTC."""

    event: E_co
    id: UUID
    subject: str
    sequence: int
    time: datetime
    traceparent: str | None = None


@dataclass(frozen=True, slots=True)
class Carried:
    """One event of a message: its envelope as a JSON value, and the parsed event or the reason why not."""

    envelope: Any
    content: Received[Event] | UnreadableEvent

    @property
    def body(self) -> bytes:
        """The envelope as the body of its own message."""
        return orjson.dumps(self.envelope)


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore")

    specversion: Literal["1.0"]
    id: UUID
    type: str
    subject: str
    time: AwareDatetime
    sequence: int
    data: dict[str, Any]
    traceparent: str | None = None


def read_events(body: bytes, content_type: str | None, models: Mapping[str, type[Event]]) -> list[Carried]:
    """All events of a message, in order; an unreadable one does not affect the others.

    Never raises: a batch that is no JSON array, or one nested too deep, is one unreadable event.
    """
    envelopes = _batch(body, content_type)
    if envelopes is None:
        return [Carried(orjson.Fragment(body), _or_why_not(read_envelope, body, models))]
    return [Carried(envelope, _or_why_not(_read, envelope, models)) for envelope in envelopes]


def split(body: bytes, content_type: str | None) -> list[bytes]:
    """The envelopes of a message; the whole body if it is no batch."""
    envelopes = _batch(body, content_type)
    return [body] if envelopes is None else [orjson.dumps(envelope) for envelope in envelopes]


def _batch(body: bytes, content_type: str | None) -> list[Any] | None:
    if content_type != BATCH_CONTENT_TYPE:
        return None
    try:
        envelopes = orjson.loads(body)
        orjson.dumps(envelopes)  # each must go into its own message if it fails: deeper is read than written
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return None  # reading it fails later, with the reason
    return envelopes if isinstance(envelopes, list) else None


def id_and_type(envelope: bytes) -> tuple[str | None, str | None]:
    """Return the envelope's id and type, even if the rest is unreadable; none that no property can hold."""
    try:
        members = orjson.loads(envelope)
    except orjson.JSONDecodeError:
        return None, None
    if not isinstance(members, dict):
        return None, None
    return _as_property(members.get("id")), _as_property(members.get("type"))


def _as_property(value: object) -> str | None:
    return value if isinstance(value, str) and len(value.encode()) <= PROPERTY_BYTES_MAX else None


def read_envelope(body: bytes, models: Mapping[str, type[Event]]) -> Received[Event]:
    """The event in an envelope, as its model in `models` (wire type → model); unknown members are ignored.

    Raises `UnreadableEvent` if it is no envelope, its type is not in `models`, or its data do not fit.
    """
    try:
        envelope = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise UnreadableEvent(f"Invalid JSON: {error}") from error
    return _read(envelope, models)


def _read(envelope: Any, models: Mapping[str, type[Event]]) -> Received[Event]:
    try:
        wire = _Wire.model_validate(envelope)
        model = models.get(wire.type)
        if model is None:
            raise NobodyListens(f"nobody here listens to {wire.type}")
        event = model.model_validate(wire.data)
    except ValidationError as error:
        raise UnreadableEvent(_summary(error)) from error
    return Received(event, wire.id, wire.subject, wire.sequence, wire.time, wire.traceparent)


def _or_why_not(
    read: Callable[[Any, Mapping[str, type[Event]]], Received[Event]],
    envelope: Any,
    models: Mapping[str, type[Event]],
) -> Received[Event] | UnreadableEvent:
    try:
        return read(envelope, models)
    except UnreadableEvent as error:
        return error


def _summary(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "message"
    return f"{error.title}: {where}: {first['msg']}"
