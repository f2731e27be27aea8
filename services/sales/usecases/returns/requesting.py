"""Requests the return of pieces of an order (contract §4).

The order is locked while it is decided how many pieces can still be returned, so that returns which arrive at
once never claim more than was bought.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import LiteralString
from uuid import UUID, uuid4

from libs.common.clock import Clock
from libs.common.db.database import Database, Transaction
from libs.common.db.json_rows import json_rows
from libs.common.db.operations import did, find_done
from libs.common.errors import Forbidden
from libs.common.lifecycle import Step
from libs.common.money import ZERO
from services.sales.domain.lifecycles import (
    APPROVE_RETURN,
    PROCESS_RETURN,
    REJECT_RETURN,
    RETURNS,
    ReturnStatus,
)
from services.sales.domain.people import Person
from services.sales.domain.returns import ReturnItem, check_returnable, lines_of
from services.sales.usecases.orders.locking import lock_order
from services.sales.usecases.orders.reading import with_lines
from services.sales.usecases.orders.views import WebOrderView
from services.sales.usecases.ports import Stock
from services.sales.usecases.returns import reading
from services.sales.usecases.returns.counting import count_pieces
from services.sales.usecases.returns.stepping import Stepped, stepped_before, take_back_goods_of, take_step
from services.sales.usecases.returns.telling import CHANGED_COLUMNS, tell_request
from services.sales.usecases.returns.views import ReturnOfOrder, WholeReturn

RETURN_REQUESTED: LiteralString = "return.requested"

INSERT_RETURN: LiteralString = f"""
with requested as (
    insert into returns (uuid, order_id, user_id, username, status, total_refund, created_at, updated_at)
    values (%(uuid)s, %(order_id)s, %(user_id)s, %(username)s, %(status)s, %(total_refund)s, %(now)s, %(now)s)
    returning *
), claimed as (
    insert into return_lines (
        return_id, line, product_id, product_name, quantity, unit_price, reason, refund_amount, disposition
    )
    select requested.id, line.* from requested, json_to_recordset(%(lines)s) as line (
        line smallint, product_id bigint, product_name text, quantity int, unit_price numeric, reason text,
        refund_amount numeric, disposition text
    )
), {did(RETURN_REQUESTED, of="requested")}
select {CHANGED_COLUMNS} from requested as returns join orders on orders.id = order_id
"""

# The steps that lead a new return to the status that an admin gives it.
LEADING_TO: Mapping[str, tuple[Step, ...]] = {
    ReturnStatus.REQUESTED: (),
    ReturnStatus.APPROVED: (APPROVE_RETURN,),
    ReturnStatus.REJECTED: (REJECT_RETURN,),
    ReturnStatus.PROCESSED: (APPROVE_RETURN, PROCESS_RETURN),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestReturn:
    """Pieces of an order to return. `operation` is the same in every repeat of one request.

    A return that is not to begin as `requested` takes the steps up to its `status` at once.
    """

    operation: UUID
    order_id: int
    items: tuple[ReturnItem, ...]
    visitor: Person
    status: str


async def request_return(
    command: RequestReturn, *, database: Database, stock: Stock, clock: Clock
) -> WholeReturn:
    """Request the return; its user is the buyer, also if an admin requests it. A repeat returns it again.

    Raises `OrderNotFound`, `OrderNotReturnable`, the refusals of `lines_of`, and `Forbidden`: for the order
    of another, and for a status that an admin may give only.
    """
    if command.status != RETURNS.first and not command.visitor.is_admin:
        raise Forbidden("role")
    async with database.transaction() as tx:
        order = await lock_order(tx, command.order_id)
        command.visitor.check_own(order.user_id)
        stepped = await _repeated(tx, command) or await _requested(tx, command, order, clock)
        (whole,) = await reading.with_lines([stepped.view], tx)
    await take_back_goods_of(stepped, stock)
    return whole


async def _repeated(tx: Transaction, command: RequestReturn) -> Stepped | None:
    return_id = await find_done(tx, command.operation, did=RETURN_REQUESTED)
    return None if return_id is None else await stepped_before(tx, return_id)


async def _requested(tx: Transaction, command: RequestReturn, order: WebOrderView, clock: Clock) -> Stepped:
    check_returnable(order.status)
    (whole,) = await with_lines([order], tx)
    pieces = {of_product.product_id: of_product for of_product in await count_pieces(tx, order.id)}
    lines = lines_of(command.items, whole.lines, pieces)
    now = clock()
    requested = await tx.fetch_only(
        ReturnOfOrder,
        INSERT_RETURN,
        {
            "operation": command.operation,
            "uuid": uuid4(),
            "order_id": order.id,
            "user_id": order.user_id,
            "username": order.user_name,
            "status": RETURNS.first,
            "total_refund": sum((line.refund_amount for line in lines), ZERO),
            "now": now,
            "lines": json_rows(lines),
        },
    )
    tell_request(tx, requested, lines)
    stepped = Stepped(requested)
    for step in LEADING_TO[command.status]:
        stepped = await take_step(tx, stepped.view, step, now=now)
    return stepped
