"""A search is split into terms: words, emails in two spellings, and phone numbers."""

import pytest

from libs.common.db.search_terms import terms_of


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
        ("Ana 55 1234 5678 López", [("Ana",), ("5512345678",), ("López",)]),
        ("calle 12 34", [("calle",), ("12",), ("34",)]),
        ("12-34", [("12-34", "1234")]),
        ("- +", [("-",), ("+",)]),
        ("Ana-55", [("Ana-55",)]),
    ],
)
def test_a_phone_number_is_one_term_of_digits(text: str, terms: list[tuple[str, ...]]) -> None:
    assert [tuple(term) for term in terms_of(text, phones=True)] == terms
