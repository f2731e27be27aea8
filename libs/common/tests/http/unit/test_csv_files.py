"""Cells and lines of CSV files."""

from datetime import date
from decimal import Decimal

import pytest

from libs.common.http.csv_files import (
    Cell,
    cell_text,
    guarded,
    header_line,
    reply_csv,
    table_lines,
    unguarded,
)

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        (7, "7"),
        (-7, "-7"),
        (True, "true"),
        (False, "false"),
        (Decimal("18.5"), "18.50"),
        (Decimal("-0.005"), "-0.01"),
        (Decimal(2000), "2000.00"),
        (date(2026, 3, 1), "2026-03-01"),
        ("Piñata", "Piñata"),
        ("", ""),
    ],
)
def test_a_cell_is_written_for_a_spreadsheet(cell: Cell, text: str) -> None:
    assert cell_text(cell) == text


@pytest.mark.parametrize(
    "text", ["=1+1", "+52 55", "-20 %", "@SUM(A1)", " =1+1", "\t=1+1", "\r\n=1+1", "\uff1d1+1"]
)
def test_a_text_that_a_spreadsheet_would_calculate_is_a_text(text: str) -> None:
    assert cell_text(text) == f"'{text}"


@pytest.mark.parametrize("text", ["=1+1", "'=1+1", "''=1+1", "' -5", "'tea'", "tea", "'", ""])
def test_a_guarded_text_is_read_as_it_was(text: str) -> None:
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("cell", ["=1+1", "'tea'", "'12.50", "tea"])
def test_a_cell_that_no_guard_made_is_read_as_it_is(cell: str) -> None:
    assert unguarded(cell) == cell


def test_a_file_begins_with_the_mark_of_utf_8_and_the_names_of_its_columns() -> None:
    assert header_line(["name", "units"]) == b"\xef\xbb\xbfname,units\r\n"


def test_a_row_has_all_columns_and_quotes_what_needs_it() -> None:
    rows: list[dict[str, Cell]] = [{"name": 'Cable 2", rojo', "units": 3}, {"units": 4}]
    assert table_lines(["section", "name", "units"], rows) == b',"Cable 2"", rojo",3\r\n,,4\r\n'


def test_a_file_is_to_be_saved_under_its_name() -> None:
    answer = reply_csv("taxes", [b"day\r\n"], {"Vary": "Accept"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="taxes.csv"'
    assert (answer.headers["vary"], "content-length" in answer.headers) == ("Accept", False)
