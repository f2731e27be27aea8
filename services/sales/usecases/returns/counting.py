"""Counts the pieces of an order of either channel that have come back or are about to.

The order is locked (`locking.py`, for a till `till_returns/locking.py`): only then does what was counted
still hold when the transaction commits.
"""

from typing import LiteralString

from libs.common.db.database import Sql, Transaction
from services.sales.domain.lifecycles import REJECT_CANCELLED, ReturnStatus, TillReturnStatus
from services.sales.domain.returns import Pieces
from services.sales.domain.stock import Item

# What was processed has come back, even if the return was deleted since. An open return that was deleted, or
# a rejected one, claims nothing.
SELECT_PIECES: LiteralString = f"""
select product_id, sum(bought)::int as bought, sum(returned)::int as returned, sum(claimed)::int as claimed
from (
    select product_id, quantity as bought, 0 as returned, 0 as claimed
    from order_lines where order_id = %(order_id)s
    union all
    select product_id, 0,
        case when status = '{ReturnStatus.PROCESSED}' then quantity else 0 end,
        case when status = any(%(open)s) and deleted_at is null then quantity else 0 end
    from returns join return_lines on return_id = returns.id where order_id = %(order_id)s
    union all
    select product_id, 0,
        case when status = '{TillReturnStatus.DONE}' then quantity else 0 end,
        case when status = '{TillReturnStatus.REFUNDING}' then quantity else 0 end
    from till_returns join till_return_lines on return_id = till_returns.id where order_id = %(order_id)s
) moved
group by product_id order by product_id
"""


async def count_pieces(sql: Sql, order_id: int) -> list[Pieces]:
    """The pieces of every product of the order."""
    return await sql.fetch_all(
        Pieces, SELECT_PIECES, {"order_id": order_id, "open": [*REJECT_CANCELLED.sources]}
    )


async def pieces_not_returned(tx: Transaction, order_id: int) -> tuple[Item, ...]:
    """The goods of the order that have not come back: its cancellation before shipping puts them back."""
    return tuple(
        Item(pieces.product_id, pieces.not_returned)
        for pieces in await count_pieces(tx, order_id)
        if pieces.not_returned
    )
