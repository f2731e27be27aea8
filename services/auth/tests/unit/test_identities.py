"""Emails and usernames are compared regardless of letter case and width."""

import pytest

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
