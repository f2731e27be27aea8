"""The shapes of returns (STORE 37-42)."""

from decimal import Decimal
from typing import Annotated, Any, NotRequired
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict  # pydantic requires this TypedDict before Python 3.12

from libs.common.clock import iso_utc
from libs.common.http.described import TimeText, described, example
from libs.common.http.fields import (
    ID,
    Choice,
    Integer,
    Many,
    MoneyNumber,
    Parameters,
    Shape,
    Text,
    TextOrNull,
)
from libs.common.http.replies import money_number
from libs.common.money import CENT
from libs.common.unset import UNSET, Unset
from services.sales.domain.lifecycles import ReturnStatus
from services.sales.domain.returns import (
    DISPOSITIONS,
    RETURN_ITEMS_MAX,
    RETURN_QUANTITY_MAX,
    Disposition,
    ReturnItem,
    ReturnLine,
)
from services.sales.usecases.returns.changing import ChangeReturn
from services.sales.usecases.returns.views import ReturnView, WholeReturn

STATUS = Choice(*ReturnStatus)
DISPOSITION = Choice(*DISPOSITIONS)
REFUND = MoneyNumber(max_digits=24, ge=CENT)
REASON_LENGTH_MAX, NOTES_LENGTH_MAX = 500, 2_000


class ReturnItemIn(Shape):
    """Pieces of a product of the order."""

    product_id: Annotated[int, ID]
    quantity: Annotated[int, Integer(ge=1, le=RETURN_QUANTITY_MAX)]
    """Pieces, at most those that were bought and are in no other return."""
    reason: Annotated[str, Text(min_length=1, max_length=REASON_LENGTH_MAX)]
    """In the buyer's words."""
    refund_amount: Annotated[Decimal, REFUND] | None = None
    """At most what was paid for the pieces; by default just that."""
    disposition: Annotated[Disposition, DISPOSITION] = "restock"
    """`restock`: the goods can be sold again. `discard`: they cannot, as they are broken."""

    def item(self) -> ReturnItem:
        """The item for the use case."""
        return ReturnItem(self.product_id, self.quantity, self.reason, self.refund_amount, self.disposition)


@example(
    {
        "order_id": 1,
        "items": [
            {
                "product_id": 1,
                "quantity": 1,
                "reason": "Producto llegó dañado",
                "refund_amount": 45.99,
                "disposition": "discard",
            },
            {"product_id": 3, "quantity": 1, "reason": "Producto equivocado"},
        ],
        "status": "requested",
    }
)
class ReturnIn(Shape):
    """A return to request."""

    order_id: Annotated[int, ID]
    """An order of one's own that is confirmed at least; an admin may return any."""
    items: Annotated[list[ReturnItemIn], Many(min_items=1, max_items=RETURN_ITEMS_MAX)]
    """Each product once."""
    status: Annotated[str, STATUS] = ReturnStatus.REQUESTED
    """By default `requested`; only an admin may give another, whose steps are then taken at once."""


class DispositionIn(Shape):
    """A product of the return, and where its pieces go."""

    product_id: Annotated[int, ID]
    disposition: Annotated[Disposition, DISPOSITION]
    """`restock`: the goods can be sold again. `discard`: they cannot, as they are broken."""


@example({"status": "approved", "admin_notes": "Refund approved, product will be restocked"})
class ReturnChange(Shape):
    """The fields of a return to change; those that are left out stay."""

    status: Annotated[str | Unset, STATUS] = UNSET
    """A status to which a step leads: from `requested` to `approved` or `rejected`, then to `processed`."""
    admin_notes: Annotated[str | Unset, TextOrNull(max_length=NOTES_LENGTH_MAX)] | None = UNSET
    """Seen by admins only. Blank means null."""
    items: Annotated[list[DispositionIn], Many(min_items=0, max_items=RETURN_ITEMS_MAX)] = Field(
        default_factory=list
    )
    """Where the pieces of these products go, if not where they were to go; until it is processed."""

    def command(self, operation: UUID, return_id: int) -> ChangeReturn:
        """The command for the use case."""
        return ChangeReturn(
            operation=operation,
            return_id=return_id,
            status=self.status,
            admin_notes=self.admin_notes,
            dispositions={item.product_id: item.disposition for item in self.items},
        )


@example({"status": "approved"})
class ReturnStatusIn(Shape):
    """The next status of a return."""

    status: Annotated[str, STATUS]
    """A status to which a step leads: from `requested` to `approved` or `rejected`, then to `processed`."""


class ReturnFilterIn(Parameters):
    """The filter of a list of returns."""

    status: Annotated[str, STATUS] | None = None
    """Only returns in this status."""


Id = Annotated[int, Field(description="The number of the line within the return, from 1.")]
ProductName = Annotated[str, Field(description="As it was when the order was placed.")]
Status = Annotated[str, STATUS]
OrderId = Annotated[int, Field(description="The order that was bought.")]
Buyer = Annotated[int, Field(description="The buyer.")]
Username = Annotated[str, Field(description="The buyer's, as it was when the order was placed.")]
Reason = Annotated[str, Field(description="The reason of the first item.")]
Notes = Annotated[str | None, Field(description="What admins have noted; null if nothing.")]
Refund = Annotated[float, Field(description="The sum of the refunds of all items.")]
CreatedAt = Annotated[TimeText, Field(description="UTC.")]
UpdatedAt = Annotated[TimeText, Field(description="UTC; the last change of status or notes.")]


