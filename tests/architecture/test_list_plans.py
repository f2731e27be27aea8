"""Every list of every service sorts texts as a dictionary does, by an index, and searches by an index."""

from collections.abc import AsyncIterator, Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg import sql

from libs.common.db.database import Database
from libs.common.db.pages import Listing
from libs.testing.databases import WorkerDatabase
from libs.testing.plans import searched_by, sorted_by

ROOT = Path(__file__).parents[2]
TEXT_TYPES = {25, 1043}  # text, varchar

# What each page of a list asks for, with any values; a list that is not named has no such conditions.
CONDITIONS: dict[str, LiteralString] = {
    "PRODUCT_LIST": "product.deleted_at is null",
    "CUSTOMER_LIST": "deleted_at is null",
    "ACCOUNT_LIST": "is_active",
}
PARAMS = {"today": "2026-03-02"}

ServicesDatabase = Callable[[str], WorkerDatabase]


def listings() -> Iterator[tuple[str, str, Listing[Any]]]:
    """Every list of the services: service, name, list."""
    for file in sorted(ROOT.glob("services/*/usecases/**/*.py")):
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for name, value in vars(import_module(module)).items():
            if isinstance(value, Listing):
                yield file.relative_to(ROOT).parts[1], name, value


LISTINGS = sorted({(service, name): listing for service, name, listing in listings()}.items())
SORTED = [(*key, listing, field) for key, listing in LISTINGS for field in sorted(listing.texts)]
SEARCHED = [(*key, listing) for key, listing in LISTINGS if listing.searched]


def name_of(value: object) -> str:
    return value if isinstance(value, str) else ""


def condition_of(name: str) -> sql.Composable:
    return sql.SQL(CONDITIONS.get(name, "true"))


@pytest.fixture
async def database(service: str, database_of: ServicesDatabase) -> AsyncIterator[Database]:
    database = Database(database_of(service).url)
    await database.open()
    yield database
    await database.close()


@pytest.mark.parametrize(
    ("service", "name", "listing"), [(*key, each) for key, each in LISTINGS], ids=name_of
)
def test_a_list_that_is_sorted_by_a_text_sorts_it_as_a_dictionary_does(
    service: str, name: str, listing: Listing[Any], database_of: ServicesDatabase
) -> None:
    columns = [sql.Identifier(*column.split(".")) for column in listing.columns.values()]
    query = sql.SQL("select {} from {} where false").format(
        sql.SQL(", ").join(columns), sql.SQL(listing.counted)
    )
    with psycopg.connect(database_of(service).url) as connection:
        described = connection.execute(query).description or []
    types = dict(zip(listing.columns, (column.type_code for column in described), strict=True))
    assert {field for field, kind in types.items() if kind in TEXT_TYPES} == set(listing.texts)


@pytest.mark.parametrize(("service", "name", "listing", "field"), SORTED, ids=name_of)
async def test_the_order_of_a_text_is_read_from_an_index(
    database: Database, name: str, listing: Listing[Any], field: str
) -> None:
    indexes = await sorted_by(database, listing, field, condition=condition_of(name), params=PARAMS)
    assert [index for index in indexes if index.endswith(f"_{field}_dictionary")]


@pytest.mark.parametrize(("service", "name", "listing"), SEARCHED, ids=name_of)
async def test_a_search_is_answered_by_an_index(database: Database, name: str, listing: Listing[Any]) -> None:
    indexes = await searched_by(database, listing, condition=condition_of(name), params=PARAMS)
    assert [index for index in indexes if index.endswith("_search_text")]


def test_there_are_lists_of_all_kinds() -> None:
    assert SORTED
    assert SEARCHED
    assert set(CONDITIONS) <= {name for (_, name), _ in LISTINGS}
