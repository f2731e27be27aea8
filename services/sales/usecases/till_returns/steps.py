"""The steps of a return at the till, each in a transaction under its order's lock.

A return is REFUNDING while points or credit are being given back; its pieces and its money are taken then, so
that no other return takes them. Of a request, its repeat and the job only one ends it.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import LiteralString
from uuid import UUID, uuid4

import orjson
from psycopg.errors import UniqueViolation

from libs.common.db.database import Database, Transaction
from libs.common.db.json_rows import json_rows
from libs.common.errors import DomainError
from libs.common.money import money_text
from services.sales.domain.approvals import Authority
from services.sales.domain.lifecycles import FINISH_REFUND, TILL_RETURNS, UNDO_REFUND, TillReturnStatus
from services.sales.domain.refunds import Share, refunds_of
from services.sales.domain.tenders import MIXED
from services.sales.domain.till_returns import Decision, Wanted
from services.sales.usecases.approvals import use_up
from services.sales.usecases.counting import count_refund
from services.sales.usecases.orders.views import OrderView
from services.sales.usecases.returns.counting import count_pieces
from services.sales.usecases.shifts.booking import book_refund
from services.sales.usecases.shifts.choosing import Till, lock_drawer_of_return, open_drawer
from services.sales.usecases.till_returns.deciding import decide_now, points_taken_back_by
from services.sales.usecases.till_returns.desk import ReturnDesk
from services.sales.usecases.till_returns.locking import find_till_order, lock_till_order
from services.sales.usecases.till_returns.reading import TILL_RETURN_COLUMNS, with_lines
from services.sales.usecases.till_returns.telling import tell_returned
from services.sales.usecases.till_returns.views import TillReturn, TillReturnView, exchanged

SELECT_OF_OPERATION: LiteralString = f"""
select {TILL_RETURN_COLUMNS} from till_returns
where operation = %(operation)s and status <> '{TillReturnStatus.UNDONE}'
"""

SELECT_OF_ORDER: LiteralString = f"""
select {TILL_RETURN_COLUMNS} from till_returns where id = %(id)s and order_id = %(order_id)s
"""

INSERT_TILL_RETURN: LiteralString = f"""
with begun as (
    insert into till_returns (
        uuid, operation, order_id, customer_id, status, user_id, reason, refund_amount, refund_method, shares,
        points_returned, exchange_left, register_id, shift_id, approved_by, approvals, created_at
    )
    values (
        %(uuid)s, %(operation)s, %(order_id)s, %(customer_id)s, %(status)s, %(user_id)s, %(reason)s,
        %(refund_amount)s, %(refund_method)s, %(shares)s, %(points)s, %(exchange_left)s, %(register)s,
        %(shift_id)s, %(approved_by)s, %(approvals)s::uuid[], %(now)s
    )
    returning *
), brought as (
    insert into till_return_lines (
        return_id, line, product_id, product_name, quantity, unit_price, disposition
    )
    select begun.id, line.* from begun, json_to_recordset(%(lines)s) as line (
        line smallint, product_id bigint, product_name text, quantity int, unit_price numeric,
        disposition text
    )
)
select {TILL_RETURN_COLUMNS} from begun
"""

UPDATE_TO_DONE: LiteralString = f"""
with done as (
    update till_returns set status = %(to)s, done_at = %(now)s, kept_amount = %(kept)s,
        points_taken_back = %(points_taken_back)s, is_everything_back = %(is_everything_back)s
    where id = %(id)s and status = any(%(from)s)
    returning {TILL_RETURN_COLUMNS}
), refunded as (
    update orders set refunded_amount = coalesce(refunded_amount, 0) + refund_amount
    from done where orders.id = done.order_id
)
select * from done
"""

# The approvals that its begin has used up are given up with it, so that a repeat needs no other.
UPDATE_TO_UNDONE: LiteralString = """
with undone as (
    update till_returns set status = %(to)s where id = %(id)s and status = any(%(from)s)
    returning approvals
), unused as (
    delete from used_approvals using undone where id = any(approvals)
)
select from undone
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack:
    """Goods of an order to take back, whose money `till` gives.

    `operation` is the same in every repeat of one request.
    """

    operation: UUID
    wanted: Wanted
    authority: Authority
    till: Till


@dataclass(frozen=True, slots=True)
class Stage:
    """A return as a step has left it, and its order."""

    order: OrderView
    returned: TillReturn

    @property
    def is_done(self) -> bool:
        """Whether everything has been given back."""
        return self.returned.view.status == TillReturnStatus.DONE


async def begin_return(command: TakeBack, *, desk: ReturnDesk) -> Stage:
    """Begin the return, and finish it at once unless a balance has to be given back first.

    A repeat finds its return as it is, also one that another attempt has made just now. Raises
    `OrderNotFound`, what `open_drawer` and `decide_now` refuse, or `ApprovalRequired` or `ApprovalInvalid`;
    then nothing has changed.
    """
    try:
        return await _begun(command, desk)
    except (DomainError, UniqueViolation):
        async with desk.database.transaction() as tx:
            if stage := await _repeated(tx, command):
                return stage
            await find_till_order(tx, command.wanted.order_id)
        raise


