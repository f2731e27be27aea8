"""Sales' internal API: whether an order stands, for good; whose drawer takes money; exports for analytics."""

from enum import StrEnum
from urllib.parse import urlencode
from uuid import UUID

from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from libs.common.contracts.event import Instant, Payload
from libs.common.contracts.internal.endpoint import Endpoint
from libs.common.contracts.internal.exports import EXPORTS, ExportPage
from libs.common.contracts.sales import OrderPaid, OrderReturned, ReturnProcessed

ORDERS = "/internal/orders"
FENCE = f"{ORDERS}/{{order_uuid}}/fence"
OPEN_SHIFT = "/internal/open-shift"
PAID_ORDERS = f"{EXPORTS}/paid-orders"
UNDONE_ORDERS = f"{EXPORTS}/undone-orders"
PROCESSED_RETURNS = f"{EXPORTS}/processed-returns"
ORDER_RETURNS = f"{EXPORTS}/order-returns"

# There is no such order, and there never will be. Not `not_found`, which a sales without this path answers.
ORDER_FENCED = "order_fenced"


class ShiftRefusal(StrEnum):
    """The codes with which money is refused that has no drawer (contract §8.1)."""

    UNKNOWN_REGISTER = "unknown_register"
    NO_OPEN_SHIFT = "no_open_shift"
    SHIFT_REQUIRED = "shift_required"


class OpenShiftAnswer(TypedDict):
    """The open shift to which money belongs now, and its register; both null if it belongs to none."""

    shift_id: int | None
    register_id: int | None


class OrderAnswer(TypedDict):
    """An order that was committed, in any status."""

    order_id: int
    status: str


class UndoneOrder(Payload):
    """A web order that was cancelled after it was paid, or whose invoice was refunded.

    `cancelled_at` is null if the order stands, `refunded_at` if its invoice was not refunded. `invoice_id` is
    the refunded invoice of an order that stands, the last of them: one with a higher id may pay the order
    again. `paid_again_by` is the last one that did, if any: an order counts if that is higher.
    """

    order_uuid: UUID
    order_id: int
    invoice_id: int | None = None
    paid_again_by: int | None = None
    cancelled_at: Instant | None = None
    refunded_at: Instant | None = None


PaidOrders = ExportPage[OrderPaid]
"""Every order that was ever paid, also if it was cancelled, refunded or deleted since; by order id.

One that was paid again is told as paid by the last payment.
"""

UndoneOrders = ExportPage[UndoneOrder]
"""Every order that was undone, also if it was deleted or paid again since; by order id."""

ProcessedReturns = ExportPage[ReturnProcessed]
"""Every return of the web shop whose goods have come back, also if it was deleted since; by return id."""

OrderReturns = ExportPage[OrderReturned]
"""Every return at a till; by return id."""

PUT_FENCE = Endpoint("sales.put_fence", "PUT", FENCE, answer=OrderAnswer, refusals=frozenset({ORDER_FENCED}))
GET_OPEN_SHIFT = Endpoint(
    "sales.get_open_shift", "GET", OPEN_SHIFT, answer=OpenShiftAnswer, refusals=frozenset(ShiftRefusal)
)
EXPORT_PAID_ORDERS = Endpoint("sales.export_paid_orders", "GET", PAID_ORDERS, answer=PaidOrders)
EXPORT_UNDONE_ORDERS = Endpoint("sales.export_undone_orders", "GET", UNDONE_ORDERS, answer=UndoneOrders)
EXPORT_PROCESSED_RETURNS = Endpoint(
    "sales.export_processed_returns", "GET", PROCESSED_RETURNS, answer=ProcessedReturns
)
EXPORT_ORDER_RETURNS = Endpoint("sales.export_order_returns", "GET", ORDER_RETURNS, answer=OrderReturns)


def fence_path(order_uuid: UUID) -> str:
    """The path of an order's fence, by the uuid of its allocation."""
    return f"{ORDERS}/{order_uuid}/fence"


def open_shift_path(user_id: int, register_id: int | None = None) -> str:
    """The path of the shift whose drawer takes money from this user, at the register if one is named."""
    named = {} if register_id is None else {"register_id": register_id}
    return f"{OPEN_SHIFT}?{urlencode({'user_id': user_id, **named})}"
