"""Turns the traces of a process on at its start, if an endpoint is set, and sends the last at its end."""

import asyncio
from threading import Thread
from typing import TYPE_CHECKING

from libs.common.settings import TraceSettings
from libs.common.tracing.spans import record_with

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

LAST_SPANS_SECONDS = 2.0


class Traces:
    """The traces of this process. Off, they load nothing and do nothing."""

    def __init__(self, service: str, settings: TraceSettings) -> None:
        self._provider: TracerProvider | None = None
        if settings.otel_exporter_otlp_endpoint is not None:
            self._provider = _provider(service, settings)

    async def end(self) -> None:
        """Record nothing more, and send what waits, for at most 2 seconds."""
        if self._provider is None:
            return
        record_with(None)
        # The SDK alone would wait for half a minute. A daemon does not keep the process from ending.
        sending = Thread(target=self._provider.shutdown, daemon=True)
        sending.start()
        await asyncio.to_thread(sending.join, LAST_SPANS_SECONDS)


def _provider(service: str, settings: TraceSettings) -> "TracerProvider":
    from libs.common.tracing.exporting import provider_for
    from libs.common.tracing.recording import Recorder

    provider = provider_for(service, settings)
    record_with(Recorder(provider.get_tracer("mostrador")))
    return provider
