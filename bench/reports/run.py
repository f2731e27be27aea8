"""Measures every report over HTTP, beside plain aggregation over the facts, and the ingest.

SALES (1000000) are filled first, unless DATABASE_URL names a database that was filled before. ASKED (30): how
often each report is asked, one request after the other, and PLAIN_ASKED (3) the plain statements.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import httpx
import psycopg
import uvloop
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.percentiles import percentile
from bench.reports.asked import REPORTS, Asked, Span, spans
from bench.reports.ingest import Cost, measure_ingest
from bench.reports.web import TOKEN_FILE
from bench.reports.years import FIRST_DAY, Size, fill
from libs.servers.postgres import DURABLE
from libs.servers.processes import free_ports, let_pass
from libs.servers.temporary import own_postgres

READY_WITHIN_SECONDS = 30.0
POLL_SECONDS = 0.1
TARGET_MS = {"30 days": 100, "3 years": 300}


@dataclass(frozen=True, slots=True)
class Figure:
    """Milliseconds of a report for a period, and of the plain statements; None where no rollup helps."""

    report: str
    span: str
    p50: float
    p95: float
    plain: float | None
    bytes: int


@dataclass(frozen=True, slots=True)
class Load:
    """How much is filled and asked."""

    size: Size
    asked: int
    plain_asked: int

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Load":
        """As the environment says."""
        return cls(
            Size(sales=int(environment.get("SALES") or 1_000_000)),
            int(environment.get("ASKED") or 30),
            int(environment.get("PLAIN_ASKED") or 3),
        )


def run(console: Console) -> None:
    """Fill a database, measure, and print the tables."""
    load = Load.of(os.environ)
    with TemporaryDirectory(prefix="mostrador_bench_reports_") as folder, _database(Path(folder)) as url:
        uvloop.run(fill(url, load.size))
        with served(url, load.size, Path(folder)) as client:
            figures = measure_reports(client, url, load)
        show(console, figures)
        show_ingest(console, uvloop.run(measure_ingest(url, load.size.selling_products)))


@contextmanager
def _database(folder: Path) -> Iterator[str]:
    if given := os.environ.get("DATABASE_URL"):
        yield given
        return
    own = folder / "postgres"
    own.mkdir()
    let_pass(folder)
    with own_postgres(own, DURABLE) as url:
        yield url


@contextmanager
def served(url: str, size: Size, folder: Path) -> Iterator[httpx.Client]:
    """An owner's client of a web process that runs until the block ends."""
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "bench.reports.web", url, str(port), str(folder), str(size.last_day)]
    with (folder / "web.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            _wait_until_ready(client, process, folder / "web.log")
            client.headers["Authorization"] = f"Bearer {(folder / TOKEN_FILE).read_text()}"
            yield client
    finally:
        process.terminate()
        process.wait(timeout=READY_WITHIN_SECONDS)


def _wait_until_ready(client: httpx.Client, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if client.get("/readyz").is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(POLL_SECONDS)
    raise SystemExit(f"The web process was not ready:\n{log.read_text()}")


def measure_reports(client: httpx.Client, url: str, load: Load) -> list[Figure]:
    """Ask every report for both periods, and the plain statements beside it."""
    asked = [(report, span) for report in REPORTS for span in spans(load.size.last_day, FIRST_DAY)]
    with psycopg.connect(url, autocommit=True) as connection:
        return [_measured(client, connection, report, span, load) for report, span in track(asked, "reports")]


def _measured(
    client: httpx.Client,
    connection: psycopg.Connection[tuple[object, ...]],
    report: Asked,
    span: Span,
    load: Load,
) -> Figure:
    answer = client.get(report.url(span))
    if not answer.is_success:
        raise SystemExit(f"{report.url(span)}: {answer.status_code} {answer.text}")
    walls = [_ms(lambda: client.get(report.url(span)).raise_for_status()) for _ in range(load.asked)]
    plain = [
        _ms(lambda: _compute(connection, report, span))
        for _ in range(load.plain_asked if report.plain else 0)
    ]
    return Figure(
        report=report.name,
        span=span.name,
        p50=percentile(walls, 50),
        p95=percentile(walls, 95),
        plain=median(plain) if plain else None,
        bytes=len(answer.content),
    )


def _compute(connection: psycopg.Connection[tuple[object, ...]], report: Asked, span: Span) -> None:
    for statement in report.plain:
        connection.execute(statement, span.params).fetchall()


def _ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def show(console: Console, figures: Sequence[Figure]) -> None:
    """Print a line for each report and period."""
    table = Table("report", "period", "p50 ms", "p95 ms", "target ms", "plain ms", "kB")
    for each in figures:
        target = TARGET_MS[each.span]
        table.add_row(
            each.report,
            each.span,
            f"{each.p50:.1f}",
            f"{each.p95:.1f}" if each.p95 < target else f"[red]{each.p95:.1f}[/red]",
            str(target),
            "" if each.plain is None else f"{each.plain:.0f}",
            f"{each.bytes / 1000:.0f}",
        )
    console.print(table)


def show_ingest(console: Console, costs: Sequence[Cost]) -> None:
    """Print a line for each size of batches."""
    for cost in costs:
        console.print(
            f"ingest in batches of {cost.size:3}: {cost.python:.0f} Python + {cost.postgresql:.0f} PostgreSQL"
            f" = {cost.together:.0f} N-µs an order"
        )
