"""Answers as CSV files: UTF-8 with the mark by which spreadsheets recognise it, sent piece by piece.

    return reply_csv("customers", [header_line(COLUMNS), csv_lines(rows)])

Texts of others become cells by `cell_text` or `guarded`, so that no spreadsheet takes one for a formula.
"""

import csv
import io
import re
from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from anyio import CancelScope
from fastapi.responses import StreamingResponse
from starlette.types import Send

from libs.common.money import money_text

CSV = "text/csv"
BOM = "\ufeff"
# With the signs in their wide forms, and also a text that has been guarded already.
FORMULA = re.compile("'*\\s*[=+\\-@\uff1d\uff0b\uff0d\uff20]")

Cell = str | int | Decimal | date | None


def header_line(columns: Iterable[str]) -> bytes:
    """The first line of a file, which names the columns."""
    return BOM.encode() + csv_lines([columns])


def csv_lines(rows: Iterable[Iterable[str]]) -> bytes:
    """The lines of these rows of cells, with commas between them."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def cell_text(cell: Cell) -> str:
    """A cell as text: decimals in cents, days as `2026-03-01`, nothing for None, texts `guarded`."""
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case Decimal():
            return money_text(cell)
        case date():
            return cell.isoformat()
        case int():
            return str(cell)
        case _:
            return guarded(cell)


def guarded(text: str) -> str:
    """The text, preceded by `'` if a spreadsheet would calculate it; `unguarded` takes that away."""
    return f"'{text}" if FORMULA.match(text) else text


def unguarded(cell: str) -> str:
    """The text that `guarded` made this cell of; any other cell as it is."""
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell


def table_lines(columns: Sequence[str], rows: Iterable[Mapping[str, Cell]]) -> bytes:
    """The lines of rows whose cells are named by their columns; those that a row leaves out are empty."""
    return csv_lines([cell_text(row.get(column)) for column in columns] for row in rows)


class _CsvFile(StreamingResponse):
    """A file that closes what makes its pieces, also if its reader goes away while one is being sent.

    Otherwise the garbage collection would, and a connection to the database would be held until then.
    """

    async def stream_response(self, send: Send) -> None:
        """Send all pieces."""
        try:
            await super().stream_response(send)
        finally:
            if isinstance(self.body_iterator, AsyncGenerator):
                with CancelScope(shield=True):
                    await self.body_iterator.aclose()


def reply_csv(
    name: str, pieces: AsyncIterable[bytes] | Iterable[bytes], headers: Mapping[str, str] | None = None
) -> StreamingResponse:
    """The pieces as a file `<name>.csv` to be saved. Pieces that are made one by one are sent one by one."""
    return _CsvFile(
        pieces,
        media_type=f"{CSV}; charset=utf-8",
        headers={**(headers or {}), "Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
