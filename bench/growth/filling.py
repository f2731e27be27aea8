"""Fills the databases of a suite with a shop's past, by SQL, two at a time, and shows the progress."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, LiteralString

import psycopg
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bench.growth.past import FORGET, SOLD, SOLD_LINES, Past
from bench.growth.rows import ROWS
from bench.growth.statements import Rows

AT_A_TIME = 2

# Batches need not reach the disk one by one: a fill that was cut off is begun anew. Rows are right as they
# are, so that foreign keys are not looked up, and triggers that tell of changes do not fire.
SESSION: LiteralString = "set synchronous_commit = off; set session_replication_role = replica"


def fill(urls: Mapping[str, str], past: Past, console: Console) -> None:
    """Fill the databases at these superusers' URLs (service → URL), and vacuum and analyse them.

    They may have products and customers, and no orders.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress, ThreadPoolExecutor(AT_A_TIME) as pool:
        for done in [
            pool.submit(_fill_one, urls[service], rows, past, service, progress)
            for service, rows in ROWS.items()
            if service in urls
        ]:
            done.result()


def _fill_one(url: str, rows: Rows, past: Past, service: str, progress: Progress) -> None:
    task = progress.add_task(service, total=past.orders)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(SESSION)
        _run(connection, rows.before, past.params)
        for first, last in past.batches():
            params = {**past.params, "first": first, "last": last}
            with connection.transaction():
                _run(connection, (FORGET, SOLD_LINES, SOLD, "analyze sold, sold_lines", *rows.batch), params)
            progress.update(task, completed=last)
        _run(connection, (FORGET, "analyze", *rows.after, "vacuum (analyze)"), past.params)


def _run(
    connection: psycopg.Connection[Any], statements: tuple[LiteralString, ...], params: Mapping[str, object]
) -> None:
    for statement in statements:
        # Values are put in by the client: the planner knows how many orders a batch has.
        psycopg.ClientCursor(connection).execute(statement, params)
