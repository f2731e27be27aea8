"""The STORE door of sales, and its words for sales' refusals."""

from libs.common.http.store import StoreDoor
from libs.common.http.store_dialect import error, on_field
from services.sales.domain.carts import (
    CartChangedMeanwhile,
    CartFull,
    CartHasItems,
    CartIsEmpty,
    CartLineFull,
)
from services.sales.domain.invoices import (
    AmountIsNotTheOrders,
    InvoiceExists,
    NotTheBuyer,
    OrderIsCancelled,
)
from services.sales.domain.lifecycles import StepNotAllowed
from services.sales.domain.orders import (
    FirstStatusNotAllowed,
    OrderTotalTooLarge,
    ProductTwice,
    ShippedAlready,
)
from services.sales.domain.returns import (
    OrderNotReturnable,
    ProductNotInOrder,
    ProductNotInReturn,
    RefundTooLarge,
    ReturnIsClosed,
    TooManyReturned,
)
from services.sales.domain.stock import StockShort, UnknownProducts

store = StoreDoor(
    "Carts, orders, invoices and returns",
    wordings={
        UnknownProducts: error("Product not found", beside=["product_ids"], status=404),
        StockShort: error("Insufficient stock", beside=["items"], status=400),
        CartHasItems: error("User already has a cart with items"),
        CartLineFull: error("A cart holds at most {most} pieces of a product"),
        CartFull: error("A cart holds at most {most} products"),
        CartIsEmpty: error("Cart is empty"),
        CartChangedMeanwhile: error("Cart was changed meanwhile"),
        StepNotAllowed: error("Status cannot change from '{current}' to '{wanted}'"),
        ProductTwice: error("Product {product_id} is named more than once", beside=["product_id"]),
        FirstStatusNotAllowed: on_field("status", "An order begins as 'pending' or 'confirmed'."),
        OrderTotalTooLarge: error("Order total is too large"),
        ShippedAlready: error("The shipping address cannot be changed any more"),
        InvoiceExists: error("Order already has an invoice"),
        NotTheBuyer: error("The user is not the buyer of the order"),
        OrderIsCancelled: error("Order is cancelled"),
        AmountIsNotTheOrders: error("Amount must be the order's total, {total}"),
        OrderNotReturnable: error("An order that is {status} cannot be returned"),
        ProductNotInOrder: on_field("items", "Product {product_id} is not in this order"),
        ProductNotInReturn: on_field("items", "Product {product_id} is not in this return"),
        TooManyReturned: on_field(
            "items", "Of '{product_name}' {returnable} can be returned, not {requested}"
        ),
        RefundTooLarge: on_field("items", "The refund of '{product_name}' is at most {paid}"),
        ReturnIsClosed: error("The return is processed or rejected: where its goods went is settled"),
    },
)
