"""The answers about orders at STORE (STORE 24-30)."""

from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict  # pydantic requires this TypedDict before Python 3.12

from libs.common.clock import iso_utc
from libs.common.http.described import TimeText, described, example
from libs.common.http.fields import Choice
from libs.common.http.replies import money_number
from services.sales.domain.lifecycles import WebStatus
from services.sales.domain.pricing import Line
from services.sales.usecases.invoices.views import InvoiceView
from services.sales.usecases.orders.checking_out import Checkout
from services.sales.usecases.orders.views import WebOrderView, WholeOrder

Id = Annotated[int, Field(description="The number of the line within the order, from 1.")]
ProductName = Annotated[str, Field(description="As it was when the order was placed.")]
Pieces = Annotated[int, Field(description="Pieces.")]
Price = Annotated[float, Field(description="What was paid for one piece, tax included.")]
Amount = Annotated[float, Field(description="The price times `quantity`.")]
Total = Annotated[float, Field(description="What the order costs, tax included.")]
Address = Annotated[str | None, Field(description="Where it is sent to; null if that was not said.")]
Status = Annotated[str, Choice(*WebStatus)]


class OrderItemOut(TypedDict):
    """A line of an order."""

    id: Id
    product_id: int
    product_name: ProductName
    quantity: Pieces
    unit_price: Price
    amount: Amount


ITEMS: list[dict[str, Any]] = [
    {
        "id": 1,
        "product_id": 1,
        "product_name": "Premium Dog Food 15kg",
        "quantity": 2,
        "unit_price": 45.99,
        "amount": 91.98,
    },
    {
        "id": 2,
        "product_id": 2,
        "product_name": "Interactive Cat Toy",
        "quantity": 1,
        "unit_price": 12.5,
        "amount": 12.5,
    },
]
ORDER: dict[str, Any] = {
    "id": 1,
    "user_id": 1,
    "username": "johndoe",
    "cart_id": 1,
    "status": "confirmed",
    "total_price": 104.48,
    "shipping_address": "Calle Principal #123, Colonia Centro",
    "items": ITEMS,
    "created_at": "2025-10-16T20:30:00Z",
    "updated_at": "2025-10-16T20:35:00Z",
    "shipped_at": None,
}


@example(ORDER)
class OrderOut(TypedDict):
    """An order of the web shop with its lines."""

    id: int
    user_id: int
    """The buyer."""
    username: str
    """The buyer's name when the order was placed."""
    cart_id: int | None
    """The cart that was checked out; null for an order of items."""
    status: Status
    total_price: Total
    shipping_address: Address
    items: list[OrderItemOut]
    """One line for each product."""
    created_at: TimeText
    """UTC."""
    updated_at: TimeText
    """UTC; the last change of the order itself."""
    shipped_at: TimeText | None
    """UTC; null until it is shipped."""


@example({"total_orders": 5, "orders": [ORDER]})
class OrdersOut(TypedDict, total=False):
    """A page of orders."""

    total_orders: int
    """All matching orders, not only those of this page; left out with `count=none`."""
    orders: list[OrderOut]
    """The orders of this page, newest first."""


class CreatedItemOut(TypedDict):
    """A line of a new order."""

    id: Id
    product_id: int
    product_name: ProductName
    quantity: Pieces
    price: Price
    amount: Amount


@described
class CreatedOrderOut(TypedDict):
    """A new order."""

    id: int
    user_id: int
    """The buyer."""
    status: Status
    total: Total
    shipping_address: Address
    items: list[CreatedItemOut]
    """One line for each product."""
    created_at: TimeText
    """UTC."""


@described
class CreatedInvoiceOut(TypedDict):
    """The invoice of a new order."""

    id: int
    order_id: int
    """The new order."""
    amount: Total
    status: str
    """`pending`."""
    due_date: TimeText
    """UTC; it is overdue after this moment."""
    invoice_series: str
    """The series in which the invoice is numbered."""
    invoice_number: int
    """Counts up in the series, without a gap."""


