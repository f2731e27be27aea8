"""The answers of reports: JSON, or a CSV file if `Accept` prefers it.

@pos.get("/analytics/taxes/", response_model=TaxesOut, responses=or_csv(COLUMNS, A_ROW))
@refuses(*OF_DATES, NotAcceptable())
async def find_taxes(who: AdminOrOwner, deps: DepsDep, wants: WantedType, ...) -> Response:
    return reply_report(await sum_taxes(..., desk=desk_of(deps)), wants, shape=_taxes, table=_table)
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request, Response

from libs.common.clock import iso_utc
from libs.common.http.csv_files import CSV, Cell, header_line, reply_csv, table_lines
from libs.common.http.negotiation import accepted
from libs.common.http.replies import reply
from services.analytics.usecases.reports.desk import BATCH, Report

JSON = "application/json"
AS_OF_HEADER = "X-Data-As-Of"
AS_OF = {
    "description": "The time of the newest event in the figures, UTC; missing before the first.",
    "schema": {"type": "string", "format": "date-time"},
}

T = TypeVar("T")
Row = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """A report as one table. `name` is that of its file; cells that a row leaves out are empty.

    A report of several parts names the part of each row in its first column, `section`.
    """

    name: str
    columns: Sequence[str]
    rows: Iterable[Row]


async def wanted_type(request: Request) -> str:
    """The media type of the answer, by `Accept`: JSON unless it prefers CSV. Raises `NotAcceptable`."""
    return accepted(request, (JSON, CSV))


WantedType = Annotated[str, Depends(wanted_type)]


def or_csv(columns: Sequence[str], *rows: Row) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a report in the API document, with these rows as the example of its CSV."""
    shown = (header_line(columns) + table_lines(columns, rows)).decode("utf-8-sig")
    content = {CSV: {"schema": {"type": "string", "examples": [shown]}}}
    return {200: {"description": "The report.", "headers": {AS_OF_HEADER: AS_OF}, "content": content}}


def reply_report(
    report: Report[T], wanted: str, *, shape: Callable[[T], Any], table: Callable[[T], Table]
) -> Response:
    """The report as JSON of its `shape`, or as CSV of its `table`, as `wanted` (`WantedType`) says.

    `X-Data-As-Of` is the time of the newest event in its figures, UTC.
    """
    headers = headers_of(report)
    if wanted == CSV:
        made = table(report.content)
        return reply_csv(made.name, _pieces(made), headers)
    return reply(shape(report.content), headers=headers)


async def reply_rows(
    name: str,
    columns: Sequence[str],
    batches: AsyncGenerator[Report[Sequence[T]], None],
    cells: Callable[[T], Row],
) -> Response:
    """All rows of `Desk.read_through` as CSV, sent while they are read."""
    first = await anext(batches)  # so that a failure can still be answered

    async def pieces() -> AsyncIterator[bytes]:
        async with aclosing(batches):
            yield header_line(columns) + table_lines(columns, map(cells, first.content))
            async for batch in batches:
                yield table_lines(columns, map(cells, batch.content))

    return reply_csv(name, pieces(), headers_of(first))


def headers_of(report: Report[Any]) -> dict[str, str]:
    """The headers of a report's answer."""
    as_of = {AS_OF_HEADER: iso_utc(report.as_of)} if report.as_of else {}
    return {"Vary": "Accept", **as_of}


def _pieces(table: Table) -> Iterable[bytes]:
    rows = iter(table.rows)
    yield header_line(table.columns)
    while batch := list(islice(rows, BATCH)):
        yield table_lines(table.columns, batch)
