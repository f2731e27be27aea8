"""The spans of this process, kept in memory, and a collector to which real processes send theirs."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import DEFAULT_ON, Sampler

from libs.common.tracing.recording import Recorder
from libs.common.tracing.spans import record_with


@dataclass(frozen=True, slots=True)
class Seen:
    """A span that has ended; ids are hexadecimal, empty if there is none."""

    service: str
    name: str
    kind: str
    trace_id: str
    span_id: str
    parent_id: str
    attributes: Mapping[str, Any]
    failed: bool
    links: tuple[str, ...]
    """The ids of the spans that it is linked with."""

    @property
    def traceparent(self) -> str:
        """The traceparent of what happens in this span."""
        return f"00-{self.trace_id}-{self.span_id}-01"

    def is_below(self, parent: "Seen") -> bool:
        """Whether this is a child of the other."""
        return (self.trace_id, self.parent_id) == (parent.trace_id, parent.span_id)


class Recorded:
    """The spans that have ended in this process."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()

    @property
    def all(self) -> list[Seen]:
        """In the order of their ends."""
        return spans_of(encode_spans(self.exporter.get_finished_spans()))

    @property
    def by_name(self) -> dict[str, Seen]:
        """The last of each name."""
        return {span.name: span for span in self.all}

    @property
    def text(self) -> str:
        """All that a collector would be told."""
        return "\n".join(span.to_json() for span in self.exporter.get_finished_spans())


def spans_of(request: ExportTraceServiceRequest) -> list[Seen]:
    """The spans of a message to a collector."""
    return [
        Seen(
            service=_attributes(group.resource.attributes)["service.name"],
            name=span.name,
            kind=Span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_"),
            trace_id=span.trace_id.hex(),
            span_id=span.span_id.hex(),
            parent_id=span.parent_span_id.hex(),
            attributes=_attributes(span.attributes),
            failed=span.status.code == Status.STATUS_CODE_ERROR,
            links=tuple(link.span_id.hex() for link in span.links),
        )
        for group in request.resource_spans
        for scope in group.scope_spans
        for span in scope.spans
    ]


def _attributes(pairs: Iterable[KeyValue]) -> dict[str, Any]:
    return {pair.key: getattr(pair.value, pair.value.WhichOneof("value") or "") for pair in pairs}


@contextmanager
def recorded_spans(sampler: Sampler = DEFAULT_ON) -> Iterator[Recorded]:
    """Record the spans of this process during the block."""
    recorded = Recorded()
    provider = TracerProvider(sampler, shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(recorded.exporter))
    record_with(Recorder(provider.get_tracer("tests")))
    try:
        yield recorded
    finally:
        record_with(None)


@dataclass
class Collector:
    """Everything that was sent to an endpoint on this machine."""

    url: str
    requests: list[bytes] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)

    def spans(self, trace_id: str | None = None) -> list[Seen]:
        """The spans, of one trace or of all."""
        messages = map(ExportTraceServiceRequest.FromString, list(self.requests))
        return [seen for each in messages for seen in spans_of(each) if trace_id in {None, seen.trace_id}]


@contextmanager
def collector() -> Iterator[Collector]:
    """A collector that listens during the block."""
    kept = Collector("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.headers.append(dict(self.headers.items()))
            kept.requests.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200 if self.path == "/v1/traces" else 404)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.url = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
