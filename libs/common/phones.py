"""Phone numbers as they are copied from web pages and address books."""

import re
import unicodedata

MARKS_OF_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
DASHES = re.compile("[\u2010-\u2015\u2212]")


def without_marks(written: str) -> str:
    """The text without the invisible marks that address books put around a number that is copied."""
    return MARKS_OF_DIRECTION.sub("", written)


def plain_digits(written: str) -> str:
    """The text with digits, signs and dashes as keyboards have them, and without invisible marks."""
    return DASHES.sub("-", unicodedata.normalize("NFKC", without_marks(written)))
