"""The disk space of the tables that are never pruned, for a million of their rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import LiteralString

import psycopg
from rich.console import Console
from rich.table import Table

from bench.growth.rows import ROWS

MILLION = 1_000_000
MIB = 1024 * 1024

SELECT_SIZE: LiteralString = """
select reltuples::bigint, pg_table_size(oid), pg_indexes_size(oid)
from pg_class where oid = %(table)s::regclass
"""


@dataclass(frozen=True, slots=True)
class Size:
    """What a table takes on disk, in bytes."""

    service: str
    table: str
    rows: int
    heap: int
    indexes: int

    def mib_a_million(self, taken: int) -> float:
        """MiB for a million rows."""
        return taken / MIB * MILLION / self.rows


def sizes(urls: Mapping[str, str]) -> Iterator[Size]:
    """The sizes in these databases (service → URL), which are analysed."""
    for service, rows in ROWS.items():
        with psycopg.connect(urls[service]) as connection:
            for table in rows.grows:
                found = connection.execute(SELECT_SIZE, {"table": table}).fetchone()
                assert found is not None
                if found[0] > 0:
                    yield Size(service, table, *found)


def show_sizes(console: Console, urls: Mapping[str, str]) -> None:
    """Print a line for each table, and for the databases together."""
    table = Table("service", "table", "rows", "MiB", "a million rows: table, MiB", "indexes, MiB")
    for size in sizes(urls):
        table.add_row(
            size.service,
            size.table,
            f"{size.rows:,}",
            f"{(size.heap + size.indexes) / MIB:,.0f}",
            f"{size.mib_a_million(size.heap):,.0f}",
            f"{size.mib_a_million(size.indexes):,.0f}",
        )
    console.print(table)
