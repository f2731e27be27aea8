"""A process sends its spans in the background, and its last ones when it ends."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from libs.common.settings import TraceSettings
from libs.common.tracing import life
from libs.common.tracing.life import Traces
from libs.common.tracing.spans import are_recorded, record_with, span_of_request
from libs.testing.traces import collector


@pytest.fixture(autouse=True)
def off_afterwards() -> Iterator[None]:
    yield
    record_with(None)


@pytest.fixture
def deaf() -> Iterator[str]:
    """The address of a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


async def test_without_an_endpoint_nothing_is_recorded() -> None:
    traces = Traces("sales", TraceSettings(otel_exporter_otlp_endpoint=None))
    assert not are_recorded()
    await traces.end()


async def test_the_last_spans_are_sent_when_the_process_ends() -> None:
    with collector() as collected:
        settings = TraceSettings(
            otel_exporter_otlp_endpoint=f"{collected.url}/", otel_exporter_otlp_headers="api-key=abc"
        )
        traces = Traces("sales", settings)
        with span_of_request(None):
            pass
        await traces.end()
        assert not are_recorded()
        [sent] = collected.spans()
        assert (sent.service, sent.name, sent.parent_id) == ("sales", "request", "")
        assert collected.headers[0]["api-key"] == "abc"


async def test_a_collector_that_does_not_answer_delays_neither_requests_nor_for_long_the_end(
    deaf: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(life, "LAST_SPANS_SECONDS", 0.2)
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "10")
    monkeypatch.setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "5")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    before = set(threading.enumerate())
    traces = Traces("sales", TraceSettings(otel_exporter_otlp_endpoint=deaf))
    started = time.perf_counter()
    for _ in range(1_000):  # far more than wait in the queue
        with span_of_request(None):
            pass
    assert time.perf_counter() - started < 60  # each message that was waited for would add a second
    async with asyncio.timeout(2):
        await traces.end()
    for sending in set(threading.enumerate()) - before:
        if sending.daemon:  # the thread in which the end was waited for is none: it stays with the loop
            sending.join()  # it would disturb the randomness of other tests
