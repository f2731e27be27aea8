"""Serves a process's app with uvicorn; a shutdown loses no request."""

import asyncio
import gc
import socket
from pathlib import Path
from types import FrameType
from typing import Protocol

import uvicorn

from libs.common.logs import configure_logging
from libs.common.process.app import ServiceApp
from libs.common.process.one_write import OneWriteProtocol

KEEP_ALIVE_SECONDS = 75  # longer than any pool in front keeps its idle connections
SHUTDOWN_TIMEOUT_SECONDS = 20
DRAIN_SECONDS = 0.5
GC_ALLOCATIONS = 10_000  # a request makes some thousand objects, nearly none of them in cycles


class ServeSettings(Protocol):
    """Where to listen."""

    @property
    def host(self) -> str:
        """The address."""

    @property
    def port(self) -> int:
        """The port."""

    @property
    def log_level(self) -> str:
        """The least level that is logged."""

    @property
    def log_file(self) -> Path | None:
        """Takes the place of stdout and stderr."""


class DrainingServer(uvicorn.Server):
    """On SIGTERM says "not ready" first and serves on a moment: nobody is sent to a closed door."""

    def __init__(self, config: uvicorn.Config, app: ServiceApp) -> None:
        super().__init__(config)
        self._app = app

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """First signal: drain, then exit. Second: exit now."""
        if self._app.readiness.draining:
            super().handle_exit(sig, frame)
            return
        self._app.readiness.draining = True
        loop = asyncio.get_running_loop()  # signals are only caught while it runs
        loop.call_soon_threadsafe(loop.call_later, DRAIN_SECONDS, super().handle_exit, sig, frame)


def serve(
    app: ServiceApp,
    settings: ServeSettings,
    *,
    http: type[asyncio.Protocol] | None = None,
    internal_port: int | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT; then requests in flight finish, tasks end in order, parts close.

    `http` reads requests instead of `OneWriteProtocol`; `internal_port` is a second port to listen on.
    """
    configure_logging(app.service, settings.log_level, file=settings.log_file)
    # What is there by now stays for good: the collector need not look at it again and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(GC_ALLOCATIONS)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=http or OneWriteProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # an address in a header is only believed where a rule says whose
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=SHUTDOWN_TIMEOUT_SECONDS,
    )
    DrainingServer(config, app).run(_sockets(config, internal_port))


def _sockets(config: uvicorn.Config, internal_port: int | None) -> list[socket.socket] | None:
    """None leaves it to uvicorn to listen on its one port."""
    if internal_port is None:
        return None
    internal = uvicorn.Config(config.app, host=config.host, port=internal_port, log_config=None)
    return [config.bind_socket(), internal.bind_socket()]
