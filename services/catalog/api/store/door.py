"""The STORE door of catalog, and its words for catalog's refusals."""

from libs.common.http.store import StoreDoor
from libs.common.http.store_dialect import error, on_field
from services.catalog.domain.products import SkuTaken, StockBelowHolds

store = StoreDoor(
    "Products",
    wordings={
        SkuTaken: error("SKU already exists", field="sku"),
        StockBelowHolds: on_field(
            "stock_quantity", "Ensure this value is greater than or equal to {reserved_quantity}."
        ),
    },
)
