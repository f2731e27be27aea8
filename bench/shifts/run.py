"""Compares what a shift of 50,000 sales costs with what one of 10 costs: its reports, its close, its sync.

    make bench SHIFTS=1 [ROUNDS=100]

PostgreSQL, with fsync, has the tables of sales and two open shifts (`bench.shifts.shop`); the service runs in
this process. In each round both shifts do each work, in turns: first the time is taken, then PostgreSQL
tells the blocks that every statement of a work has touched.
"""

import logging
import os
import random
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import psycopg
import structlog
import uvloop
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.shifts.shop import Register, Shop, fill_many, running, sell_few
from libs.common.db.migrate import migrate
from libs.servers.postgres import DURABLE
from libs.servers.processes import let_pass
from libs.servers.temporary import own_postgres
from libs.testing.databases import with_database
from libs.testing.explained import explain_all

ORDERS = 63_452
"""Of these, 50,000 are paid at the till."""
WARM_UP = 6
"""Rounds after which PostgreSQL has a plan without values for every statement."""
BLOCK_ROUNDS = 5

# As it was before the close, so that it can be closed again.
OPEN_AGAIN = """
with opened as (
    update shifts set status = 'OPEN', closed_at = null, closed_by = null, counted_cash = null,
        denominations = null, left_in_drawer = null, z_number = null, open_orders = null
    where id = %(shift)s returning register_id
)
update registers set last_z_number = last_z_number - 1, left_in_drawer = null
from opened where id = register_id
"""

Work = Callable[[Shop, Register, int], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Figure:
    """Milliseconds and blocks of a work, for the shift of few sales and that of many."""

    work: str
    few_ms: Sequence[float]
    many_ms: Sequence[float]
    few_blocks: int
    many_blocks: int


@dataclass(frozen=True, slots=True)
class Compared:
    """How many sales the two shifts had at first, and what each work cost."""

    few_sales: int
    many_sales: int
    figures: Sequence[Figure]


async def x_report(shop: Shop, _: Register, shift: int) -> None:
    """Look at the open shift."""
    await shop.ask("GET", f"/api/shifts/{shift}/report/")


async def close(shop: Shop, _: Register, shift: int) -> None:
    """Close the shift with as much cash as is expected; the answer is the Z report."""
    expected = (await shop.ask("GET", f"/api/shifts/{shift}/"))["expected_cash"]
    await shop.ask("POST", f"/api/shifts/{shift}/close/", {"counted_cash": expected})


async def sync(shop: Shop, register: Register, _: int) -> None:
    """Send a sale of the register."""
    await shop.send_sale(register)


WORKS: Mapping[str, Work] = {"X report": x_report, "close, with its Z report": close, "synced sale": sync}


def run(console: Console) -> None:
    """Fill a database, measure, and print the table."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with TemporaryDirectory(prefix="mostrador_bench_shifts_") as name:
        folder = Path(name)
        (folder / "postgres").mkdir()
        let_pass(folder)
        with own_postgres(folder / "postgres", DURABLE) as admin_url:
            with psycopg.connect(admin_url, autocommit=True) as admin:
                admin.execute("create database sales")
            url = with_database(admin_url, "sales")
            migrate("sales", url)
            rounds = int(os.environ.get("ROUNDS") or 100)
            show(console, compare(admin_url, url, folder, ORDERS, rounds, console))


def compare(admin_url: str, url: str, folder: Path, orders: int, rounds: int, console: Console) -> Compared:
    """Fill the database of sales, which is empty, with so many orders, and compare both shifts."""
    fill_many(url, orders, console)
    few_sales, many_sales, times = uvloop.run(_timed(url, folder, rounds))
    explain_all(admin_url, url.rpartition("/")[2])
    blocks = uvloop.run(_touched(url, folder))
    figures = [
        Figure(work, times[work, False], times[work, True], blocks[work, False], blocks[work, True])
        for work in WORKS
    ]
    return Compared(few_sales, many_sales, figures)


Times = Mapping[tuple[str, bool], list[float]]
"""(Work, whether of the shift of many) → milliseconds."""


async def _timed(url: str, folder: Path, rounds: int) -> tuple[int, int, Times]:
    times: dict[tuple[str, bool], list[float]] = defaultdict(list)
    async with running(url, folder) as shop:
        await sell_few(shop)
        few_sales, many_sales = [await _sales_of(shop, register) for register in (shop.few, shop.many)]
        for number in track(range(WARM_UP + rounds), "rounds"):
            for work, register in _in_turns(shop):
                took = await _done(work, shop, register, url)
                if number >= WARM_UP:
                    times[work, register is shop.many].append(took)
    return few_sales, many_sales, times


async def _touched(url: str, folder: Path) -> Mapping[tuple[str, bool], int]:
    """The blocks of a work; of several rounds the least: another's may have found an index's page full."""
    blocks: dict[tuple[str, bool], int] = {}
    async with running(url, folder) as shop:
        for number in range(WARM_UP + BLOCK_ROUNDS):
            for work, register in _in_turns(shop):
                shop.heard.clear()
                await _done(work, shop, register, url)
                touched = sum(carried.blocks for carried in shop.heard)
                key = work, register is shop.many
                if number >= WARM_UP:
                    blocks[key] = min(blocks.get(key, touched), touched)
    return blocks


def _in_turns(shop: Shop) -> list[tuple[str, Register]]:
    turns = [(work, register) for work in WORKS for register in (shop.few, shop.many)]
    return random.sample(turns, len(turns))


async def _done(work: str, shop: Shop, register: Register, url: str) -> float:
    """Do the work; the milliseconds that it took. A shift that it has closed is open again."""
    shift = await shop.open_shift(register)
    shop.heard.clear()
    began = time.perf_counter()
    await WORKS[work](shop, register, shift)
    took = (time.perf_counter() - began) * 1000
    if WORKS[work] is close:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(OPEN_AGAIN, {"shift": shift})
    return took


async def _sales_of(shop: Shop, register: Register) -> int:
    report = await shop.ask("GET", f"/api/shifts/{await shop.open_shift(register)}/report/")
    return int(report["sales"]["count"])


def show(console: Console, compared: Compared) -> None:
    """Print a line for each work."""
    table = Table(
        "work", f"{compared.few_sales:,} sales: ms", f"{compared.many_sales:,} sales: ms", "ratio", "blocks"
    )
    for each in compared.figures:
        few, many = median(each.few_ms), median(each.many_ms)
        table.add_row(
            each.work,
            f"{few:.2f}",
            f"{many:.2f}",
            f"{many / few:.2f}",
            f"{each.few_blocks} → {each.many_blocks}",
        )
    console.print(table)
