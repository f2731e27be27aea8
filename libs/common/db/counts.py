"""Counts the rows of a list: exactly as far as that is cheap, beyond it by the planner's estimate.

A count reads every row that it counts, and an exact one of a large list costs more than its page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from libs.common.db.database import Sql
from libs.common.db.listing import EXACT_MAX, Counting

ROWS = "select from {counted} where {conditions}"
COUNT_ALL = "select count(*) from ({rows}) counted_rows"
COUNT_SOME = "select count(*) from ({rows} limit {most}) counted_rows"
ESTIMATE = "explain (format json) {rows}"


@dataclass(frozen=True, slots=True)
class Count:
    """A number of rows; None if they were not counted, an estimate unless `is_exact`."""

    rows: int | None
    is_exact: bool = True


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


async def count_rows(
    statements: CountStatements,
    params: Mapping[str, Any],
    counting: Counting,
    *,
    some: int | None = None,
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
    (explained,) = await connection.fetch_value(statements.estimate, params, prepare=False)
    return Count(max(some, explained["Plan"]["Plan Rows"]), is_exact=False)
