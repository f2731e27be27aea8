"""Splits the text of a search into terms, each of which a row must contain."""

import re
from collections.abc import Iterable
from itertools import groupby, islice

from libs.common.emails import email_key
from libs.common.phones import plain_digits

# Fewer digits are as likely a size or a year: "coca 600 2024".
NUMBER_DIGITS_MIN = 7

# A code has more digits than a year.
CODE_DIGITS_MIN = 5
TRIPLES_MAX = 8  # a longer text is as rare by its last characters

PART_OF_NUMBER = re.compile(r"[0-9()\[\]./+-]+", re.ASCII)
# As SQL's `phone_key` does it; after a plus sign also for the beginning of a number.
MEXICO = re.compile(r"^[^0-9+]*\+52|^52(?=[0-9]{10}$)", re.ASCII)
LETTERS_AND_DIGITS = re.compile(r"[0-9a-z]+", re.ASCII | re.IGNORECASE)
NOT_DIGITS = re.compile(r"[^0-9]", re.ASCII)

Term = tuple[str, ...]
"""The spellings of a term: a row must contain one of them."""


def terms_of(text: str, *, phones: bool) -> list[Term]:
    """The terms of a search: its words, separated by blanks or commas.

    With `phones`, adjacent words of digits and their separators are one number if they have seven digits or
    more; a shorter one is found as written or by its digits. An email is also found in its compared form.
    """
    if not phones:
        return [_word(word) for word in _words(text)]
    words = _words(plain_digits(text))
    runs = groupby(words, lambda word: PART_OF_NUMBER.fullmatch(word) is not None)
    return [term for of_digits, run in runs for term in (_numbers(run) if of_digits else map(_word, run))]


def triples_of(spelling: str) -> list[str]:
    """Every other three letters or digits of a code or a number, the last first; none of another text.

    A row that contains the spelling contains each of them: folding changes nothing of ASCII but its case.
    """
    if not spelling.isascii() or len(NOT_DIGITS.sub("", spelling)) < CODE_DIGITS_MIN:
        return []
    runs = reversed(LETTERS_AND_DIGITS.findall(spelling))
    triples = (run[end - 3 : end] for run in runs for end in range(len(run), 2, -2))
    return list(islice(dict.fromkeys(triples), TRIPLES_MAX))


def _words(text: str) -> list[str]:
    return text.replace(",", " ").split()


def _word(word: str) -> Term:
    return _distinct(word, email_key(word)) if "@" in word else (word,)


def _numbers(run: Iterable[str]) -> list[Term]:
    words = list(run)
    number = _digits("".join(words))
    if len(NOT_DIGITS.sub("", "".join(words))) >= NUMBER_DIGITS_MIN:
        return [(number,)]
    return [_distinct(word, _digits(word)) for word in words]


def _digits(written: str) -> str:
    bare = written if "+" in written else NOT_DIGITS.sub("", written)
    return NOT_DIGITS.sub("", MEXICO.sub("", bare))


def _distinct(*spellings: str) -> Term:
    return tuple(dict.fromkeys(filter(None, spellings)))
