"""Phone numbers as they are copied from web pages and address books."""

import pytest

from libs.common.phones import plain_digits, without_marks


@pytest.mark.parametrize(
    "written", ["\u202a+52 55\u202c", "\u2066+52 55\u2069", "+52\u200e 55\u200f", "+52 55"]
)
def test_a_number_has_no_invisible_marks(written: str) -> None:
    assert without_marks(written) == "+52 55"


def test_a_number_is_shown_as_it_was_written() -> None:
    assert without_marks("(55) 4433\u20132211") == "(55) 4433\u20132211"


@pytest.mark.parametrize(
    "written", ["55\u20111234", "55\u20131234", "55\u22121234", "５５－１２３４", "\u202a55-1234\u202c"]
)
def test_digits_and_dashes_are_those_of_a_keyboard(written: str) -> None:
    assert plain_digits(written) == "55-1234"
