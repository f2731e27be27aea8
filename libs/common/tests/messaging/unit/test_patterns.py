"""Patterns of event types, and the types and narrower patterns that one permits."""

import re

import pytest

from libs.common.messaging.patterns import is_pattern, matches, only

PAID, CREATED = "sales.order_paid.v1", "sales.order_created.v1"


@pytest.mark.parametrize("text", [PAID, "sales.#", "*.*.v1", "#", "*", "#.v1", "sales.#.v2"])
def test_words_and_wildcards_between_dots_are_a_pattern(text: str) -> None:
    assert is_pattern(text)


@pytest.mark.parametrize(
    "text",
    ["", "sales.", ".sales", "sales..v1", "sales.order*", "Sales.#", "sales #", "^sales", "a." * 128 + "a"],
)
def test_anything_else_is_none(text: str) -> None:
    assert not is_pattern(text)


@pytest.mark.parametrize(
    ("pattern", "narrower"),
    [
        (PAID, PAID),
        ("sales.#", PAID),
        ("sales.#", "sales"),
        ("sales.#", "sales.*.v1"),
        ("sales.#", "sales.#"),
        ("sales.#", "sales.#.v1"),
        ("sales.*.v1", PAID),
        ("sales.*.v1", "sales.*.v1"),
        ("*.*.v1", "sales.*.v1"),
        ("#", "#"),
        ("#", "auth.#"),
        ("#.#", "sales.*"),
        ("#.v1", PAID),
        ("#.v1", "v1"),
        ("#.v1", "#.v1"),
        ("#.*", "sales.*"),
        ("sales.#.v1", "sales.v1"),
        ("sales.#.v1", "sales.#.v1"),
    ],
)
def test_what_a_pattern_permits(pattern: str, narrower: str) -> None:
    assert re.search(only([pattern]), narrower)


@pytest.mark.parametrize(
    ("pattern", "other"),
    [
        (PAID, CREATED),
        (PAID, "sales.*.v1"),
        (PAID, "#"),
        ("sales.#", "#"),
        ("sales.#", "*.order_paid.v1"),
        ("sales.#", "salesman.paid.v1"),
        ("sales.*.v1", "sales.#"),
        ("sales.*.v1", "sales.#.v1"),
        ("sales.*.v1", "sales.v1"),
        ("*", "#"),
        ("#.v1", "#"),
        ("#.*", "#"),
        ("sales.#.v1", "sales.#"),
        ("sales.order_paid.v1", "salesXorder_paid.v1"),
    ],
)
def test_what_it_does_not_permit(pattern: str, other: str) -> None:
    assert not re.search(only([pattern]), other)


def test_no_pattern_permits_nothing() -> None:
    assert only(()) == "^$"


def test_several_patterns_permit_what_is_in_one_of_them() -> None:
    assert only(("auth.session_revoked.v1", "sales.#")) == (r"^auth\.session_revoked\.v1$|^sales(\.[^.]+)*$")


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [
        ("sales.order_paid.v1", True),
        ("sales.order_paid.v2", False),
        ("sales.#", True),
        ("sales.*.v1", True),
        ("sales.*", False),
        ("*.*.*", True),
        ("*.*.*.*", False),
        ("#", True),
        ("#.v1", True),
        ("#.order_paid.#", True),
        ("sales.order_paid.v1.#", True),
        ("#.v2", False),
        ("catalog.#", False),
        ("sales", False),
        ("", False),
    ],
)
def test_a_pattern_matches_as_a_binding_does(pattern: str, *, matched: bool) -> None:
    assert matches(PAID, pattern) is matched
