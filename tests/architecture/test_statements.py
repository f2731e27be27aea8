"""Statements are short enough for psycopg to keep them parsed."""

from collections.abc import Iterator
from importlib import import_module

import pytest

from tests.architecture.sources import modules

# A longer statement is parsed for its placeholders each time that it runs (psycopg's `_queries`).
LENGTH_MAX = 4_096

pytestmark = pytest.mark.unit


def statements() -> Iterator[tuple[str, str]]:
    """Every text constant of the use cases, by its name."""
    for module in modules("services/*/usecases/**/*.py"):
        for name, value in vars(import_module(module)).items():
            if name.strip("_").isupper() and isinstance(value, str):
                yield f"{module}.{name}", value


def test_psycopg_keeps_every_statement_parsed() -> None:
    lengths = {name: len(statement) for name, statement in statements()}
    assert lengths
    assert {name: length for name, length in lengths.items() if length > LENGTH_MAX} == {}
