"""Shows what a return at the till would be; nothing is done."""

from libs.common.db.database import Sql
from services.sales.domain.payments import PaymentMethod
from services.sales.domain.refunds import given_by, refunds_of
from services.sales.domain.till_returns import CreditPaidOff, Wanted
from services.sales.usecases.till_returns.deciding import Preview, decide_now, points_taken_back_by
from services.sales.usecases.till_returns.desk import ReturnDesk
from services.sales.usecases.till_returns.locking import find_till_order
from services.sales.usecases.till_returns.taking import charge_of


async def preview_return(wanted: Wanted, *, desk: ReturnDesk) -> Preview:
    """The return as it would be made now; a preview needs no approval.

    Raises `OrderNotFound`, what `decide_now` raises, and `CreditPaidOff`; if credit is given back also
    `Unavailable`.
    """

    async def look(sql: Sql) -> Preview:
        order = await find_till_order(sql, wanted.order_id)
        decision = await decide_now(sql, order, wanted, rules=desk.rules, now=desk.clock())
        return Preview(order, decision, points_taken_back_by(decision.refund_amount, order))

    preview = await desk.database.read(look)
    credit = given_by(refunds_of(preview.decision.shares), PaymentMethod.CREDIT)
    if credit:
        charge_id = await charge_of(preview.order.id, database=desk.database)
        if await desk.balances.debt_of(charge_id) < credit:
            raise CreditPaidOff
    return preview
