"""The lines of an import: cells become fields, or the line is refused with its messages."""

from decimal import Decimal
from typing import Any

import pytest

from services.catalog.api.csv.lines import COLUMNS, Lines, UnusableFile
from services.catalog.api.csv.records import BrokenRecord, Record
from services.catalog.api.pos import imports, pos
from services.catalog.usecases.products.importing import ImportedLine, ImportProduct, Outcome

HEADER = Record(1, ("sku", "name", "price", "is_active", "supplier"))


def read(*records: Record | BrokenRecord, header: Record = HEADER) -> list[ImportProduct | ImportedLine]:
    return list(Lines().read([header, *records]))


def errors_of(line: ImportProduct | ImportedLine) -> dict[str, Any]:
    assert isinstance(line, ImportedLine)
    assert line.outcome == Outcome.REFUSED
    return imports.errors_of(line)


def test_cells_are_fields_and_empty_cells_are_not_given() -> None:
    (line,) = read(Record(2, (" A-1 ", "Coca Cola", "12.5", "sí", "")))
    assert line == ImportProduct(
        line=2, sku="A-1", name="Coca Cola", price=Decimal("12.5000"), is_active=True
    )


@pytest.mark.parametrize(
    ("word", "truth"), [("true", True), ("FALSO", False), ("Verdadero", True), ("0", False), ("no", False)]
)
def test_spreadsheets_words_are_booleans(word: str, *, truth: bool) -> None:
    (line,) = read(Record(2, ("A", "", "", word, "")))
    assert isinstance(line, ImportProduct)
    assert line.is_active is truth


@pytest.mark.parametrize("written", ["12,50", "1,234.50", "1.234,50"])
def test_a_decimal_comma_is_refused_in_words(written: str) -> None:
    (line,) = read(Record(7, ("A", "", written, "", "")))
    assert line.line == 7
    assert errors_of(line) == {"price": [f'"{written}" has a comma. Write decimals with a point: 1234.50.']}


@pytest.mark.parametrize("written", ["7.50106E+12", "7,50106E+12", "8E+11"])
def test_a_barcode_that_a_spreadsheet_has_shortened_is_refused(written: str) -> None:
    (line,) = read(Record(2, (written, "Tea", "12", "", "")))
    assert errors_of(line) == {
        "sku": [f'"{written}" is a number that a spreadsheet has shortened. Make the column text.']
    }


@pytest.mark.parametrize("sku", ["7501055300075", "E+12", "TE-25E+1", "7.5", "12E+3"])
def test_another_sku_is_taken_as_it_is(sku: str) -> None:
    (line,) = read(Record(2, (sku, "Tea", "12", "", "")))
    assert isinstance(line, ImportProduct)
    assert line.sku == sku


FISCAL = Record(1, ("sku", "clave_prod_serv", "objeto_imp"))


@pytest.mark.parametrize(
    ("written", "keys"),
    [
        (("01010101", "02"), ("01010101", "02")),
        (("1010101", " 2 "), ("01010101", "02")),
        (("50202306", "8"), ("50202306", "08")),
    ],
)
def test_a_fiscal_key_has_its_zero_also_where_a_spreadsheet_has_taken_it_away(
    written: tuple[str, str], keys: tuple[str, str]
) -> None:
    (line,) = read(Record(2, ("A", *written)), header=FISCAL)
    assert isinstance(line, ImportProduct)
    assert (line.clave_prod_serv, line.objeto_imp) == keys


@pytest.mark.parametrize("written", [("5020230", "9"), ("2", "0"), ("10101010101", "12")])
def test_another_fiscal_key_that_is_too_short_or_too_long_is_refused(written: tuple[str, str]) -> None:
    (line,) = read(Record(2, ("A", *written)), header=FISCAL)
    assert errors_of(line).keys() == {"clave_prod_serv", "objeto_imp"}


def test_all_wrong_cells_of_a_line_are_told() -> None:
    (line,) = read(Record(2, ("", "x" * 256, "-1", "maybe", "")))
    assert errors_of(line) == {
        "sku": ["This field is required."],
        "name": ["Ensure this field has no more than 255 characters."],
        "price": ["Ensure this value is greater than or equal to 0."],
        "is_active": ["Not a valid boolean."],
    }


def test_a_line_with_too_many_cells_is_refused() -> None:
    (line,) = read(Record(2, ("A", "Tea", "12", "50", "", "")))
    assert "The line has 6 cells instead of 5." in errors_of(line)["line"][0]


def test_a_line_of_empty_cells_is_blank() -> None:
    (line,) = read(Record(2, ("", " ", "", "", "")), Record(3, ("A", "", "", "", "")), Record(4, ("", "")))
    assert line == ImportProduct(line=3, sku="A")


def test_a_sku_stands_on_one_line() -> None:
    _, second = read(Record(2, ("A", "Tea", "12", "", "")), Record(3, ("A", "Tea", "13", "", "")))
    assert errors_of(second) == {"sku": ["Line 2 has this sku already."]}


def test_a_broken_line_is_refused_and_the_next_is_read() -> None:
    broken, line = read(BrokenRecord(2, "why"), Record(3, ("A", "", "", "", "")))
    assert errors_of(broken) == {"line": ["why"]}
    assert line == ImportProduct(line=3, sku="A")


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (("sku", "prize"), f'There is no column "prize". Columns: {", ".join(COLUMNS)}.'),
        (("sku", "SKU"), "A column stands in the header twice."),
        (("name",), 'The column "sku" is missing.'),
    ],
)
def test_a_header_that_is_none_is_refused(header: tuple[str, ...], reason: str) -> None:
    with pytest.raises(UnusableFile) as refused:
        read(header=Record(1, header))
    assert pos.answer(refused.value).body == {"file": [reason]}


def test_a_file_without_a_header_is_refused() -> None:
    lines = Lines()
    assert list(lines.read([])) == []
    with pytest.raises(UnusableFile):
        lines.end()
