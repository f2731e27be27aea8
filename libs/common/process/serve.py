"""Serves a process's app with uvicorn; a shutdown loses no request."""

import asyncio
import gc
import socket
from collections.abc import Callable
from functools import partial
from types import FrameType

import uvicorn

from libs.common.logs import configure_logging
from libs.common.process.app import ServiceApp
from libs.common.process.one_write import OneWriteProtocol
from libs.common.process.tls import Tls
from libs.common.settings import ProcessSettings
from libs.common.tracing.life import Traces

KEEP_ALIVE_SECONDS = 75  # longer than the idle timeout of any client's pool
SHUTDOWN_TIMEOUT_SECONDS = 20
CLOSE = (b"connection", b"close")
GC_ALLOCATIONS = 10_000  # a request makes about a thousand objects, nearly none of them in cycles


class DrainingServer(uvicorn.Server):
    """On SIGTERM it becomes unready first and serves `drain_seconds` longer, until no requests come.

    Meanwhile each answer closes its connection, so that a client's pool opens the next one elsewhere, and
    not many connections are left that end without an answer having said so.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        app: ServiceApp,
        drain_seconds: float,
        traces: Traces,
        tls: Tls | None,
    ) -> None:
        super().__init__(config)
        self._app = app
        self._drain_seconds = drain_seconds
        self._traces = traces
        self._tls = tls

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Also open the port that speaks TLS, if there is one."""
        await super().startup(sockets)
        if self._tls is None:
            return
        made_by: Callable[..., asyncio.Protocol] = self.config.http_protocol_class
        protocol = partial(
            made_by, config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        self.servers.append(await self._tls.listen(protocol, backlog=self.config.backlog))

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """First signal: drain, then exit. Second: exit now."""
        if self._app.readiness.draining:
            super().handle_exit(sig, frame)
            return
        self._app.readiness.draining = True
        # uvicorn copies the first to the second once a second; answers before that get the header too.
        self.config.encoded_headers.append(CLOSE)
        self.server_state.default_headers = [*self.server_state.default_headers, CLOSE]
        loop = asyncio.get_running_loop()  # signals are handled only while it runs
        loop.call_soon_threadsafe(loop.call_later, self._drain_seconds, super().handle_exit, sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the app, then its traces: uvicorn ends the process with the signal that it got."""
        await super().shutdown(sockets)
        await self._traces.end()


def serve(
    app: ServiceApp,
    settings: ProcessSettings,
    *,
    http: type[asyncio.Protocol] | None = None,
    internal_port: int | None = None,
    tls: Tls | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT; then finish requests in flight, end tasks in order, close the parts.

    `http` replaces `OneWriteProtocol`; `internal_port` is a second port to listen on, `tls` another one.
    """
    configure_logging(app.service, settings.log_level, file=settings.log_file)
    traces = Traces(app.service, settings)
    # Objects that exist now live as long as the process: the garbage collector need not scan them.
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
        proxy_headers=False,  # client addresses in headers are handled by our own code
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=SHUTDOWN_TIMEOUT_SECONDS,
    )
    server = DrainingServer(config, app, settings.drain_seconds, traces, tls)
    server.run(_sockets(config, internal_port))


def _sockets(config: uvicorn.Config, internal_port: int | None) -> list[socket.socket] | None:
    """The sockets for both ports; None if there is only one, which uvicorn opens itself."""
    if internal_port is None:
        return None
    internal = uvicorn.Config(config.app, host=config.host, port=internal_port, log_config=None)
    return [config.bind_socket(), internal.bind_socket()]
