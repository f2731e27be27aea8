"""The fields of POS' request bodies, and the messages for bad values."""

import pytest

from libs.common.http.fields import Shape
from libs.testing.bodies import refused_fields
from services.auth.api.pos.logins import LoginIn, RefreshIn
from services.auth.api.pos.shapes import ProfileChange, UserChange, UserIn
from services.auth.tests.builders import JUAN, PASSWORD

REQUIRED = "This field is required."
LOGIN = {"email": "laura@example.com", "password": PASSWORD}


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("email", "juan", "Enter a valid email address."),
        ("email", f"{'a' * 250}@example.com", "Ensure this field has no more than 254 characters."),
        ("password", "1234567", "Ensure this field has at least 8 characters."),
        ("password", "x" * 129, "Ensure this field has no more than 128 characters."),
        ("username", "  ", REQUIRED),
        ("username", "x" * 151, "Ensure this field has no more than 150 characters."),
        ("username", "a\x00b", "Null characters are not allowed."),
        ("first_name", "", REQUIRED),
        ("first_name", ["x"], "Not a valid string."),
        ("last_name", None, REQUIRED),
        ("phone_number", "1" * 21, "Ensure this field has no more than 20 characters."),
        ("address", "x" * 256, "Ensure this field has no more than 255 characters."),
    ],
)
@pytest.mark.parametrize("shape", [UserIn, ProfileChange, UserChange])
def test_a_bad_field_is_named(shape: type[Shape], field: str, value: object, message: str) -> None:
    assert refused_fields(shape, {**JUAN, field: value}) == {field: [message]}


def test_a_current_password_may_be_short_but_not_endless() -> None:
    assert refused_fields(ProfileChange, {"current_password": "short"}) == {}
    assert refused_fields(ProfileChange, {"current_password": "x" * 129}) == {
        "current_password": ["Ensure this field has no more than 128 characters."]
    }


@pytest.mark.parametrize("role", ["ADMINS", "USER", 7])
def test_a_new_account_is_one_of_the_staff(role: object) -> None:
    assert refused_fields(UserIn, {**JUAN, "role": role}) == {"role": [f'"{role}" is not a valid choice.']}


@pytest.mark.parametrize(
    ("role", "message"), [("ADMINS", '"ADMINS" is not a valid choice.'), (None, REQUIRED)]
)
def test_a_role_is_one_that_there_is(role: str | None, message: str) -> None:
    assert refused_fields(UserChange, {"role": role}) == {"role": [message]}


@pytest.mark.parametrize("role", ["USER", "EMPLOYEE", "ADMIN", "OWNER"])
def test_any_role_can_be_granted_to_a_user_that_there_is(role: str) -> None:
    assert refused_fields(UserChange, {"role": role}) == {}


def test_an_account_is_an_employees_unless_it_says_otherwise() -> None:
    assert UserIn.model_validate(JUAN).command().roles == ["employee"]
    assert UserIn.model_validate({**JUAN, "role": "OWNER"}).command().roles == ["owner"]


@pytest.mark.parametrize(
    "value",
    ["a\x00b", "x" * 2000, ["laura"], {"a": 1}, None, True, ""],
    ids=["NUL", "long", "list", "object", "null", "boolean", "blank"],
)
@pytest.mark.parametrize("field", ["email", "password"])
def test_what_is_no_text_logs_nobody_in(field: str, value: object) -> None:
    assert list(refused_fields(LoginIn, {**LOGIN, field: value})) == [field]


@pytest.mark.parametrize("body", [{}, {"refresh": ""}, {"refresh": None}])
def test_without_a_refresh_token_it_is_named(body: object) -> None:
    assert refused_fields(RefreshIn, body) == {"refresh": [REQUIRED]}


def test_good_bodies_are_accepted() -> None:
    assert refused_fields(UserIn, JUAN) == refused_fields(UserChange, {}) == {}
    assert refused_fields(LoginIn, LOGIN) == refused_fields(RefreshIn, {"refresh": "x"}) == {}
