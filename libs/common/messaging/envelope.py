"""What does an event look like on the wire? CloudEvents 1.0 in JSON, with `sequence` and `traceparent`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

import orjson
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from libs.common.contracts.event import Event, owner_of

CONTENT_TYPE = "application/cloudevents+json"
SEQUENCE_DIGITS = 20  # CloudEvents' `sequence` is text that sorts: wide enough for any bigint

E_co = TypeVar("E_co", bound=Event, covariant=True)


class UnreadableEvent(ValueError):
    """No handler can be given this message: no envelope, a type nobody here listens to, or another shape."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """An event as it waits in the outbox; `data` is its JSON text, `time` when it happened (UTC)."""

    id: UUID
    type: str
    subject: str
    time: datetime
    sequence: int
    data: str
    traceparent: str | None = None

    @property
    def source(self) -> str:
        """The service that published it."""
        return owner_of(self.type)

    def to_json(self) -> bytes:
        """The whole envelope, as it is published."""
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
    """An event that arrived. A higher `sequence` of the same subject is newer; `time` is UTC."""

    event: E_co
    id: UUID
    subject: str
    sequence: int
    time: datetime
    traceparent: str | None = None


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


def read_envelope(body: bytes, models: Mapping[str, type[Event]]) -> Received[Event]:
    """The event in a message, as its model in `models` (wire type → model); unknown members are ignored.

    Raises `UnreadableEvent` if it is no envelope, its type is not in `models`, or its data do not fit.
    """
    try:
        wire = _Wire.model_validate_json(body)
        model = models.get(wire.type)
        if model is None:
            raise UnreadableEvent(f"nobody here listens to {wire.type}")
        event = model.model_validate(wire.data)
    except ValidationError as error:
        raise UnreadableEvent(_summary(error)) from error
    return Received(event, wire.id, wire.subject, wire.sequence, wire.time, wire.traceparent)


def _summary(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "message"
    return f"{error.title}: {where}: {first['msg']}"
