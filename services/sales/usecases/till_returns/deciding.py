"""Decides about a return at the till as it is now: for a preview, or under the order's lock to make it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from libs.common.db.database import Sql
from libs.common.points import points_taken_back
from services.sales.domain.lifecycles import TillReturnStatus
from services.sales.domain.refunds import Share, balances_of
from services.sales.domain.till_returns import (
    Decision,
    ReturnRules,
    Wanted,
    check_paid,
    check_period,
    decide,
)
from services.sales.usecases.orders.reading import with_lines
from services.sales.usecases.orders.views import OrderView
from services.sales.usecases.returns.counting import count_pieces
from services.sales.usecases.till_returns.views import shares_from

# What open returns are about to give back is taken too.
SELECT_SHARES = f"""
select shares from till_returns
where order_id = %(order_id)s and status <> '{TillReturnStatus.UNDONE}' order by id
"""


@dataclass(frozen=True, slots=True)
class Preview:
    """A decision about a return, before it is made."""

    order: OrderView
    decision: Decision
    points_taken_back: int


async def decide_now(
    sql: Sql, order: OrderView, wanted: Wanted, *, rules: ReturnRules, now: datetime
) -> Decision:
    """Decide about a return of the order at this moment; raises the refusals of `domain/till_returns.py`."""
    check_paid(order.status)
    assert order.paid_at, "a paid order has its time"
    check_period(order.paid_at, wanted.taker, rules=rules, now=now)
    (whole,) = await with_lines([order], sql)
    return decide(
        wanted,
        sold=whole.lines,
        pieces={pieces.product_id: pieces for pieces in await count_pieces(sql, order.id)},
        balances=balances_of(order.tenders, await _shares_so_far(sql, order.id)),
    )


def points_taken_back_by(refund_amount: Decimal, order: OrderView) -> int:
    """The points of the order that its customer, if there is one, loses by one more return of this amount."""
    if order.customer_id is None:
        return 0
    return points_taken_back(order.kept_amount, order.kept_amount - refund_amount)


async def _shares_so_far(sql: Sql, order_id: int) -> list[Share]:
    of_returns = await sql.fetch_values(SELECT_SHARES, {"order_id": order_id})
    return [share for shares in of_returns for share in shares_from(shares)]
