"""Splits the bytes of a CSV file, as they arrive, into records with the lines on which they begin.

A file is UTF-8, with or without BOM, or Windows-1252: the first letter beyond ASCII decides. Cells are
separated by commas or semicolons: the header decides.
"""

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

from libs.common.http.csv_files import BOM

RECORD_LENGTH_MAX = 64 * 1024
"""A longer record has lost its closing quotation mark."""
NOT_UTF8 = "The file is UTF-8 so far, and this line is not. Save the whole file as UTF-8."
NOT_CLOSED = "A quotation mark is not closed."
NOT_DOUBLED = "Quotation marks inside a cell must be doubled."
NOT_LINES = "Lines must end with LF or CR LF. Save the file as CSV in UTF-8."
"""A CR inside a cell: of an old Macintosh's file, or of one in UTF-16."""

# The text of a record up to a line break inside a cell. A quotation mark begins a quoted cell only where the
# cell begins, as for a spreadsheet: that of `1/2" pipe` is a letter.
OPEN = {
    separator: re.compile(
        rf'(?:(?:"(?:[^"]|"")*+"[^{separator}]*+|[^"{separator}][^{separator}]*+|){separator})*+"(?:[^"]|"")*+'
    )
    for separator in (",", ";")
}


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of a record that begins on this line of the file; the header is on line 1."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BrokenRecord:
    """A line that is no record; `message` says why."""

    line: int
    message: str


class Records:
    """Feed it bytes and iterate over the records that are complete; `end` returns the last ones.

    Blank lines are no records, but count as lines. A line break inside a cell stays as it is.
    """

    def __init__(self) -> None:
        self._text = _Text()
        self._separator = ","
        self._rest = b""
        self._open = ""  # the beginning of a record that a quoted line break has split
        self._opened_on = 0
        self._is_utf8 = True  # all of the record so far, if the file is
        self._line = 0

    def feed(self, piece: bytes) -> Iterator[Record | BrokenRecord]:
        """The records that this piece completes."""
        *lines, self._rest = (self._rest + piece).split(b"\n")
        for line in lines:
            yield from self._record(line)
        if len(self._rest) > RECORD_LENGTH_MAX:
            self._rest = self._rest[: RECORD_LENGTH_MAX + 1]  # too long already; the remainder is not needed

    def end(self) -> Iterator[Record | BrokenRecord]:
        """The records of a last line without a line break."""
        if self._rest:
            yield from self._record(self._rest)
        if self._open:
            yield BrokenRecord(self._opened_on, NOT_CLOSED)

    def _record(self, line: bytes) -> Iterator[Record | BrokenRecord]:
        self._line += 1
        if not self._open:
            self._opened_on, self._is_utf8 = self._line, True
        text = self._text.decoded(line)
        if text is None:
            text, self._is_utf8 = line.decode(errors="replace"), False
        if self._line == 1:
            text = text.removeprefix(BOM)
            self._separator = ";" if text.count(";") > text.count(",") else ","
        whole = f"{self._open}\n{text}" if self._open else text
        is_open = OPEN[self._separator].fullmatch(f'"{text}' if self._open else text)
        self._open = ""
        if len(whole) > RECORD_LENGTH_MAX:
            yield BrokenRecord(self._opened_on, NOT_CLOSED)
        elif is_open:
            self._open = whole
        elif not self._is_utf8:
            yield BrokenRecord(self._opened_on, NOT_UTF8)
        elif whole.strip():
            yield self._split(whole.removesuffix("\r"))

    def _split(self, text: str) -> Record | BrokenRecord:
        try:
            (cells,) = csv.reader([text], delimiter=self._separator, strict=True)
        except (csv.Error, ValueError):
            return BrokenRecord(self._opened_on, NOT_DOUBLED if '"' in text else NOT_LINES)
        return Record(self._opened_on, tuple(cells))


class _Text:
    """Decodes lines by the encoding of the first letter beyond ASCII."""

    def __init__(self) -> None:
        self._encoding: str | None = None

    def decoded(self, line: bytes) -> str | None:
        """The line's text; None if it is not in the file's encoding."""
        if line.isascii():
            return line.decode("ascii")
        if self._encoding is None:
            self._encoding = "utf-8" if _is_utf8(line) else "cp1252"
        if self._encoding == "cp1252":
            return codecs.decode(line, "cp1252", "replace")
        return line.decode() if _is_utf8(line) else None


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
