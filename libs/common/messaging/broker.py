"""The connection to RabbitMQ, maintained in the background."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import aio_pika
import structlog
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractExchange
from aio_pika.exceptions import AMQPError, AMQPException, ChannelInvalidStateError
from pamqp.exceptions import PAMQPException
from yarl import URL

from libs.common.ending import end
from libs.common.errors import Unavailable
from libs.common.messaging.outage import LONGEST_PAUSE_SECONDS, Outage
from libs.common.messaging.topology import Topology, declare_exchange

CONNECT_SECONDS = 5
READY_SECONDS = 1
CLOSE_SECONDS = 2
HEARTBEAT_SECONDS = 10
# A TimeoutError is an OSError too.
FAILURES = (AMQPError, AMQPException, ChannelInvalidStateError, PAMQPException, OSError)

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)
# `Outage` logs a lost connection once; the client library would log an error for every attempt.
logging.getLogger("aiormq.connection").setLevel(logging.CRITICAL)
# `Unavailable` tells of a request that took too long; the client library would warn of its channel too.
logging.getLogger("aiormq.channel").setLevel(logging.ERROR)


@contextmanager
def broker_failures() -> Iterator[None]:
    """Raise `Unavailable` for every failure of the broker in the block."""
    try:
        yield
    except FAILURES as error:
        raise Unavailable("broker") from error
    except asyncio.CancelledError as error:
        # The client library cancels tasks that wait on a lost connection; this task itself was not cancelled.
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise Unavailable("broker") from error


class BrokerBlocked(Exception):
    """The broker takes nothing from those who publish."""

    def __init__(self) -> None:
        super().__init__("it takes no events: its memory or its disk is short (an alarm)")


class Broker:
    """A connection to RabbitMQ that reconnects by itself. The broker's tools show `name`.

    Unless it `declares`, it needs no permission to declare exchange and queues and waits until they exist.
    """

    def __init__(self, url: str, *, prefix: str = "", name: str, declares: bool = True) -> None:
        self.topology = Topology(prefix)
        self._name = name
        self.declares = declares
        self._url = URL(url)
        if "heartbeat" not in self._url.query:
            self._url = self._url.update_query(heartbeat=HEARTBEAT_SECONDS)
        self._connection: AbstractConnection | None = None
        self._connected = asyncio.Event()
        self._attempted = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Start connecting and return at once; attempts go on until the broker is reachable."""
        self._keeper = asyncio.get_running_loop().create_task(self._stay_connected(), name="broker")

    async def close(self) -> None:
        """Close the connection and stop reconnecting."""
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            await end(keeper, cancel_again_seconds=CLOSE_SECONDS)

    async def ping(self) -> None:
        """Raise `Unavailable` if there is no connection, or the broker is blocked (disk, memory)."""
        await self._ready()

    async def connected(self) -> None:
        """Wait without a limit until there is a connection."""
        await self._connected.wait()

    @asynccontextmanager
    async def channel(self, *, prefetch: int = 0) -> AsyncIterator[AbstractChannel]:
        """A channel with confirms, on which an unroutable event is an error.

        Any failure of the broker, here or in the block, raises `Unavailable`; then open a new channel.
        """
        if self._keeper is not None:
            await self._attempted.wait()  # a process that has just started has no outage
        connection = await self._ready()
        with broker_failures():
            async with asyncio.timeout(CONNECT_SECONDS):
                channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
                await channel.set_qos(prefetch_count=prefetch)
            try:
                yield channel
            except TimeoutError:
                await self._ready()  # tells if it is blocked, which it says after the first event only
                raise
            finally:
                await _close_quietly(channel)

    async def exchange(self, channel: AbstractChannel) -> AbstractExchange:
        """The exchange of all events, declared if this broker `declares`."""
        if self.declares:
            return await declare_exchange(channel, self.topology)
        return await channel.get_exchange(self.topology.exchange, ensure=False)

    async def _ready(self) -> AbstractConnection:
        connection = self._connection
        if connection is None or connection.transport is None:
            raise Unavailable("broker")
        with broker_failures():
            try:
                async with asyncio.timeout(READY_SECONDS):
                    await connection.transport.ready()
            except TimeoutError:
                raise Unavailable("broker") from BrokerBlocked()
        return connection

    async def _stay_connected(self) -> None:
        outage = Outage("broker connection")
        while True:
            try:
                with broker_failures():
                    await self._connect_until_lost(outage)
            except Unavailable as error:
                self._attempted.set()
                await outage.pause(error)
            except Exception:
                self._attempted.set()
                log.exception("broker_connection_failed")  # an unexpected error must not end reconnecting
                await asyncio.sleep(LONGEST_PAUSE_SECONDS)

    async def _connect_until_lost(self, outage: Outage) -> None:
        lost = _Loss()
        connection = aio_pika.Connection(self._url, client_properties={"connection_name": self._name})
        connection.close_callbacks.add(lost.happened)
        try:
            await connection.connect(CONNECT_SECONDS)
            if self.declares:
                async with asyncio.timeout(CONNECT_SECONDS), await connection.channel() as channel:
                    await declare_exchange(channel, self.topology)
            outage.over()
            self._connection = connection
            self._connected.set()
            self._attempted.set()
            raise ConnectionResetError(f"connection lost: {await lost.reason()!r}")
        finally:
            self._connected.clear()
            self._connection = None
            await _close_quietly(connection)


class _Loss:
    """The end of a connection, reported by the client library."""

    def __init__(self) -> None:
        self._ended = asyncio.Event()
        self._reason: BaseException | None = None

    def happened(self, _: object, reason: BaseException | None) -> None:
        self._reason = reason
        self._ended.set()

    async def reason(self) -> BaseException | None:
        await self._ended.wait()
        return self._reason


async def _close_quietly(closable: AbstractChannel | AbstractConnection) -> None:
    """Close a connection or channel that may already be broken, ignoring errors."""
    with suppress(*FAILURES):
        async with asyncio.timeout(CLOSE_SECONDS):
            await closable.close()