@described
class ReturnItemOut(TypedDict):
    """Pieces of a product in a return."""

    id: Id
    product_id: int
    product_name: ProductName
    quantity: int
    """Pieces."""
    unit_price: float
    """What was paid for one piece, tax included."""
    reason: str
    """In the buyer's words."""
    refund_amount: float
    """What is refunded for all pieces."""
    disposition: Annotated[str, DISPOSITION]
    """`restock`: the goods can be sold again. `discard`: they cannot."""


Items = Annotated[list[ReturnItemOut], Field(description="In the order in which they were requested.")]

ITEM: dict[str, Any] = {
    "id": 1,
    "product_id": 1,
    "product_name": "Premium Dog Food 15kg",
    "quantity": 1,
    "unit_price": 45.99,
    "reason": "Producto llegó dañado",
    "refund_amount": 45.99,
    "disposition": "restock",
}
SHOWN: dict[str, Any] = {
    "id": 1,
    "order_id": 1,
    "user_id": 1,
    "username": "johndoe",
    "reason": "Producto llegó dañado",
    "status": "requested",
    "items": [ITEM],
    "total_refund": 45.99,
    "created_at": "2025-10-16T21:00:00Z",
    "updated_at": "2025-10-16T21:00:00Z",
}


@example(SHOWN)
class ReturnOut(TypedDict):
    """A return with its items."""

    id: int
    order_id: OrderId
    user_id: Buyer
    username: Username
    reason: Reason
    status: Status
    items: Items
    total_refund: Refund
    created_at: CreatedAt
    updated_at: UpdatedAt
    admin_notes: NotRequired[Notes]


@example({"total_returns": 1, "returns": [SHOWN]})
class ReturnsOut(TypedDict, total=False):
    """A page of returns."""

    total_returns: int
    """All matching returns, not only those of this page; left out with `count=none`."""
    returns: list[ReturnOut]
    """The returns of this page, newest first."""


@example({**SHOWN, "total": 45.99})
class NewReturnOut(ReturnOut):
    """A new return."""

    total: Refund


class ChangedReturnOut(TypedDict):
    """A return after a change."""

    id: int
    status: Status
    admin_notes: Notes
    updated_at: UpdatedAt


# `return` is a word of the language, so these two are not written as classes.
ReturnCreatedAnswer = TypedDict(
    "ReturnCreatedAnswer",
    {
        "message": Annotated[str, Field(description="Always `Return request created successfully`.")],
        "return": Annotated[NewReturnOut, Field(description="The new return.")],
    },
)
ReturnCreatedAnswer.__doc__ = "A message, and the new return."
example({"message": "Return request created successfully", "return": {**SHOWN, "total": 45.99}})(
    ReturnCreatedAnswer
)

ReturnChangedAnswer = TypedDict(
    "ReturnChangedAnswer",
    {
        "message": Annotated[
            str,
            Field(description="`Return updated successfully`, or `Return status updated successfully`."),
        ],
        "return": Annotated[ChangedReturnOut, Field(description="The return after the change.")],
    },
)
ReturnChangedAnswer.__doc__ = "A message, and the return after the change."
example(
    {
        "message": "Return updated successfully",
        "return": {
            "id": 1,
            "status": "approved",
            "admin_notes": "Refund approved, product will be restocked",
            "updated_at": "2025-10-16T21:30:00Z",
        },
    }
)(ReturnChangedAnswer)


@example({"message": "Return deleted successfully"})
class ReturnDeletedAnswer(TypedDict):
    """A message that confirms the deletion."""

    message: str
    """Always `Return deleted successfully`."""


def return_out(whole: WholeReturn, *, with_notes: bool) -> ReturnOut:
    """The return as lists and its page show it; `with_notes` to admins."""
    view = whole.view
    shown: ReturnOut = {
        "id": view.id,
        "order_id": view.order_id,
        "user_id": view.user_id,
        "username": view.username,
        "reason": whole.reason,
        "status": view.status,
        "items": [_item_out(line) for line in whole.lines],
        "total_refund": money_number(view.total_refund),
        "created_at": iso_utc(view.created_at),
        "updated_at": iso_utc(view.updated_at),
    }
    if with_notes:
        shown["admin_notes"] = view.admin_notes
    return shown


def created_out(whole: WholeReturn) -> ReturnCreatedAnswer:
    """The answer to a request."""
    return {
        "message": "Return request created successfully",
        "return": {
            **return_out(whole, with_notes=False),
            "total": money_number(whole.view.total_refund),
        },
    }


def changed_out(view: ReturnView, message: str) -> ReturnChangedAnswer:
    """The answer to a change."""
    return {
        "message": message,
        "return": {
            "id": view.id,
            "status": view.status,
            "admin_notes": view.admin_notes,
            "updated_at": iso_utc(view.updated_at),
        },
    }


def _item_out(line: ReturnLine) -> ReturnItemOut:
    return {
        "id": line.line,
        "product_id": line.product_id,
        "product_name": line.product_name,
        "quantity": line.quantity,
        "unit_price": money_number(line.unit_price),
        "reason": line.reason,
        "refund_amount": money_number(line.refund_amount),
        "disposition": line.disposition,
    }
