"""Writes products as CSV that an import takes.

`expected_stock` repeats the stock, so that importing an old export changes no stock, and a stock that was
edited is refused if pieces were sold meanwhile.
"""

import csv
import io
from collections.abc import Iterable, Mapping

from services.catalog.api.csv.lines import COLUMNS
from services.catalog.domain.pricing import price_text
from services.catalog.domain.products import Product

BOM = "\ufeff"
HEADER = f"{BOM}{','.join(COLUMNS)}\r\n".encode()
"""The first line, with the mark by which spreadsheets recognise UTF-8."""


def csv_lines(products: Iterable[Product], suppliers: Mapping[int, str]) -> bytes:
    """The lines of these products; `suppliers` are the names by id."""
    text = io.StringIO()
    csv.writer(text).writerows(_cells(product, suppliers) for product in products)
    return text.getvalue().encode()


def _cells(product: Product, suppliers: Mapping[int, str]) -> list[str]:
    cells = {
        **{name: getattr(product, name) for name in COLUMNS if hasattr(product, name)},
        "price": price_text(product.price),
        "expected_stock": product.current_stock,
        "supplier": None if product.supplier_id is None else suppliers.get(product.supplier_id),
        "is_active": "true" if product.is_active else "false",
    }
    return ["" if cells[name] is None else str(cells[name]) for name in COLUMNS]
