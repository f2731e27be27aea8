"""Counts the rows of a list: exactly as far as that is cheap, beyond it by the planner's estimate.

A count reads every row that it counts, and an exact one of a large list costs more than its page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from psycopg import AsyncConnection

from libs.common.db.database import Sql
from libs.common.db.listing import EXACT_MAX, Counting

BELIEVED_PAGES = 100
BELIEVED_FROM = 5 * EXACT_MAX

ROWS = "select from {counted} where {conditions}"
COUNT_ALL = "select count(*) from ({rows}) counted_rows"
COUNT_SOME = "select count(*) from ({rows} limit {most}) counted_rows"
ESTIMATE = "explain (format json) {rows}"


@dataclass(frozen=True, slots=True)
class Count:
    """A number of rows; None if they were not counted, an estimate unless `is_exact`."""

    rows: int | None
    is_exact: bool = True

    def with_seen(self, rows: int) -> "Count":
        """The count after so many rows were seen, of which an estimate may be short."""
        if self.is_exact or self.rows is None or self.rows >= rows:
            return self
        return Count(rows, is_exact=False)


NOT_COUNTED = Count(None)


@dataclass(frozen=True, slots=True)
class CountStatements:
    """The statements that count the rows that `rows` selects."""

    rows: str

    @property
    def all(self) -> bytes:
        """Counts all of them."""
        return COUNT_ALL.format(rows=self.rows).encode()

    @property
    def some(self) -> bytes:
        """Counts as many as are counted exactly, and one more."""
        return COUNT_SOME.format(rows=self.rows, most=EXACT_MAX + 1).encode()

    @property
    def estimate(self) -> bytes:
        """Asks the planner how many there are."""
        return ESTIMATE.format(rows=self.rows).encode()


def count_statements(counted: str, ranges: Sequence[str]) -> CountStatements:
    """The statements for the rows of `counted`, tables and joins, that meet one of the conditions.

    No row meets two of them.
    """
    rows = [ROWS.format(counted=counted, conditions=each) for each in ranges]
    return CountStatements(" union all ".join(rows))


class LongLists:
    """The lists that had more rows than are counted, when a connection counted them last.

    For the next `BELIEVED_PAGES` pages of such a list the planner's estimate is asked first, which reads no
    row. It is believed from `BELIEVED_FROM` on.
    """

    def __init__(self) -> None:
        self._pages_left: WeakKeyDictionary[AsyncConnection[Any], dict[str, int]] = WeakKeyDictionary()

    def note(self, statements: CountStatements, connection: Sql) -> None:
        """Remember that the list is long."""
        self._pages_left.setdefault(connection.connection, {})[statements.rows] = BELIEVED_PAGES

    def take(self, statements: CountStatements, connection: Sql) -> bool:
        """Whether the list is believed to be long, for a page more."""
        known = self._pages_left.get(connection.connection, {})
        left = known.pop(statements.rows, 0)
        if left > 1:
            known[statements.rows] = left - 1
        return left > 0


long_lists = LongLists()


async def count_rows(
    statements: CountStatements,
    params: Mapping[str, Any],
    counting: Counting,
    *,
    some: int | None,
    prepare: bool | None,
    connection: Sql,
) -> Count:
    """The number of rows. An estimate is more than `EXACT_MAX`. For `prepare` see `Sql.fetch_all`.

    `some` is the result of `statements.some` if that is known.
    """
    if counting == "none":
        return NOT_COUNTED
    if counting == "exact":
        return Count(await connection.fetch_value(statements.all, params, prepare=prepare))
    if some is None:
        some = int(await connection.fetch_value(statements.some, params, prepare=prepare))
    if some <= EXACT_MAX:
        return Count(some)
    if prepare is None:
        long_lists.note(statements, connection)
    return Count(max(some, await _estimate(statements, params, connection)), is_exact=False)


async def believed_count(
    statements: CountStatements, params: Mapping[str, Any], connection: Sql
) -> Count | None:
    """The estimate for one of `long_lists`; None if it is too low to be believed."""
    estimated = await _estimate(statements, params, connection)
    return Count(estimated, is_exact=False) if estimated >= BELIEVED_FROM else None


async def _estimate(statements: CountStatements, params: Mapping[str, Any], connection: Sql) -> int:
    (explained,) = await connection.fetch_value(statements.estimate, params, prepare=False)
    return int(explained["Plan"]["Plan Rows"])
