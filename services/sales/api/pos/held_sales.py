"""`/api/sync/held/`: sales that could not be booked as they were sent (contract §8.6)."""

from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response
from pydantic import ConfigDict, Field
from typing_extensions import TypedDict

from libs.common.clock import iso_utc
from libs.common.db.listing import ListQuery
from libs.common.http.callers import AdminOrOwner
from libs.common.http.described import TimeText, example, refuses
from libs.common.http.fields import Choice, Filters, PathId, PrimaryKey, PrimaryKeyOrNull, Shape, Text
from libs.common.http.idempotency import OperationDep, idempotent
from libs.common.http.lists import list_query, reply_list
from libs.common.http.replies import reply
from services.sales.api.pos.door import pos
from services.sales.api.pos.sync_shapes import (
    CLIENT_ID,
    REASON_LENGTH_MAX,
    SALE,
    TILL,
    AnySale,
    OriginalOut,
    ResultOut,
    original_out,
    result_out,
)
from services.sales.deps import DepsDep
from services.sales.domain.orders import SoldOtherwise
from services.sales.domain.synced import NotHeld, NotPaidOffline, SoldAtTwoPrices, Status
from services.sales.usecases.sync import held
from services.sales.usecases.sync.held import HeldSale, Mended

ERRORS = {"payments": ["La suma de los pagos ($150.00) no es el total ($200.00)."]}


@example({"sale": SALE})
class RetryIn(Shape):
    """The sale as it was sent is tried again, unless another text is given."""

    model_config = ConfigDict(extra="allow", frozen=True)

    sale: AnySale | None = None
    """The mended sale. Its members may also stand here by themselves. Its `client_id` stays."""
    register_id: Annotated[int, PrimaryKeyOrNull()] | None = Field(default=None, alias="register")
    """Another register, if that which was sent is not the right one. The number has arrived at both."""

    def text(self) -> Any | None:
        """The mended sale, if one is given."""
        return self.model_extra or None if self.sale is None else self.sale


@example({"reason": "Venta de prueba"})
class DismissIn(Shape):
    """Why a sale is given up."""

    reason: Annotated[str, Text(max_length=REASON_LENGTH_MAX)]
    """Kept with the sale."""


class HeldFilterIn(Filters):
    """The filter of the list of held sales."""

    status: Annotated[str, Choice(*Status)] = Status.HELD
    """Those that are held, without it; or those that were held and have this status now."""
    id: Annotated[int, PrimaryKey()] | None = None
    """Only the sale with this id."""


@example(
    {
        "id": 3,
        "client_id": CLIENT_ID,
        "register": 2,
        "received_at": "2023-10-27T15:31:00Z",
        "sale": SALE,
        "original": None,
        "differing": [{**SALE, "cash_received": "500.00"}],
        "errors": ERRORS,
        "status": "HELD",
        "order": None,
        "dismissed_by": None,
        "dismiss_reason": None,
    }
)
class HeldOut(TypedDict):
    """A sale that could not be booked as it was sent."""

    id: int
    client_id: Any
    """As it was sent."""
    register: int
    """As it was sent, or as it was mended last; there may be no such register."""
    received_at: TimeText
    """When it was sent first, UTC."""
    sale: Any
    """As it was sent, or as it was mended last."""
    original: OriginalOut | None
    """What the till sent, for ever; null unless a retry has changed it."""
    differing: list[Any]
    """Other texts for the same `client_id`, at most 20, the first one first: `CONTENT_DIFFERS`."""
    errors: dict[str, Any]
    """Why it was held last."""
    status: Annotated[str, Choice(*Status)]
    order: int | None
    """The id of its order; null unless it is booked now."""
    dismissed_by: int | None
    """The id of the user who gave it up."""
    dismiss_reason: str | None
    """Null unless it was given up."""


@pos.get("/sync/held/", response_model=list[HeldOut])
async def list_held_sales(
    request: Request,
    who: AdminOrOwner,
    query: Annotated[ListQuery, Depends(list_query(ordering=("id",)))],
    wanted: Annotated[HeldFilterIn, Query()],
    deps: DepsDep,
) -> Response:
    """List the sales that are held, oldest first."""
    page = await held.list_held(query, status=wanted.status, sale_id=wanted.id, database=deps.database)
    return reply_list(request, [_held_out(sale) for sale in page.items], page, query)


@pos.post("/sync/held/{sale_id}/retry/", response_model=ResultOut)
@refuses(NotHeld(), SoldOtherwise(), NotPaidOffline("POINTS"), SoldAtTwoPrices(15))
@idempotent
async def retry_held_sale(
    sale_id: PathId, body: RetryIn, who: AdminOrOwner, deps: DepsDep, operation: OperationDep
) -> Response:
    """Retry a held sale, mended if a text is given.

    If it cannot be booked now either, it is `held` again, with the refusal as its `errors`.
    """
    fate = await held.retry_sale(
        Mended(operation.id, sale_id, body.text(), body.register_id), language=TILL, desk=deps.sync
    )
    return reply(result_out(fate))


@pos.post("/sync/held/{sale_id}/dismiss/", response_model=HeldOut)
@refuses(NotHeld())
@idempotent
async def dismiss_held_sale(
    sale_id: PathId, body: DismissIn, who: AdminOrOwner, deps: DepsDep, operation: OperationDep
) -> Response:
    """Give a held sale up. It is kept."""
    sale = await held.dismiss_sale(sale_id, user_id=who.user_id, reason=body.reason, desk=deps.sync)
    return reply(_held_out(sale))


def _held_out(sale: HeldSale) -> HeldOut:
    return {
        "id": sale.id,
        "client_id": sale.client_id,
        "register": sale.register_id,
        "received_at": iso_utc(sale.received_at),
        "sale": sale.sale,
        "original": original_out(sale.original),
        "differing": sale.differing,
        "errors": dict(sale.errors),
        "status": sale.status,
        "order": sale.order_id,
        "dismissed_by": sale.dismissed_by,
        "dismiss_reason": sale.dismiss_reason,
    }
