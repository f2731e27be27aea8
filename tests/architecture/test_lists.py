"""Every list tells which of the columns that it is sorted by can be null, and which are texts."""

from collections.abc import Callable
from dataclasses import fields
from importlib import import_module
from typing import Any

import psycopg
import pytest
from psycopg import sql

from libs.common.db.pages import Listing
from libs.testing.databases import WorkerDatabase
from tests.architecture.documents import operations
from tests.architecture.listings import LISTINGS

TEXT_TYPES = {25, 1043}  # text, varchar


@pytest.mark.unit
def test_every_list_names_its_nullable_columns() -> None:
    for (service, name), listing in LISTINGS:
        tables = import_module(f"services.{service}.tables").Table.metadata.tables
        columns = tables[listing.counted.split()[0]].columns
        can_be_null = {
            field for field, column in listing.columns.items() if columns[column.rpartition(".")[2]].nullable
        }
        assert set(listing.nullable) == can_be_null, f"{service} {name}"


@pytest.mark.unit
def test_every_list_of_the_tills_is_sorted_as_asked() -> None:
    """But reports, whose order is part of what they tell (contract §1)."""
    parameters = {
        operation.full_path: {parameter["name"] for parameter in operation.described.get("parameters", ())}
        for operation in operations()
        if operation.merged.dialect == "pos" and operation.method == "get"
    }
    lists = {path for path, names in parameters.items() if "offset" in names}
    assert "/api/products/" in lists
    unsorted = {path for path in lists if "ordering" not in parameters[path]}
    assert {path for path in unsorted if not path.startswith("/api/analytics/")} == set()


@pytest.mark.unit
def test_the_columns_of_the_order_are_fields_of_the_row() -> None:
    for place, listing in LISTINGS:
        known = {field.name for field in fields(listing.row)}
        assert {column.rpartition(".")[2] for column in listing.columns.values()} <= known, place
        assert {field for field, _ in listing.default} <= set(listing.columns), place


@pytest.mark.parametrize("service", sorted({service for (service, _), _ in LISTINGS}))
def test_a_list_that_is_sorted_by_a_text_sorts_it_as_a_dictionary_does(
    service: str, database_of: Callable[[str], WorkerDatabase]
) -> None:
    with psycopg.connect(database_of(service).url) as connection:
        for (of, name), listing in LISTINGS:
            if of == service:
                assert texts_among(listing, connection) == set(listing.texts), name


def texts_among(listing: Listing[Any], connection: psycopg.Connection[Any]) -> set[str]:
    """The columns of the order that are texts in the database."""
    columns = [sql.Identifier(*column.split(".")) for column in listing.columns.values()]
    query = sql.SQL("select {} from {} where false").format(
        sql.SQL(", ").join(columns), sql.SQL(listing.counted)
    )
    described = connection.execute(query, {"today": None}).description or []
    types = zip(listing.columns, (column.type_code for column in described), strict=True)
    return {field for field, kind in types if kind in TEXT_TYPES}


@pytest.mark.unit
def test_there_are_lists_of_all_kinds() -> None:
    assert any(listing.texts for _, listing in LISTINGS)
    assert any(listing.searched for _, listing in LISTINGS)
    assert any(listing.nullable for _, listing in LISTINGS)
