"""`make bench EVENTS=1`: the cost of an event from outbox to inbox, with and without shared messages.

It starts its own servers (or uses TEST_DATABASE_URL and TEST_AMQP_URL), with fsync off, and counts CPU. Each
is measured with one event per message and with up to 100, in turn: since the machine's speed changes, use
the ratios.
N-µs as in `bench.calibration`. The load of `steady` comes from a thread whose own CPU does not count.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import uuid4

import psutil
import psycopg
from psycopg import sql
from rich.console import Console
from yarl import URL

from bench.calibration import Calibration
from bench.cpu import cpu_ms
from bench.percentiles import percentile
from libs.common.clock import system_clock
from libs.common.contracts.event import Event
from libs.common.contracts.sales import OrderCreated, OrderPaid
from libs.common.contracts.samples import sample
from libs.common.db.database import Database, Transaction
from libs.common.db.migrate import migrate
from libs.common.ending import end
from libs.common.messaging import messages
from libs.common.messaging.broker import Broker
from libs.common.messaging.consumer import run_consumer
from libs.common.messaging.envelope import Received, read_envelope
from libs.common.messaging.inbox import on
from libs.common.messaging.outbox import Outbox
from libs.common.messaging.relay import run_relay
from libs.common.messaging.topology import declare_dead_letters, declare_exchange, declare_service_queues
from libs.servers.processes import let_pass
from libs.servers.temporary import temporary_postgres, temporary_rabbitmq
from libs.testing.databases import with_database
from libs.testing.queues import noting_declarations
from libs.testing.waiting import eventually

TYPES = (OrderCreated, OrderPaid)
BACKLOG = 6_000
DRAINED_SECONDS = 60
STEADY_PER_SECOND = 200
STEADY_SECONDS = 8.0
EVENTS_A_MESSAGE = (1, 100)
SERVICE = "measured"  # any service with an outbox and an inbox
SCHEMA_OF = "customers"
DATABASE = f"bench_events_{os.getpid()}"
PREFIX = f"bench-events-{os.getpid()}-"

Reached = Callable[[], Awaitable[bool]]

FILL = """
insert into outbox (event_id, type, subject, occurred_at, data)
select gen_random_uuid(), t.type, 'order/' || n, clock_timestamp(), t.data::json
from generate_series(1, %(count)s) as n
cross join unnest(%(types)s::text[], %(data)s::text[]) as t (type, data) order by n
"""
TAKE_ANY_TYPE = "alter table outbox drop constraint ck_outbox_type_owned"
INSERT = """
insert into outbox (event_id, type, subject, occurred_at, data)
values (%(id)s, %(type)s, 'order/1', clock_timestamp(), %(data)s)
"""


@dataclass(frozen=True, slots=True)
class Bench:
    """The servers, and the measured database and broker."""

    database_url: str
    database: Database
    broker: Broker
    roots: dict[str, int]
    outbox: Outbox


@dataclass(slots=True)
class Spent:
    """CPU and time used by a block."""

    seconds: float = 0.0
    n_ms: dict[str, float] | None = None

    def line(self, events: int) -> str:
        """Rate and cost per event, as text."""
        parts = {name: ms * 1000 / events for name, ms in (self.n_ms or {}).items()}
        shown = " + ".join(f"{name} {part:.0f}" for name, part in parts.items())
        return f"{events / self.seconds:7.0f} events/s, {sum(parts.values()):5.0f} N-µs an event ({shown})"


@contextmanager
def spending(bench: Bench, ours: Callable[[], float] = time.process_time) -> Iterator[Spent]:
    """Measure the block: this process by `ours`, the servers by their process trees."""
    spent = Spent()
    with Calibration() as calibration:
        began, at_first = time.perf_counter(), cpu_ms(bench.roots) | {"Python": ours() * 1000}
        yield spent
        spent.seconds = time.perf_counter() - began
        now = {"Python": ours() * 1000} | cpu_ms(bench.roots)
    spent.n_ms = {name: calibration.normalised(now[name] - at_first[name]) for name in now}


async def relay(bench: Bench) -> str:
    """Publish a backlog."""
    await bench.database.execute(FILL, _fill(BACKLOG))
    with spending(bench) as spent:
        await _until(partial(_outbox_empty, bench), run_relay(bench.database, bench.broker, bench.outbox))
    return spent.line(BACKLOG)


async def consumer(bench: Bench) -> str:
    """Consume the relay's events with handlers that do nothing: measures inbox and acknowledgements only."""
    handled = Handled()
    with spending(bench) as spent:
        await _until(partial(handled.reached, BACKLOG), handled.consume(bench))
    return spent.line(BACKLOG)


async def steady(bench: Bench) -> str:
    """Relay and consumer below saturation: cost and latency of an event."""
    handled = Handled()
    load = Load(bench, asyncio.get_running_loop())
    async with asyncio.TaskGroup() as tasks:
        loops = [
            tasks.create_task(run_relay(bench.database, bench.broker, bench.outbox)),
            tasks.create_task(handled.consume(bench)),
        ]
        with spending(bench, lambda: time.process_time() - load.cpu_seconds) as spent:
            await asyncio.to_thread(load.run)
            await eventually(partial(handled.reached, load.sent), timeout=DRAINED_SECONDS)
        for task in loops:
            await end(task)
    p50, p99 = (percentile(handled.latencies, each) * 1000 for each in (50, 99))
    return f"{spent.line(load.sent)}; commit → applied p50 {p50:.0f}, p99 {p99:.0f} ms"


