"""A service as a process: `python -m libs.common.tests.process.service.process --help`."""

import argparse
import asyncio
from pathlib import Path

import structlog
from fastapi import Response

from libs.common.http.fields import Shape
from libs.common.http.pos import PosDoor
from libs.common.http.replies import reply
from libs.common.process.app import ServiceApp
from libs.common.process.serve import serve
from libs.common.settings import ProcessSettings
from libs.testing.settings import NO_BROKER, NOBODY

log = structlog.get_logger()


class Parts:
    """Tells what happens to it."""

    async def open(self) -> None:
        log.info("parts_opened")

    async def close(self) -> None:
        log.info("parts_closed")


class Body(Shape):
    """Anything."""


async def consumer() -> None:
    """Works until it is told to end."""
    try:
        await asyncio.Event().wait()
    finally:
        log.info("consumer_ended")


door = PosDoor("process")


@door.post("/tasks/")
async def work(body: Body) -> Response:
    """Is in flight for as long as the client sends its body."""
    return reply({"done": True})


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("--drain-seconds", type=float, default=0.5)
    parser.add_argument("--log", type=Path)
    parser.add_argument("--collector")
    options = parser.parse_args()
    serve(
        ServiceApp(service="process", deps=Parts(), doors=(door,), tasks=(consumer,)),
        ProcessSettings(
            port=options.port,
            drain_seconds=options.drain_seconds,
            amqp_url=NO_BROKER,
            jwks_url=NOBODY,
            service_key_file=Path("no-key"),
            log_file=options.log,
            otel_exporter_otlp_endpoint=options.collector,
        ),
    )
