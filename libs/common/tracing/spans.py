"""Spans: what a process does for a trace, and how long it takes. Nothing is recorded without a recorder.

The id of the current span is `context.traceparent`, which log lines, calls and events carry. What belongs to
no trace, as a timed job or a health check, makes no spans.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self, TypeAlias

from libs.common.context import new_traceparent, traceparent

if TYPE_CHECKING:  # it loads OpenTelemetry
    from libs.common.tracing.recording import Recorder

Kind: TypeAlias = Literal["SERVER", "CLIENT", "PRODUCER", "CONSUMER", "INTERNAL"]
Value: TypeAlias = str | int

SAMPLED = 1


class Span:
    """A block of code that is recorded, by a subclass. This one does nothing."""

    __slots__ = ()

    is_recorded = False

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End. An error is recorded by its type only: its text may hold what a client has sent."""

    def describe(self, name: str, attributes: dict[str, Value], *, failed: bool = False) -> None:
        """Say what is known only at the end."""


NOTHING = Span()
_recorder: "Recorder | None" = None


def record_with(recorder: "Recorder | None") -> None:
    """Record spans from now on, or no longer."""
    global _recorder  # noqa: PLW0603 - like the log's configuration, it belongs to the process
    _recorder = recorder


def are_recorded() -> bool:
    """Whether this process records spans."""
    return _recorder is not None


def span(name: str, kind: Kind = "INTERNAL") -> Span:
    """A block within the current trace; nothing if there is none or it is not sampled."""
    if _recorder is None:
        return NOTHING
    parent = traceparent.get()
    return _recorder.span(name, kind, parent) if is_sampled(parent) else NOTHING


def span_of_request(parent: str | None) -> Span:
    """A block that answers a request. Without a parent it begins a trace, which the sampler may leave out."""
    if _recorder is None:
        traceparent.set(parent or new_traceparent())
        return NOTHING
    return _recorder.span("request", "SERVER", parent)


def spans_of_events(kind: Kind, events: Iterable[tuple[str, str | None]]) -> AbstractContextManager[object]:
    """A block that works for several events, as pairs of a span's name and the event's traceparent.

    Each sampled event has a span in its own trace. Work in the block belongs to the span of a single event.
    Several have a trace of the batch beside them, which is linked with theirs.
    """
    if _recorder is None:
        return NOTHING
    given = list(events)
    sampled = [(name, parent) for name, parent in given if parent and is_sampled(parent)]
    if not sampled:
        return NOTHING
    if len(given) == 1:
        return _recorder.span(sampled[0][0], kind, sampled[0][1])
    return _recorder.batch(kind, sampled)


def is_sampled(parent: str | None) -> bool:
    """Whether a traceparent asks for spans of its trace."""
    return parent is not None and int(parent[-2:], 16) & SAMPLED == SAMPLED
