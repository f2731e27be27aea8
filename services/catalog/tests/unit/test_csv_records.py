"""A CSV file becomes records, whatever its encoding, separator and pieces."""

import pytest

from services.catalog.api.csv.records import (
    NOT_CLOSED,
    NOT_DOUBLED,
    NOT_LINES,
    NOT_UTF8,
    RECORD_LENGTH_MAX,
    BrokenRecord,
    Record,
    Records,
)

FILE = 'sku,name\r\nA-1,"Café, ""grande"""\r\n\r\nB-2,"two\r\nlines\nmore"\r\nC-3,piñata'
EXPECTED = [
    Record(1, ("sku", "name")),
    Record(2, ("A-1", 'Café, "grande"')),
    Record(4, ("B-2", "two\r\nlines\nmore")),
    Record(7, ("C-3", "piñata")),
]


def records_of(content: bytes, piece: int = 1_000_000) -> list[Record | BrokenRecord]:
    records = Records()
    pieces = [content[start : start + piece] for start in range(0, len(content), piece)]
    return [*(record for each in pieces for record in records.feed(each)), *records.end()]


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 1_000])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_file_is_read_in_any_pieces_and_encodings(encoding: str, piece: int) -> None:
    assert records_of(FILE.encode(encoding), piece) == EXPECTED


def test_semicolons_separate_where_the_header_has_them() -> None:
    assert records_of(b"sku;price\nA;12,50\n")[1] == Record(2, ("A", "12,50"))


def test_a_line_in_another_encoding_than_the_lines_before_is_broken() -> None:
    content = b"sku,name\n" + "A,Café\n".encode() + "B,Café\n".encode("cp1252") + b"C,tea\n"
    assert records_of(content)[2:] == [BrokenRecord(3, NOT_UTF8), Record(4, ("C", "tea"))]


def test_a_quotation_mark_that_is_not_closed_breaks_its_record_only() -> None:
    assert records_of(b'sku,name\nA,"tea\n')[1:] == [BrokenRecord(2, NOT_CLOSED)]
    long = b'sku,name\nA,"' + b"x\n" * RECORD_LENGTH_MAX + b"B,tea\n"
    assert BrokenRecord(2, NOT_CLOSED) in records_of(long)


def test_a_quotation_mark_inside_a_cell_is_broken() -> None:
    assert records_of(b'sku,name\nA,"12" pipe"x"\n')[1] == BrokenRecord(2, NOT_DOUBLED)


def test_a_quotation_mark_inside_a_cell_that_does_not_begin_with_one_is_a_letter() -> None:
    content = b'sku,name\nA,1/2" pipe\nB,tea\nC,3" x 5" x 7" box\nD,"say, """\n'
    assert records_of(content)[1:] == [
        Record(2, ("A", '1/2" pipe')),
        Record(3, ("B", "tea")),
        Record(4, ("C", '3" x 5" x 7" box')),
        Record(5, ("D", 'say, "')),
    ]


def test_a_record_that_is_broken_takes_no_line_of_the_next_one() -> None:
    content = b'sku,name\nA,"12" x 14" board\nB,tea\nC,"two\nlines"\n'
    assert records_of(content)[1:] == [
        BrokenRecord(2, NOT_DOUBLED),
        Record(3, ("B", "tea")),
        Record(4, ("C", "two\nlines")),
    ]


def test_a_record_with_a_line_in_another_encoding_is_broken_as_a_whole() -> None:
    content = 'sku,name\nA,Café\nB,"two\n'.encode() + "cafés\n".encode("cp1252") + b'lines"\nC,tea\n'
    assert records_of(content)[2:] == [BrokenRecord(3, NOT_UTF8), Record(6, ("C", "tea"))]


@pytest.mark.parametrize(
    "content", [b"sku,name\rA,tea\rB,milk\r", "sku,name\r\nA,tea\r\n".encode("utf-16")], ids=["CR", "UTF-16"]
)
def test_a_file_with_other_line_ends_is_told_so(content: bytes) -> None:
    assert records_of(content)[0] == BrokenRecord(1, NOT_LINES)


def test_a_line_without_end_is_broken_and_needs_no_memory() -> None:
    records = Records()
    for _ in range(100):
        assert list(records.feed(b"x" * 10_000)) == []
    assert list(records.end()) == [BrokenRecord(1, NOT_CLOSED)]


def test_an_empty_file_has_no_records() -> None:
    assert records_of(b"") == []
