"""The STORE door of sales, and its words for sales' refusals."""

from libs.common.http.store import StoreDoor

store = StoreDoor("Carts, orders, invoices and returns", wordings={})
