"""A search is split into terms: words, emails in two spellings, and phone numbers."""

import pytest

from libs.common.db.search_terms import TRIPLES_MAX, terms_of, triples_of


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", []),
        ("  ,, ", []),
        ("Coca  cola,600", [("Coca",), ("cola",), ("600",)]),
        ("55 1234 5678", [("55",), ("1234",), ("5678",)]),
        ("ana@ñandú.mx", [("ana@ñandú.mx", "ana@xn--and-6ma2c.mx")]),
        ("ana@mail.mx", [("ana@mail.mx",)]),
    ],
)
def test_each_word_is_a_term(text: str, terms: list[tuple[str, ...]]) -> None:
    assert [tuple(term) for term in terms_of(text, phones=False)] == terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("5512345678", [("5512345678",)]),
        ("55 1234 5678", [("5512345678",)]),
        ("(55) 1234-5678", [("5512345678",)]),
        ("+52 55 1234 5678", [("5512345678",)]),
        ("+52 55 1234", [("551234",)]),
        ("52 55 1234 5678", [("5512345678",)]),
        ("5212345678", [("5212345678",)]),
        ("55\u20111234\u20135678", [("5512345678",)]),
        ("55-１２３４-5678", [("5512345678",)]),
        ("\u202a+52 55 1234 5678\u202c", [("5512345678",)]),
        ("Ana 55 1234 5678 López", [("Ana",), ("5512345678",), ("López",)]),
        ("calle 12 34", [("calle",), ("12",), ("34",)]),
        ("12-34", [("12-34", "1234")]),
        ("- +", [("-",), ("+",)]),
        ("Ana-55", [("Ana-55",)]),
    ],
)
def test_a_phone_number_is_one_term_of_digits(text: str, terms: list[tuple[str, ...]]) -> None:
    assert [tuple(term) for term in terms_of(text, phones=True)] == terms


@pytest.mark.parametrize(
    ("spelling", "triples"),
    [
        ("6600123456", ["456", "234", "012", "600"]),
        ("SKU-F0123456", ["456", "234", "012", "SKU"]),
        ("c12345@a.mx", ["345", "123"]),
        ("CAM-000123-M-01", ["123", "001", "CAM"]),
        ("99999", ["999"]),
        ("%12345_6", ["345", "123"]),
    ],
)
def test_a_code_or_a_number_is_also_looked_for_by_threes(spelling: str, triples: list[str]) -> None:
    assert triples_of(spelling) == triples


@pytest.mark.parametrize("spelling", ["", "12", "coca-cola", "2024-XL", "ñ12345", "1２345"])
def test_another_text_is_looked_for_as_a_whole(spelling: str) -> None:
    assert triples_of(spelling) == []


def test_the_longest_text_is_looked_for_by_few_threes() -> None:
    assert len(triples_of("".join(map(str, range(1000, 1060))))) == TRIPLES_MAX
