"""The route that adds or takes stock by hand: all staff (contract §3)."""

from typing import Annotated

from fastapi import Response

from libs.common.http.callers import Staff
from libs.common.http.described import example, refuses
from libs.common.http.fields import Choice, NotZero, PathId, Shape, TextOrNull
from libs.common.http.idempotency import OperationDep, idempotent
from libs.common.http.preconditions import versioned
from services.catalog.api.pos.door import pos
from services.catalog.api.pos.product_shapes import ProductOut
from services.catalog.api.pos.products import reply_product
from services.catalog.deps import DepsDep
from services.catalog.domain.products import STOCK_COUNT_MAX
from services.catalog.domain.stock import BY_HAND, Reason, StockTooLarge, TakesHeldStock
from services.catalog.usecases.stock.adjusting import AdjustStock, adjust_stock


@example({"change": -3, "reason": "WASTE", "note": "Broken in the storeroom"})
class StockChangeIn(Shape):
    """Pieces to add or to take, when the total is not known."""

    change: Annotated[int, NotZero(ge=-STOCK_COUNT_MAX, le=STOCK_COUNT_MAX)]
    """Positive: pieces that came. Negative: pieces that are gone."""
    reason: Annotated[str, Choice(*BY_HAND)]
    """`RECEIVED` from a supplier, `WASTE` for what can no longer be sold, `CORRECTION` of a mistake."""
    note: Annotated[str, TextOrNull(max_length=500)] | None = None
    """For those who read the stock history later."""


@pos.post("/products/{product_id}/stock/", response_model=ProductOut)
@refuses(TakesHeldStock(-7), StockTooLarge(1_000))
@versioned
@idempotent
async def adjust_product_stock(
    product_id: PathId, body: StockChangeIn, who: Staff, deps: DepsDep, operation: OperationDep
) -> Response:
    """Add pieces to the stock or take some, but none that are held for carts."""
    product = await adjust_stock(
        AdjustStock(
            operation=operation.id,
            product_id=product_id,
            change=body.change,
            reason=Reason(body.reason),
            note=body.note,
            by=who.user_id,
        ),
        database=deps.database,
        now=deps.now(),
    )
    return reply_product(product)
