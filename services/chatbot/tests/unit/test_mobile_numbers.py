"""Mobile numbers that are accepted and refused."""

import pytest

from services.chatbot.domain.users import MobileNumberInvalid, check_mobile_number


@pytest.mark.parametrize("number", ["+521234567890", "5512345678", "+52 (55) 1234-5678"])
def test_a_number_in_any_usual_spelling_is_accepted(number: str) -> None:
    check_mobile_number(number)


@pytest.mark.parametrize("text", ["Juan", "+", "..", "55/1234", "55\\1234", "55;1", "55%2f", ".55", "5\n5"])
def test_a_text_that_cannot_be_dialled_or_addressed_is_refused(text: str) -> None:
    with pytest.raises(MobileNumberInvalid):
        check_mobile_number(text)