@example(
    {
        "message": "Order created successfully",
        "order": {
            "id": 1,
            "user_id": 1,
            "status": "pending",
            "total": 104.48,
            "shipping_address": "Calle Principal #123, Colonia Centro",
            "items": [
                {
                    "id": 1,
                    "product_id": 1,
                    "product_name": "Premium Dog Food 15kg",
                    "quantity": 2,
                    "price": 45.99,
                    "amount": 91.98,
                },
                {
                    "id": 2,
                    "product_id": 3,
                    "product_name": "Cat Litter 10kg",
                    "quantity": 1,
                    "price": 12.5,
                    "amount": 12.5,
                },
            ],
            "created_at": "2025-10-16T20:30:00Z",
        },
        "invoice": {
            "id": 1,
            "order_id": 1,
            "amount": 104.48,
            "status": "pending",
            "due_date": "2025-11-15T20:30:00Z",
            "invoice_series": "A",
            "invoice_number": 1,
        },
    }
)
class CreatedAnswer(TypedDict):
    """A message, the new order, and its invoice."""

    message: str
    """Always `Order created successfully`."""
    order: CreatedOrderOut
    """The new order."""
    invoice: CreatedInvoiceOut | None
    """The invoice of the order; null in a repeat if it was deleted meanwhile."""


@described
class ChangedOrderOut(TypedDict):
    """An order after a change."""

    id: int
    status: Status
    shipping_address: Address
    updated_at: TimeText
    """UTC."""


@example(
    {
        "message": "Order updated successfully",
        "order": {
            "id": 1,
            "status": "processing",
            "shipping_address": "Calle Principal #123, Colonia Centro",
            "updated_at": "2025-10-16T21:00:00Z",
        },
    }
)
class ChangedAnswer(TypedDict):
    """A message, and the order after the change."""

    message: str
    """What was done, for people."""
    order: ChangedOrderOut
    """The order after the change."""


@example({"message": "Order deleted successfully"})
class DeletedAnswer(TypedDict):
    """A message that confirms the deletion."""

    message: str
    """Always `Order deleted successfully`."""


def order_out(whole: WholeOrder[WebOrderView]) -> OrderOut:
    """The order as lists and its page show it."""
    order = whole.order
    return {
        "id": order.id,
        "user_id": order.user_id,
        "username": order.user_name or "",
        "cart_id": order.cart_id,
        "status": order.status,
        "total_price": money_number(order.final_amount),
        "shipping_address": order.shipping_address,
        "items": [
            {
                "id": number,
                "product_id": line.product_id,
                "product_name": line.product_name,
                "quantity": line.quantity,
                "unit_price": money_number(line.unit_total),
                "amount": money_number(line.total),
            }
            for number, line in enumerate(whole.lines, start=1)
        ],
        "created_at": iso_utc(order.created_at),
        "updated_at": iso_utc(order.updated_at),
        "shipped_at": iso_utc(order.shipped_at) if order.shipped_at else None,
    }


def created_out(checkout: Checkout) -> CreatedAnswer:
    """The order and its invoice as the answer to a checkout shows them."""
    order, invoice = checkout.placed.order, checkout.invoice
    return {
        "message": "Order created successfully",
        "order": {
            "id": order.id,
            "user_id": order.user_id,
            "status": order.status,
            "total": money_number(order.final_amount),
            "shipping_address": checkout.shipping_address,
            "items": [_created_item(*numbered) for numbered in enumerate(checkout.placed.lines, start=1)],
            "created_at": iso_utc(order.created_at),
        },
        "invoice": _created_invoice(invoice) if invoice else None,
    }


def changed_out(order: WebOrderView, message: str) -> ChangedAnswer:
    """The order as the answer to a change shows it."""
    return {
        "message": message,
        "order": {
            "id": order.id,
            "status": order.status,
            "shipping_address": order.shipping_address,
            "updated_at": iso_utc(order.updated_at),
        },
    }


def _created_invoice(invoice: InvoiceView) -> CreatedInvoiceOut:
    return {
        "id": invoice.id,
        "order_id": invoice.order_id,
        "amount": money_number(invoice.amount),
        "status": invoice.status,
        "due_date": iso_utc(invoice.due_date),
        "invoice_series": invoice.series,
        "invoice_number": invoice.number,
    }


def _created_item(number: int, line: Line) -> CreatedItemOut:
    return {
        "id": number,
        "product_id": line.product_id,
        "product_name": line.product_name,
        "quantity": line.quantity,
        "price": money_number(line.unit_total),
        "amount": money_number(line.total),
    }
