"""Sends spans to a collector, in the background, with OpenTelemetry's SDK. Loaded only where traces are on.

Spans wait in a queue of 2,048 and are lost beyond it. A collector that is slow or away delays nothing; each
batch that it does not take is one line in the log.
"""

import logging

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import (
    ALWAYS_OFF,
    ALWAYS_ON,
    ParentBased,
    Sampler,
    TraceIdRatioBased,
)
from opentelemetry.util.re import parse_env_headers

from libs.common.settings import TraceSettings
from libs.common.version import VERSION

PARENT_BASED = "parentbased_"

# It also tells of every attempt.
logging.getLogger("opentelemetry.exporter").setLevel(logging.ERROR)


def provider_for(service: str, settings: TraceSettings) -> TracerProvider:
    """Makes the spans of a process and sends them. The SDK reads more variables, like `OTEL_BSP_…`."""
    identity = {"service.namespace": "mostrador", "service.name": service, "service.version": VERSION}
    provider = TracerProvider(sampler_of(settings), Resource.create(identity), shutdown_on_exit=False)
    exporter = OTLPSpanExporter(
        f"{settings.otel_exporter_otlp_endpoint}".rstrip("/") + "/v1/traces",
        headers=parse_env_headers(settings.otel_exporter_otlp_headers, liberal=True),
    )
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider


def sampler_of(settings: TraceSettings) -> Sampler:
    """The sampler that `OTEL_TRACES_SAMPLER` names."""
    samplers = {
        "always_on": ALWAYS_ON,
        "always_off": ALWAYS_OFF,
        "traceidratio": TraceIdRatioBased(settings.otel_traces_sampler_arg),
    }
    name = settings.otel_traces_sampler
    sampler = samplers[name.removeprefix(PARENT_BASED)]
    return ParentBased(sampler) if name.startswith(PARENT_BASED) else sampler
