"""Writes products as CSV that an import takes.

`expected_stock` repeats the stock, so that importing an old export changes no stock, and a stock that was
edited is refused if pieces were sold meanwhile. An import takes away the `'` before a text that looks like a
formula.
"""

from collections.abc import Iterable, Mapping

from libs.common.http.csv_files import csv_lines, guarded, header_line
from services.catalog.api.csv.lines import COLUMNS
from services.catalog.domain.pricing import price_text
from services.catalog.domain.products import Product

HEADER = header_line(COLUMNS)


def product_lines(products: Iterable[Product], suppliers: Mapping[int, str]) -> bytes:
    """The lines of these products; `suppliers` are the names by id."""
    return csv_lines(_cells(product, suppliers) for product in products)


def _cells(product: Product, suppliers: Mapping[int, str]) -> list[str]:
    cells = {
        **{name: getattr(product, name) for name in COLUMNS if hasattr(product, name)},
        "price": price_text(product.price),
        "expected_stock": product.current_stock,
        "supplier": None if product.supplier_id is None else suppliers.get(product.supplier_id),
        "is_active": "true" if product.is_active else "false",
    }
    return ["" if cells[name] is None else guarded(str(cells[name])) for name in COLUMNS]
