"""The fields of STORE's request bodies, the messages for bad values, and what the bodies ask for."""

import pytest

from libs.common.http.refusals import InvalidInput
from libs.testing.bodies import refused_fields
from services.auth.api.store.shapes import RegisterIn, RoleIn, UserChange
from services.auth.tests.builders import JOHN, PASSWORD

REQUIRED = "This field is required."
MINIMAL = {name: JOHN[name] for name in ("username", "email", "password")}
NEW = "battery staple"
PASSWORDS = {"current_password": PASSWORD, "new_password": NEW, "confirm_password": NEW}


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("username", "jo", "Ensure this field has at least 3 characters."),
        ("username", "j" * 51, "Ensure this field has no more than 50 characters."),
        ("username", "a\x00bc", "Null characters are not allowed."),
        ("email", "john", "Enter a valid email address."),
        ("email", None, REQUIRED),
        ("password", "1234567", "Ensure this field has at least 8 characters."),
        ("first_name", "j" * 51, "Ensure this field has no more than 50 characters."),
        ("phone", "1" * 21, "Ensure this field has no more than 20 characters."),
        ("role", "employee", '"employee" is not a valid choice.'),
        ("role", "owner", '"owner" is not a valid choice.'),
    ],
)
def test_a_bad_field_of_a_registration_is_named(field: str, value: object, message: str) -> None:
    assert refused_fields(RegisterIn, {**JOHN, field: value}) == {field: [message]}


@pytest.mark.parametrize("roles", ["admin", ["owner"], ["user"] * 11, [["user"]], 7])
def test_bad_roles_are_named(roles: object) -> None:
    assert list(refused_fields(RegisterIn, {**JOHN, "roles": roles})) == ["roles"]


@pytest.mark.parametrize(
    ("asked", "roles"),
    [
        ({}, {"user"}),
        ({"roles": []}, {"user"}),
        ({"role": None, "phone": None}, {"user"}),
        ({"role": "user"}, {"user"}),
        ({"role": "admin"}, {"admin"}),
        ({"roles": ["admin"]}, {"admin"}),
        ({"roles": ["user", "admin", "user"]}, {"user", "admin"}),
        ({"role": "admin", "roles": ["user"]}, {"user", "admin"}),
    ],
)
def test_a_registration_asks_for_the_roles_that_it_names_or_a_shoppers(
    asked: dict[str, object], roles: set[str]
) -> None:
    command = RegisterIn.model_validate({**MINIMAL, **asked}).command()
    assert ({*command.roles}, len(command.roles)) == (roles, len(roles))


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("email", "john", "Enter a valid email address."),
        ("email", None, REQUIRED),
        ("first_name", "x" * 51, "Ensure this field has no more than 50 characters."),
        ("phone", "1" * 21, "Ensure this field has no more than 20 characters."),
        ("new_password", "short", "Ensure this field has at least 8 characters."),
        ("current_password", None, REQUIRED),
    ],
)
def test_a_bad_field_of_a_change_is_named(field: str, value: object, message: str) -> None:
    assert refused_fields(UserChange, {field: value}) == {field: [message]}


def test_null_clears_a_name_or_the_phone_number() -> None:
    command = UserChange.model_validate({"first_name": None, "phone": None}).profile_command(1, "9")
    assert (command.first_name, command.phone_number) == ("", "")


def test_with_any_of_the_three_passwords_it_is_a_change_of_password() -> None:
    assert not UserChange.model_validate({"email": "john@example.com"}).is_of_password()
    assert all(UserChange.model_validate({name: NEW}).is_of_password() for name in PASSWORDS)


@pytest.mark.parametrize("given", PASSWORDS)
def test_one_of_the_three_passwords_asks_for_the_others(given: str) -> None:
    missing = sorted(PASSWORDS.keys() - {given})
    assert problems_of({given: PASSWORDS[given]}) == [((name,), REQUIRED) for name in missing]


def test_the_new_password_is_typed_twice_alike() -> None:
    typed = {**PASSWORDS, "confirm_password": "battery stable"}
    assert problems_of(typed) == [(("confirm_password",), "Passwords do not match.")]


def test_three_good_passwords_are_the_current_and_the_new_one() -> None:
    command = UserChange.model_validate(PASSWORDS).password_command(1, "9")
    assert (command.current_password, command.password) == (PASSWORD, NEW)


@pytest.mark.parametrize("role", ["owner", "employee", "ADMIN", "boss"])
def test_a_role_that_is_not_the_shops_is_no_choice(role: str) -> None:
    assert refused_fields(RoleIn, {"role": role}) == {"role": [f'"{role}" is not a valid choice.']}


@pytest.mark.parametrize("body", [{}, {"role": None}, {"role": ""}])
def test_a_role_is_required(body: object) -> None:
    assert refused_fields(RoleIn, body) == {"role": [REQUIRED]}


def test_good_bodies_are_accepted() -> None:
    assert refused_fields(RegisterIn, JOHN) == refused_fields(UserChange, {"phone": ""}) == {}
    assert refused_fields(RoleIn, {"role": "admin"}) == {}


def problems_of(body: dict[str, str]) -> object:
    with pytest.raises(InvalidInput) as refusal:
        UserChange.model_validate(body).password_command(1, "9")
    return refusal.value.problems
