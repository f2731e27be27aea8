"""Emails and usernames are compared regardless of letter case and width."""

import pytest

from libs.common.emails import email_key
from services.auth.domain.identities import identity_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Juan@Example.com", "juan@example.COM"),
        ("ÁLVARO", "álvaro"),
        ("a\u0301lvaro", "álvaro"),
        ("STRASSE", "straße"),
        ("ａｄｍｉｎ", "admin"),
    ],
)
def test_the_same_person(one: str, other: str) -> None:
    assert identity_key(one) == identity_key(other)


@pytest.mark.parametrize(("one", "other"), [("juan", "juana"), ("alvaro", "álvaro"), ("a b", "ab")])
def test_another_person(one: str, other: str) -> None:
    assert identity_key(one) != identity_key(other)


@pytest.mark.parametrize(
    "spelling", ["ana@correo-ñandú.mx", "ANA@Correo-ÑANDÚ.mx", "ana@xn--correo-and-z9a5i.mx"]
)
def test_an_email_is_the_same_in_either_form_of_its_domain(spelling: str) -> None:
    assert email_key(spelling) == "ana@xn--correo-and-z9a5i.mx"


@pytest.mark.parametrize("email", ["Juan@Example.com", "a.b+c@MAIL.example.mx", "ana@XN--AND-6MA2C.mx"])
def test_the_key_of_an_ascii_email_is_what_it_was(email: str) -> None:
    assert email_key(email) == identity_key(email)
