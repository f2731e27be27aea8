"""Records spans with a tracer of OpenTelemetry. Loaded only where traces are on."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import Token
from types import TracebackType
from typing import Self

from opentelemetry.context import Context
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    StatusCode,
    TraceFlags,
    Tracer,
    set_span_in_context,
)
from opentelemetry.trace import Span as OpenTelemetrySpan

from libs.common.context import traceparent
from libs.common.tracing.spans import Kind, Span, Value

ROOT = Context()
"""A parent that is none: the span begins a trace."""
WITHIN: frozenset[Kind] = frozenset({"CLIENT", "INTERNAL"})
"""The parent of these is a span of this process."""


class Recorder:
    """Makes spans of a tracer. Parents are given as `traceparent`."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer

    def span(self, name: str, kind: Kind, parent: str | None) -> "RecordedSpan":
        """A block that is the current span, also if it is not sampled: `traceparent` says so then."""
        return RecordedSpan(self._started(name, kind, parent))

    @contextmanager
    def batch(self, kind: Kind, events: Sequence[tuple[str, str]]) -> Iterator[None]:
        """A block in a trace of its own, and a span for each event in the event's trace; linked both ways."""
        causes = [Link(_context(parent)) for _, parent in events]
        whole = self._tracer.start_span("batch", ROOT, SpanKind[kind], links=causes)
        link = [Link(whole.get_span_context())]
        spans = [self._started(name, kind, parent, link) for name, parent in events]
        try:
            with RecordedSpan(whole):
                yield
        except BaseException as error:
            for span in spans:
                _fail(span, error)
            raise
        finally:
            for span in spans:
                span.end()

    def _started(
        self, name: str, kind: Kind, parent: str | None, links: Sequence[Link] = ()
    ) -> OpenTelemetrySpan:
        above = ROOT
        if parent is not None:
            came = _context(parent, is_remote=kind not in WITHIN)
            above = set_span_in_context(NonRecordingSpan(came), ROOT)
        return self._tracer.start_span(name, above, SpanKind[kind], links=links)


class RecordedSpan(Span):
    """A span that is the current one in its block."""

    __slots__ = ("_span", "_token", "is_recorded")

    def __init__(self, span: OpenTelemetrySpan) -> None:
        self._span = span
        self.is_recorded = span.is_recording()

    def __enter__(self) -> Self:
        self._token: Token[str | None] = traceparent.set(_as_traceparent(self._span.get_span_context()))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        traceparent.reset(self._token)
        if error is not None:
            _fail(self._span, error)
        self._span.end()

    def describe(self, name: str, attributes: dict[str, Value], *, failed: bool = False) -> None:
        self._span.update_name(name)
        self._span.set_attributes(attributes)
        if failed:
            self._span.set_status(StatusCode.ERROR)


def _fail(span: OpenTelemetrySpan, error: BaseException) -> None:
    span.set_attribute("error.type", type(error).__name__)
    span.set_status(StatusCode.ERROR)


def _context(parent: str, *, is_remote: bool = True) -> SpanContext:
    """Ids of zeros are not valid: a span below them begins a trace."""
    _, trace_id, span_id, flags = parent.split("-")
    return SpanContext(int(trace_id, 16), int(span_id, 16), is_remote, TraceFlags(int(flags, 16)))


def _as_traceparent(context: SpanContext) -> str:
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"