async def _begun(command: TakeBack, desk: ReturnDesk) -> Stage:
    now = desk.clock()
    async with desk.database.transaction() as tx:
        if stage := await _repeated(tx, command):
            return stage
        shift_id = await open_drawer(command.till, tx=tx)
        order = await lock_till_order(tx, command.wanted.order_id)
        decision = await decide_now(tx, order, command.wanted, rules=desk.rules, now=now)
        approvals = command.authority.approvals_for(*decision.deeds)
        await use_up(tx, approvals, clock=lambda: now)
        params = {
            **_columns(command, order, decision),
            "shift_id": shift_id,
            "approved_by": approvals[0].approver_id if approvals else None,
            "approvals": [approval.id for approval in approvals] or None,
            "now": now,
        }
        begun = await tx.fetch_only(TillReturnView, INSERT_TILL_RETURN, params)
        if draws_on_balances(begun):
            return await _stage(tx, order, begun)
        return await _finished(tx, order, begun, now)


async def finish_return(return_id: int, order_id: int, *, database: Database, now: datetime) -> Stage:
    """Finish the return, whose balances were given back, and publish it; as it is if it has ended."""
    async with database.transaction() as tx:
        await lock_drawer_of_return(return_id, tx=tx)
        order = await lock_till_order(tx, order_id)
        view = await tx.fetch_only(TillReturnView, SELECT_OF_ORDER, {"id": return_id, "order_id": order_id})
        if view.status in FINISH_REFUND.sources:
            return await _finished(tx, order, view, now)
        return await _stage(tx, order, view)


async def undo_return(return_id: int, *, database: Database) -> bool:
    """Undo the return, of which nothing was given back; False if it has ended."""
    return await database.execute(UPDATE_TO_UNDONE, {**UNDO_REFUND.sql, "id": return_id}) > 0


def draws_on_balances(view: TillReturnView) -> bool:
    """Whether points or credit are given back."""
    return view.points_returned > 0 or view.credit > 0


async def _repeated(tx: Transaction, command: TakeBack) -> Stage | None:
    """The return that an earlier attempt at this operation has made of the order."""
    view = await tx.fetch_one(TillReturnView, SELECT_OF_OPERATION, {"operation": command.operation})
    if view is None or view.order_id != command.wanted.order_id:
        return None
    return await _stage(tx, await find_till_order(tx, view.order_id), view)


def _columns(command: TakeBack, order: OrderView, decision: Decision) -> dict[str, object]:
    refunds = refunds_of(decision.shares)
    return {
        "uuid": uuid4(),
        "operation": command.operation,
        "order_id": order.id,
        "customer_id": order.customer_id,
        "status": TILL_RETURNS.first,
        "user_id": command.wanted.taker.user_id,
        "reason": command.wanted.reason,
        "refund_amount": decision.refund_amount,
        "refund_method": MIXED if len(refunds) > 1 else next((r.payment_method for r in refunds), None),
        "shares": orjson.dumps([_stored(share) for share in decision.shares]).decode(),
        "points": decision.points,
        "exchange_left": exchanged(refunds),
        "register": command.till.register_id,
        "lines": json_rows(decision.lines),
    }


async def _finished(tx: Transaction, order: OrderView, view: TillReturnView, now: datetime) -> Stage:
    (begun,) = await with_lines([view], tx)
    done = await tx.fetch_one(
        TillReturnView,
        UPDATE_TO_DONE,
        {
            **FINISH_REFUND.sql,
            "id": view.id,
            "now": now,
            "kept": order.kept_amount - view.refund_amount,
            "points_taken_back": points_taken_back_by(view.refund_amount, order),
            "is_everything_back": await _is_everything_back(tx, begun),
        },
    )
    assert done, f"return {view.id} is {view.status} under its order's lock"
    await book_refund(done.id, tx=tx)
    returned = TillReturn(done, begun.lines)
    tell_returned(tx, order, returned)
    tx.after_commit(partial(count_refund, order.channel, done.refund_amount))
    return Stage(order, returned)


async def _is_everything_back(tx: Transaction, begun: TillReturn) -> bool:
    """Whether with this return, which is still open, all pieces of its order have come back."""
    pieces = await count_pieces(tx, begun.view.order_id)
    not_returned = sum(of_product.not_returned for of_product in pieces)
    return not_returned == sum(line.quantity for line in begun.lines)


async def _stage(tx: Transaction, order: OrderView, view: TillReturnView) -> Stage:
    (returned,) = await with_lines([view], tx)
    return Stage(order, returned)


def _stored(share: Share) -> dict[str, str | int]:
    return {
        "tender": share.tender,
        "payment_method": str(share.payment_method),
        "amount": money_text(share.amount),
        "points": share.points,
    }
