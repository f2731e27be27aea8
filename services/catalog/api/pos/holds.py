"""The route of holds: all staff hold and release (POS "Reserve or Release Stock")."""

from typing import Annotated

from fastapi import Response
from typing_extensions import TypedDict

from libs.common.http.callers import Staff
from libs.common.http.described import example, refuses
from libs.common.http.fields import BIGINT_MAX, NotZero, PathId, Shape
from libs.common.http.idempotency import OperationDep, idempotent
from libs.common.http.replies import reply
from services.catalog.api.pos.door import pos
from services.catalog.deps import DepsDep
from services.catalog.domain.holds import MoreThanHeld, TooFewToHold
from services.catalog.usecases.stock.holds import ReserveStock, reserve_stock


@example({"amount": 5})
class ReservationIn(Shape):
    """Pieces that a cart holds, or gives back."""

    amount: Annotated[int, NotZero(ge=-BIGINT_MAX, le=BIGINT_MAX)]
    """Positive: hold so many pieces more. Negative: release so many."""


@example({"status": "success", "product": "Coca Cola 600ml", "reserved_quantity": 5, "available_to_sell": 95})
class ReservationOut(TypedDict):
    """What is held of the product now, by all carts."""

    status: str
    """Always `success`."""
    product: str
    """The product's name."""
    reserved_quantity: int
    """Pieces held for carts."""
    available_to_sell: int
    """Pieces in stock that nobody holds."""


@pos.post("/products/{product_id}/reserve/", response_model=ReservationOut)
@refuses(TooFewToHold(available=2), MoreThanHeld())
@idempotent
async def reserve_product(
    product_id: PathId, body: ReservationIn, who: Staff, deps: DepsDep, operation: OperationDep
) -> Response:
    """Hold pieces for the caller's cart, or release them. A hold lapses after `STOCK_HOLD_MINUTES`.

    An order uses up the holds of its own user first; one that is refused leaves them. ADMIN and OWNER may
    release more than their own, from the oldest holds of others.
    """
    product = await reserve_stock(
        ReserveStock(
            operation=operation.id,
            product_id=product_id,
            amount=body.amount,
            by=who.user_id,
            may_release_others=who.is_admin,
        ),
        database=deps.database,
        lasting=deps.hold_time,
        now=deps.now(),
    )
    answer: ReservationOut = {
        "status": "success",
        "product": product.name,
        "reserved_quantity": product.reserved_quantity,
        "available_to_sell": product.available_to_sell,
    }
    return reply(answer)