class Handled:
    """A consumer whose handlers count."""

    def __init__(self) -> None:
        self.count = 0
        self.latencies: list[float] = []

    async def consume(self, bench: Bench) -> None:
        """Consume until cancelled."""
        subscriptions = [on(OrderCreated, self._note), on(OrderPaid, self._note)]
        await run_consumer(SERVICE, bench.database, bench.broker, subscriptions)

    async def reached(self, count: int) -> bool:
        """True once `count` events have been consumed."""
        return self.count >= count

    async def _note(self, tx: Transaction, events: Sequence[Received[Event]]) -> None:
        now = datetime.now(UTC)
        self.count += len(events)
        self.latencies += [(now - event.time).total_seconds() for event in events]


class Load:
    """Commits events one by one at a constant rate, in its own thread."""

    def __init__(self, bench: Bench, loop: asyncio.AbstractEventLoop) -> None:
        self._bench, self._loop = bench, loop
        self.sent = 0
        self.cpu_seconds = 0.0

    def run(self) -> None:
        """Commit events for `STEADY_SECONDS`."""
        began, cpu_at_first = time.perf_counter(), time.thread_time()
        data = [_data(model) for model in TYPES]
        with psycopg.connect(self._bench.database_url, autocommit=True) as connection:
            while (passed := time.perf_counter() - began) < STEADY_SECONDS:
                if passed < self.sent / STEADY_PER_SECOND:
                    time.sleep(self.sent / STEADY_PER_SECOND - passed)
                model = TYPES[self.sent % 2]
                row = {"id": uuid4(), "type": model.event_type, "data": data[self.sent % 2]}
                connection.execute(INSERT, row)
                self._loop.call_soon_threadsafe(self._bench.outbox.committed)
                self.sent += 1
                self.cpu_seconds = time.thread_time() - cpu_at_first


def _data(model: type[OrderCreated | OrderPaid]) -> str:
    received = read_envelope(sample(model.event_type), {model.event_type: model})
    return received.event.model_dump_json()


def _fill(events: int) -> dict[str, object]:
    return {
        "count": events // len(TYPES),
        "types": [model.event_type for model in TYPES],
        "data": [_data(model) for model in TYPES],
    }


async def _outbox_empty(bench: Bench) -> bool:
    return not await bench.database.fetch_value("select exists (select from outbox)")


async def _until(reached: Reached, loop: Coroutine[None, None, None]) -> None:
    """Run an endless loop and cancel it once the condition holds."""
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(loop)
        await eventually(reached, timeout=DRAINED_SECONDS)
        await end(running)


def _listener(url: URL) -> int:
    """The process that listens at `url`; its children's CPU counts with it."""
    return next(
        connection.pid
        for connection in psutil.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (url.port,) and connection.pid
    )


async def measure(database_url: str, amqp_url: str, say: Callable[[str], None]) -> None:
    """Print every figure, one after the other."""
    outbox = Outbox(SCHEMA_OF, system_clock)
    database = Database(database_url, events=outbox, size=4)
    broker = Broker(amqp_url, prefix=PREFIX, name="bench")
    await asyncio.gather(database.open(), broker.open())
    await broker.connected()
    roots = {"PostgreSQL": _listener(URL(database_url)), "RabbitMQ": _listener(URL(amqp_url))}
    bench = Bench(database_url, database, broker, roots, outbox)
    try:
        async with broker.channel() as channel:
            await declare_exchange(channel, broker.topology)
            types = [model.event_type for model in TYPES]
            await declare_service_queues(channel, broker.topology, SERVICE, types)
            await declare_dead_letters(channel, broker.topology, SERVICE)
        for together in EVENTS_A_MESSAGE:
            messages.EVENTS_MAX = together
            for figure in (relay, consumer, steady):  # the consumer takes the relay's messages
                say(f"{figure.__name__:9} {together:3} a message: {await figure(bench)}")
    finally:
        await asyncio.gather(database.close(), broker.close())


def run(console: Console) -> None:
    """Run all measurements on servers that end with them."""
    say = partial(console.print, soft_wrap=True)
    with (
        tempfile.TemporaryDirectory(prefix="mostrador_bench_events_") as folder,
        temporary_postgres(_own(Path(folder) / "postgres"), DATABASE, say) as admin_url,
        temporary_rabbitmq(_own(Path(folder) / "rabbitmq"), say) as urls,
    ):
        with psycopg.connect(admin_url, autocommit=True) as admin:
            admin.execute(sql.SQL("create database {}").format(sql.Identifier(DATABASE)))
        database_url = with_database(admin_url, DATABASE)
        migrate(SCHEMA_OF, database_url)
        with psycopg.connect(database_url, autocommit=True) as own:
            own.execute(TAKE_ANY_TYPE)
        with noting_declarations(PREFIX) as declared:
            asyncio.run(measure(database_url, urls.amqp, say))
            asyncio.run(declared.delete(urls.amqp))


def _own(folder: Path) -> Path:
    folder.mkdir()
    let_pass(folder.parent)
    return folder
