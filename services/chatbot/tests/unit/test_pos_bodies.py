"""The fields of request bodies, and the messages for bad values."""

import pytest

from libs.testing.bodies import refused_fields
from services.chatbot.api.pos.interactions import InteractionIn
from services.chatbot.api.pos.users import UserChange, UserIn
from services.chatbot.tests.builders import HOLA, JUAN

REQUIRED = "This field is required."
NUL = "Null characters are not allowed."
USER = {"mobile_number": JUAN, "name": "Juan"}


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("mobile_number", "+" + "1" * 20, "Ensure this field has no more than 20 characters."),
        ("mobile_number", "", REQUIRED),
        ("mobile_number", None, REQUIRED),
        ("mobile_number", ["5512345678"], "Not a valid string."),
        ("mobile_number", "55\x0012", NUL),
        ("name", "   ", REQUIRED),
        ("name", "x" * 256, "Ensure this field has no more than 255 characters."),
        ("name", "Ju\x00an", NUL),
        ("name", {"first": "Juan"}, "Not a valid string."),
    ],
)
def test_a_bad_field_of_a_user_is_named(field: str, value: object, message: str) -> None:
    assert refused_fields(UserIn, {**USER, field: value}) == {field: [message]}


@pytest.mark.parametrize("name", ["", None])
def test_a_name_can_be_left_out_but_not_blanked(name: str | None) -> None:
    assert refused_fields(UserChange, {}) == {}
    assert refused_fields(UserChange, {"name": name}) == {"name": [REQUIRED]}


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("channel", None, REQUIRED),
        ("channel", "x" * 33, "Ensure this field has no more than 32 characters."),
        ("text", "", REQUIRED),
        ("text", "x" * 4097, "Ensure this field has no more than 4096 characters."),
        ("text", "Ho\x00la", NUL),
    ],
)
def test_a_bad_field_of_a_message_is_named(field: str, value: object, message: str) -> None:
    assert refused_fields(InteractionIn, {**HOLA, field: value}) == {field: [message]}


def test_good_bodies_are_accepted() -> None:
    assert refused_fields(UserIn, USER) == refused_fields(InteractionIn, HOLA) == {}
