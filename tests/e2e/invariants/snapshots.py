"""Reads the databases of a suite: in one read-only snapshot each, without a lock, row by row."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

import psycopg
from psycopg.rows import TupleRow

from tests.e2e.invariants.rules import BROKEN_ROWS_MAX, UNDECIDED_ORDERS, Between, Inside, UnderWay

READ_ONLY = (
    "-c default_transaction_read_only=on -c default_transaction_isolation=repeatable\\ read "
    "-c statement_timeout={seconds}s -c lock_timeout=2s -c work_mem=32MB"
)
CONNECT_SECONDS = 30
STATEMENT_SECONDS = 60
LOOK_SECONDS = 600
"""The longest time of a look at all databases, as many rows as there may be."""
ROWS_AT_ONCE = 2_000

# What a service took over from an owner is there: it is read first, so that nothing of it is too new.
READ_IN_ORDER = ("analytics", "customers", "catalog", "auth", "sales")

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """A row that is only on one side of a rule between two services."""

    rule: str
    only_in: str
    row: str
    order: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Unfinished work: how many pieces, and the time of the oldest."""

    count: int
    oldest: datetime | None


class Snapshots:
    """The databases, each as it was when it was first read."""

    def __init__(self, connections: Mapping[str, psycopg.Connection[TupleRow]], timezone: str) -> None:
        self._connections = connections
        self._parameters = {"timezone": timezone}
        self._deadline = time.monotonic() + LOOK_SECONDS

    def rows(self, service: str, statement: LiteralString, **parameters: object) -> list[Row]:
        """The rows of a query in a service's database."""
        return self._connections[service].execute(statement, parameters).fetchall()

    def broken(self, rule: Inside) -> list[str]:
        """The rows that break a rule inside one database, the first ones if they are many."""
        with self._connections[rule.service].cursor("broken") as cursor:
            cursor.execute(rule.broken)
            names = [column.name for column in cursor.description or ()]
            return [_sentence(names, row) for row in cursor.fetchmany(BROKEN_ROWS_MAX)]

    def differences(self, rule: Between) -> list[Difference]:
        """The rows that only one of two services has, the first ones if they are many."""
        with (
            self._streamed(rule.service, rule.of) as theirs,
            self._streamed(rule.owner, rule.of_owner) as owners,
        ):
            found = []
            for only_in, row in unmatched((rule.service, theirs), (rule.owner, owners), rule.key):
                order = "" if rule.order is None else str(row[rule.order])
                found.append(Difference(rule.name, only_in, ", ".join(map(str, row)), order))
                if len(found) == BROKEN_ROWS_MAX:
                    break
            return found

    def waiting(self, work: UnderWay) -> Waiting:
        """The unfinished work of a kind."""
        ((count, oldest),) = self.rows(work.service, work.waiting)
        return Waiting(count, oldest)

    def undecided(self) -> set[str]:
        """The uuids of orders whose outcome is being decided."""
        return {
            str(uuid)
            for service, statement in UNDECIDED_ORDERS.items()
            for (uuid,) in self.rows(service, statement)
        }

    @contextmanager
    def _streamed(self, service: str, statement: LiteralString) -> Iterator[Iterable[Row]]:
        with self._connections[service].cursor(f"{service}_rows") as cursor:
            cursor.itersize = ROWS_AT_ONCE
            yield self._in_time(cursor.execute(statement, self._parameters))

    def _in_time(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            if time.monotonic() > self._deadline:
                raise TimeoutError(f"reading took longer than {LOOK_SECONDS} s")
            yield row


@contextmanager
def snapshots(
    urls: Mapping[str, str], timezone: str, statement_seconds: int = STATEMENT_SECONDS
) -> Iterator[Snapshots]:
    """Open a snapshot of every database; `urls` are those of `READ_IN_ORDER`.

    Raises `psycopg.Error`, and `TimeoutError` from reads after `LOOK_SECONDS`.
    """
    with ExitStack() as stack:
        connections = {}
        for service in READ_IN_ORDER:
            connection = psycopg.connect(
                urls[service],
                options=READ_ONLY.format(seconds=statement_seconds),
                connect_timeout=CONNECT_SECONDS,
                application_name="invariants",
            )
            connections[service] = stack.enter_context(connection)
        for connection in connections.values():
            connection.execute("select 1")  # takes the snapshot
        yield Snapshots(connections, timezone)


def unmatched(
    left: tuple[str, Iterable[Row]], right: tuple[str, Iterable[Row]], key: int
) -> Iterator[tuple[str, Row]]:
    """The rows of two sorted streams that the other one lacks, each with the name of its stream."""
    (left_name, lefts), (right_name, rights) = left, right
    left_rows, right_rows = iter(lefts), iter(rights)
    one, other = next(left_rows, None), next(right_rows, None)
    while one is not None or other is not None:
        if other is None or (one is not None and one[:key] < other[:key]):
            assert one is not None
            yield left_name, one
            one = next(left_rows, None)
        elif one is None or other[:key] < one[:key]:
            yield right_name, other
            other = next(right_rows, None)
        else:
            if one != other:
                yield left_name, one
                yield right_name, other
            one, other = next(left_rows, None), next(right_rows, None)


def _sentence(names: list[str], row: Row) -> str:
    return ", ".join(f"{name} {value}" for name, value in zip(names, row, strict=True))
