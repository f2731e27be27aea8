"""The STORE door of sales, and its words for sales' refusals."""

from libs.common.http.store import StoreDoor
from libs.common.http.store_dialect import error
from services.sales.domain.carts import CartFull, CartHasItems, CartLineFull
from services.sales.domain.stock import StockShort, UnknownProducts

store = StoreDoor(
    "Carts, orders, invoices and returns",
    wordings={
        UnknownProducts: error("Product not found", beside=["product_ids"], status=404),
        StockShort: error("Insufficient stock", beside=["items"], status=400),
        CartHasItems: error("User already has a cart with items"),
        CartLineFull: error("A cart holds at most {most} pieces of a product"),
        CartFull: error("A cart holds at most {most} products"),
    },
)
