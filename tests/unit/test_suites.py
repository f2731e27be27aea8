"""Suites of tests that start at once, in one run or in several, do not get into each other's way."""

from tests.suites import claimed_ports


def test_two_suites_never_take_the_same_ports() -> None:
    with claimed_ports() as one:
        with claimed_ports() as another:
            assert another.base != one.base
        with claimed_ports() as later:
            assert later.base == another.base, "what is claimed no more is free"
