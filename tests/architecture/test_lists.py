"""Every list tells which of the columns that it is sorted by can be null: its pages depend on it."""

from collections.abc import Iterator
from dataclasses import fields
from importlib import import_module

import pytest

from libs.common.db.pages import Listing
from tests.architecture.doors import ROOT

pytestmark = pytest.mark.unit


def listings() -> Iterator[tuple[str, str, Listing[object]]]:
    """Service, name and listing."""
    for file in sorted(ROOT.glob("services/*/usecases/**/*.py")):
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for name, value in vars(import_module(module)).items():
            if isinstance(value, Listing):
                yield module.split(".")[1], name, value


LISTS = [pytest.param(service, listing, id=f"{service}-{name}") for service, name, listing in listings()]


@pytest.mark.parametrize(("service", "listing"), LISTS)
def test_a_list_names_its_nullable_columns(service: str, listing: Listing[object]) -> None:
    tables = import_module(f"services.{service}.tables").Table.metadata.tables
    columns = tables[listing.counted.split()[0]].columns
    can_be_null = {
        field for field, column in listing.columns.items() if columns[column.rpartition(".")[2]].nullable
    }
    assert set(listing.nullable) == can_be_null


@pytest.mark.parametrize(("service", "listing"), LISTS)
def test_the_columns_of_the_order_are_fields_of_the_row(service: str, listing: Listing[object]) -> None:
    assert service
    known = {field.name for field in fields(listing.row)}  # type: ignore[arg-type]  # rows are dataclasses
    assert {column.rpartition(".")[2] for column in listing.columns.values()} <= known
    assert {field for field, _ in listing.default} <= set(listing.columns)
