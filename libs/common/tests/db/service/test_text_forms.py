"""The forms in which texts are searched, sorted and compared."""

from typing import Any

import pytest

from libs.common.db.database import Database

# The order of PostgreSQL's collation `es-x-icu` (ICU 72), on which our order does not depend.
DICTIONARY = [
    *("_a", "-a", ",a", ";a", "!a", "¡Ay!", "¿Qué?", ".a", "(x)", "@a", "*a", "$5", "1", "10", "2"),
    *("a", "a 1", "a_1", "A-1", "a1", "ánfora", "ano", "anos", "Anzuelo", "añejo", "año"),
    *("arbol", "árbol", "arbolito", "chico", "Coca Cola", "Coca Cola 600", "Coca-Cola", "Coca, Cola"),
    *("Coca.Cola", "CocaCola", "Cuna", "cunas", "Cuña", "cuñas", "eco", "llama", "luz", "nube", "nz"),
    *("Ñame", "ñandú", "ñu", "oca", "papa", "papá", "papaya", "peso", "pesó", "péso", "Pez"),
    *("pinguino", "Pingüinos", "piñata", "zeta"),
]


async def form(database: Database, function: str, *texts: str | None) -> Any:
    """The form that an SQL function gives a text."""
    places = ", ".join(["%s::text"] * len(texts))
    return await database.fetch_value(f"select {function}({places})".encode(), texts)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("PIÑATA Café", "pinata cafe"),
        ("nin\u0303o", "nino"),
        ("ＡＧＵＡ　１", "agua 1"),
        ("Straße Œuvre", "strasse oeuvre"),
        ("Ωμέγα Ёлка", "ωμεγα елка"),
        ("", ""),
    ],
)
async def test_a_folded_text_has_no_case_accents_or_width(
    database: Database, written: str, folded: str
) -> None:
    assert await form(database, "folded", written) == folded


async def test_texts_are_sorted_as_in_a_spanish_dictionary(database: Database) -> None:
    backwards = list(reversed(DICTIONARY))
    query = "select word from unnest(%s::text[]) word order by dictionary_key(word)"
    async with database.connection() as connection:
        assert await connection.fetch_values(query, [backwards]) == DICTIONARY


@pytest.mark.parametrize(
    ("one", "other"), [("PAPA", "papa"), ("Ñandú", "ñandÚ"), ("Ａgua", "agua"), ("nin\u0303o", "niño")]
)
async def test_case_and_width_have_no_weight_in_a_dictionary(
    database: Database, one: str, other: str
) -> None:
    assert await form(database, "dictionary_key", one) == await form(database, "dictionary_key", other)


@pytest.mark.parametrize("written", ["ñ" * 500, "\ufdfa" * 255, "\U00020000" * 255])
async def test_a_key_of_the_longest_text_fits_an_index(database: Database, written: str) -> None:
    assert len(await form(database, "dictionary_key", written)) < 2_600


@pytest.mark.parametrize(
    "written",
    [
        "55 1234 5678",
        "55-1234-5678",
        "(55) 1234.5678",
        "[55]1234/5678",
        "+525512345678",
        "+52 55 1234 5678",
        "52 55 1234 5678",
        "５５１２３４５６７８",
        "55\u20131234\u20115678",
        "55\u00a01234\u00a05678",
    ],
)
async def test_spellings_of_one_phone_number_have_one_key(database: Database, written: str) -> None:
    assert await form(database, "phone_key", written) == "5512345678"


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("5212345678", "5212345678"),  # ten digits that begin with 52
        ("+52 1 55 1234 5678", "5215512345678"),
        ("555-9876 ext. 3", "5559876ext3"),
        ("+1 555 9876543", "15559876543"),
        ("--", "--"),
        ("N/A", "na"),
    ],
)
async def test_other_numbers_keep_their_digits_and_letters(
    database: Database, written: str, key: str
) -> None:
    assert await form(database, "phone_key", written) == key


@pytest.mark.parametrize(
    ("written", "in_ascii", "key"),
    [
        ("Ana@Correo.mx", "Ana@Correo.mx", "ana@correo.mx"),
        ("Ana@ñandú.mx", "Ana@xn--and-6ma2c.mx", "ana@xn--and-6ma2c.mx"),
        ("Ana@Correo.mx", "Ana@xn--and-6ma2c.mx", "ana@correo.mx"),  # written by the version before
        ("Ana@Correo.mx", None, "ana@correo.mx"),
        (None, None, None),
    ],
)
async def test_an_email_is_compared_in_ascii(
    database: Database, written: str | None, in_ascii: str | None, key: str | None
) -> None:
    assert await form(database, "email_key", written, in_ascii) == key
