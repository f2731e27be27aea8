"""Exports all products as a CSV file, piece by piece."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from libs.common.db.database import Database
from libs.common.store_calendar import Moment
from services.catalog.api.csv.writing import HEADER, product_lines
from services.catalog.usecases.products.reading import all_products
from services.catalog.usecases.suppliers import names_of_suppliers


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the file, with the number of its products."""

    content: bytes
    products: int


async def export_file(*, database: Database, now: Moment) -> AsyncIterator[Piece]:
    """The pieces of the file; the first begins with the header."""
    beginning = HEADER
    async for page in all_products(database=database, now=now):
        suppliers = await names_of_suppliers(page, database=database)
        yield Piece(beginning + product_lines(page, suppliers), len(page))
        beginning = b""
