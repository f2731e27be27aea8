"""Locks a return for a change, and its order before it (`orders/locking.py`)."""

from typing import LiteralString

from libs.common.db.database import Transaction
from services.sales.domain.returns import ReturnNotFound
from services.sales.usecases.returns.telling import CHANGED_COLUMNS
from services.sales.usecases.returns.views import ReturnOfOrder

# Of a deleted order too: its returns are still there.
SELECT_ORDER_OF_RETURN_TO_CHANGE = """
select orders.id from orders where id = (select order_id from returns where returns.id = %(id)s) for update
"""

SELECT_RETURN_TO_CHANGE: LiteralString = f"""
select {CHANGED_COLUMNS} from returns join orders on orders.id = order_id
where returns.id = %(id)s and returns.deleted_at is null
for update of returns
"""


async def lock_return(tx: Transaction, return_id: int) -> ReturnOfOrder:
    """The return, locked with its order until the transaction ends; raises `ReturnNotFound`."""
    await tx.execute(SELECT_ORDER_OF_RETURN_TO_CHANGE, {"id": return_id})
    found = await tx.fetch_one(ReturnOfOrder, SELECT_RETURN_TO_CHANGE, {"id": return_id})
    if found is None:
        raise ReturnNotFound
    return found
