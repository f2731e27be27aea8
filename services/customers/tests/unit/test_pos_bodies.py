"""The fields of request bodies, and the messages for bad values."""

import pytest

from libs.common.http.fields import Shape
from libs.testing.bodies import refused_fields
from services.customers.api.pos.customers import CustomerChange, CustomerIn
from services.customers.tests.builders import MARIA

REQUIRED = "This field is required."
BAD_DATE = "Date has wrong format. Use one of these formats instead: YYYY-MM-DD."


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("first_name", "", REQUIRED),
        ("first_name", None, REQUIRED),
        ("first_name", "x" * 101, "Ensure this field has no more than 100 characters."),
        ("last_name", "", REQUIRED),
        ("last_name", None, REQUIRED),
        ("last_name", "Gon\x00zález", "Null characters are not allowed."),
        ("last_name", ["González"], "Not a valid string."),
        ("phone_number", "", REQUIRED),
        ("phone_number", None, REQUIRED),
        ("phone_number", "5" * 21, "Ensure this field has no more than 20 characters."),
        ("email", "maria at home", "Enter a valid email address."),
        ("email", "x" * 250 + "@a.mx", "Ensure this field has no more than 254 characters."),
        ("birth_date", "1995-02-30", BAD_DATE),
        ("birth_date", "", BAD_DATE),
        ("birth_date", 19950820, BAD_DATE),
        ("credit_limit", -1, "Ensure this value is greater than or equal to 0."),
        ("credit_limit", "1.999", "Ensure that there are no more than 2 decimal places."),
        ("credit_limit", "a lot", "A valid number is required."),
    ],
)
@pytest.mark.parametrize("shape", [CustomerIn, CustomerChange])
def test_a_bad_field_is_named(shape: type[Shape], field: str, value: object, message: str) -> None:
    assert refused_fields(shape, {**MARIA, field: value}) == {field: [message]}


@pytest.mark.parametrize("field", ["email", "birth_date", "credit_limit"])
@pytest.mark.parametrize("shape", [CustomerIn, CustomerChange])
def test_what_need_not_be_known_may_be_null(shape: type[Shape], field: str) -> None:
    assert refused_fields(shape, {**MARIA, field: None}) == {}


def test_a_new_customer_needs_names_and_phone_and_a_change_needs_nothing() -> None:
    assert refused_fields(CustomerIn, {}) == {
        "first_name": [REQUIRED],
        "last_name": [REQUIRED],
        "phone_number": [REQUIRED],
    }
    assert refused_fields(CustomerChange, {}) == {}
