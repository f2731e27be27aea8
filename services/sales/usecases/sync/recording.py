"""Writes what a sale that was made without a network comes to, in one transaction, and only once.

Rows are locked in the order sale, shift, order. The shift is the one that the register had open when it was
sold, however late that is heard of.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, LiteralString

from libs.common.approvals import Approval
from libs.common.contracts.sales import OrderCreated
from libs.common.db.database import Transaction
from libs.common.db.json_rows import json_rows
from libs.common.db.statements import on_one_line
from libs.common.db.violations import refuse_violation
from libs.common.faults import Boundary, reached
from libs.common.looks import LookAgain
from libs.common.messaging.publishing import published
from services.sales.domain.buyers import Buyer
from services.sales.domain.lifecycles import PAY, REVIVE, PosStatus
from services.sales.domain.orders import goods_of
from services.sales.domain.pricing import Line, add_up
from services.sales.domain.shoppers import Shopper
from services.sales.domain.sold_lines import sold_alike
from services.sales.domain.synced import (
    CLOCK_AHEAD_MAX,
    Flag,
    Result,
    Status,
    SyncedSale,
    flags_of_folio,
    ticket_number,
)
from services.sales.domain.tenders import paid_alike
from services.sales.usecases.approvals import note_used
from services.sales.usecases.counting import count_paid, count_placed
from services.sales.usecases.orders.cancelling import cancel_pending, return_stock
from services.sales.usecases.orders.reading import LINE_COLUMNS, ORDER_COLUMNS
from services.sales.usecases.orders.recording import CLIENT_ID_TAKEN, FOLIO_TAKEN, sale_uuid_of
from services.sales.usecases.orders.views import OrderView, WholeOrder
from services.sales.usecases.payments.at_once import ORDER_PAID, tender_params
from services.sales.usecases.shifts.booking import SALE_BOOKED, SALE_LATE
from services.sales.usecases.shifts.choosing import DRAWER_OR_GONE
from services.sales.usecases.sync.desk import SyncDesk
from services.sales.usecases.sync.kept import Kept

# Also one that another sender has held since: its goods were not known then, and are taken now. The lock is
# for dismissals and mendings. Two senders would meet at the order's `client_id` or its status, too.
LOCK_SALE: LiteralString = f"""
select (select series from registers where registers.id = register_id) as series,
    differing <> '[]' as has_differing
from synced_sales
where id = %(id)s and mendings = %(mendings)s and status in ('{Status.RECEIVED}', '{Status.HELD}')
for update
"""

# A till's clock may run ahead, so that a shift may seem to be closed a little before its last sales.
LOCK_SHIFT_OF_THEN = """
with latest as (
    select id, closed_at from shifts
    where register_id = %(register)s and date_trunc('second', opened_at) <= %(sold_at)s
    order by opened_at desc, id desc limit 1
)
select shifts.id, first_folio, last_folio from shifts join latest using (id)
where latest.closed_at is null or latest.closed_at + %(clock_ahead_max)s > %(sold_at)s
for no key update of shifts
"""

INSERT_LINES: LiteralString = f"""
insert into order_lines (order_id, line, {LINE_COLUMNS})
select %(order_id)s, ordinality, {LINE_COLUMNS}
from json_populate_recordset(null::order_lines, %(lines)s) with ordinality
"""

INSERT_ORDER: LiteralString = f"""
with placed as (
    insert into orders (
        uuid, channel, status, ticket_folio, user_id, user_name, customer_id, customer_name, subtotal,
        total_tax, final_amount, money_saved_total, created_at, cancelled_at, client_id
    )
    values (%(uuid)s, 'POS', %(status)s, %(folio)s, %(user_id)s, %(user_name)s, %(customer_id)s,
        %(customer_name)s, %(subtotal)s, %(total_tax)s, %(final_amount)s, %(money_saved_total)s, %(sold_at)s,
        %(voided_at)s, %(client_id)s)
    returning {ORDER_COLUMNS}
), told as (
    select * from placed where cancelled_at is null
), {published(OrderCreated, of="told", subject="'order/' || uuid", order_uuid="uuid", order_id="id")}
select * from placed
"""

MARK_APPROVED = "update orders set approved_by = %(approved_by)s where id = %(order_id)s"

DELETE_LINES = "delete from order_lines where order_id = %(order_id)s"

UPDATE_TO_SOLD = """
update orders set subtotal = %(subtotal)s, total_tax = %(total_tax)s, final_amount = %(final_amount)s,
    money_saved_total = %(money_saved_total)s, customer_id = %(customer_id)s,
    customer_name = %(customer_name)s, created_at = %(sold_at)s
where id = %(order_id)s and status = any(%(from)s)
"""

UPDATE_TO_PAID: LiteralString = on_one_line(
    f"""
with ended as (
    select %(shift)s::bigint as of_shift, %(taker)s::bigint as taker
), {DRAWER_OR_GONE}, paid as (
    update orders
    set status = %(to)s, payment_method = %(payment_method)s, payments = %(payments)s::jsonb,
        cash_received = %(cash_received)s, paid_at = %(sold_at)s, cancelled_at = null, shift_id = %(shift)s
    where id = %(order_id)s and status = any(%(from)s)
    returning {ORDER_COLUMNS}
), {ORDER_PAID}, {SALE_BOOKED}, {SALE_LATE}
select * from paid
"""
)

# Sales arrive in any order; of those of one second the number tells which was first. Rows are those of at
# most three orders, found by their folios. That of the new one is not written yet.
ORDER_FOLIOS = """
with paid as (
    select ticket_folio, paid_at, ticket_folio = %(paid_folio)s as is_new,
        case ticket_folio when %(paid_folio)s then %(seq)s::bigint else seq end as seq
    from orders where ticket_folio in (%(first_folio)s, %(last_folio)s, %(paid_folio)s)
)
update shifts
set first_folio = (select ticket_folio from paid order by paid_at, seq, is_new limit 1),
    last_folio = (select ticket_folio from paid order by paid_at desc, seq desc, is_new desc limit 1)
where id = %(shift)s and status = 'OPEN'
"""

COUNT_CANCELLED = "update shifts set cancelled = cancelled + 1 where id = %(shift)s and status = 'OPEN'"

# Also of a closed shift: its report tells which numbers are missing still. An order that was placed may have
# been paid in the shift of another register, whose numbers are others.
NUMBER_SHIFT = """
update shifts set last_seq = greatest(last_seq, %(seq)s)
where id = coalesce(%(shift)s, (select shift_id from orders where orders.id = %(order_id)s))
    and register_id = %(register)s
"""

NUMBER_ORDER = """
update orders set register_id = coalesce(register_id, %(register)s), seq = coalesce(seq, %(seq)s),
    ticket_number = coalesce(ticket_number, %(ticket_number)s),
    flags = nullif(array(
        select distinct flag from unnest(coalesce(flags, '{}') || %(flags)s::text[]) flag order by flag
    ), '{}')
where id = %(order_id)s
"""

FINISH_SALE: LiteralString = f"""
update synced_sales set status = '{Status.BOOKED}', result = %(result)s, order_id = %(order_id)s,
    flags = %(flags)s
where id = %(id)s
"""


class FolioTaken(Exception):
    """Another order has the folio that the till has printed."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A sale to record: its lines as sold, what is odd about it, and the approvals of its discounts.

    `seller` is None if not active, `voided_at` unless it was undone.
    """

    kept: Kept
    sale: SyncedSale
    sold_at: datetime
    lines: tuple[Line, ...]
    buyer: Buyer | None
    seller: Shopper | None
    flags: tuple[Flag, ...]
    approvals: tuple[Approval, ...] = ()
    voided_at: datetime | None = None

    def flagged(self, *flags: Flag) -> "Recorded":
        """The same with more flags."""
        return replace(self, flags=(*self.flags, *flags))

    @property
    def params(self) -> dict[str, Any]:
        """The parameters of the order's columns."""
        totals = add_up(self.lines)
        return {
            "uuid": sale_uuid_of(self.sale.client_id),
            "client_id": self.sale.client_id,
            "register": self.kept.register_id,
            "user_id": self.sale.sold_by,
            "user_name": self.seller.username if self.seller else None,
            "taker": self.sale.sold_by,
            "customer_id": self.sale.customer_id,
            "customer_name": self.buyer.name if self.buyer else None,
            "subtotal": totals.subtotal,
            "total_tax": totals.total_tax,
            "final_amount": totals.final_amount,
            "money_saved_total": totals.money_saved_total,
            "sold_at": self.sold_at,
            "clock_ahead_max": CLOCK_AHEAD_MAX,
            "voided_at": self.voided_at,
            "lines": json_rows(self.lines),
        }


@dataclass(frozen=True, slots=True)
class _Locked:
    series: str
    has_differing: bool


@dataclass(frozen=True, slots=True)
class _Shift:
    id: int
    first_folio: str | None
    last_folio: str | None


async def record_sale(recorded: Recorded, order: WholeOrder | None, *, folio: str, desk: SyncDesk) -> bool:
    """Write the sale as paid; False if somebody else has decided it. `order` is that of its `client_id`.

    Raises `FolioTaken`, or `LookAgain` if the order was paid, cancelled or placed since it was read; then
    nothing has changed.
    """
    async with _transaction(desk) as tx:
        locked = await _lock(tx, recorded.kept)
        if locked is None:
            return False
        step = REVIVE if _result_of(order) is Result.REVIVED else PAY
        params = {**recorded.params, **step.sql, "folio": folio, "status": PosStatus.PENDING}
        shift = await tx.fetch_one(_Shift, LOCK_SHIFT_OF_THEN, params)
        params["shift"] = shift.id if shift else None
        if shift is None:
            recorded = recorded.flagged(Flag.NO_SHIFT)
        recorded = recorded.flagged(*_odd_of_placed(recorded, order))
        params["order_id"] = await _write_order(tx, order, params)
        if recorded.approvals:
            await note_used(tx, recorded.approvals, clock=desk.clock)
            approver = recorded.approvals[0].approver_id
            await tx.execute(MARK_APPROVED, {**params, "approved_by": approver})
        paid = await tx.publish_one(
            OrderView, UPDATE_TO_PAID, {**params, **tender_params(recorded.sale.payment)}
        )
        if paid is None:
            raise LookAgain
        if shift:
            told = {"paid_folio": paid.ticket_folio, "seq": recorded.kept.seq}
            await tx.execute(ORDER_FOLIOS, {**asdict(shift), **params, **told})
        await _finish(tx, recorded, locked, params["shift"], _result_of(order), paid.id)
        tx.after_commit(partial(count_paid, "POS", paid.final_amount))
    return True


async def record_voided(recorded: Recorded, order: WholeOrder | None, *, folio: str, desk: SyncDesk) -> bool:
    """Write the sale as cancelled; otherwise as `record_sale`. Goods of an order that was placed go back."""
    assert recorded.voided_at, "the sale was undone"
    async with _transaction(desk) as tx:
        locked = await _lock(tx, recorded.kept)
        if locked is None:
            return False
        params = {**recorded.params, "folio": folio, "status": PosStatus.CANCELLED}
        params["shift"] = await tx.fetch_value(LOCK_SHIFT_OF_THEN, params)
        order_id = order.order.id if order else await _insert_order(tx, params)
        is_pending = order is not None and order.order.status == PosStatus.PENDING
        if is_pending and await cancel_pending(tx, order_id, cancelled_at=recorded.voided_at) is None:
            raise LookAgain
        if order is None or is_pending:
            await tx.execute(COUNT_CANCELLED, params)
        await _finish(tx, recorded, locked, params["shift"], Result.VOIDED, order_id)
    if is_pending and order:
        reached(Boundary.AFTER_SALE_VOIDED)
        await return_stock(order.order.uuid, desk.stock)
    return True


async def record_known(kept: Kept, sale: SyncedSale, order: WholeOrder, *, desk: SyncDesk) -> bool:
    """Write that the sale was known, as the order that was paid before; False as `record_sale`."""
    differs = (Flag.CONTENT_DIFFERS,) if _differs(sale, order) else ()
    recorded = Recorded(kept, sale, sale.sold_at, (), None, None, (*_flags_of(order), *differs))
    async with _transaction(desk) as tx:
        locked = await _lock(tx, kept)
        if locked is None:
            return False
        await _finish(tx, recorded, locked, None, Result.DUPLICATE, order.order.id)
    return True


def _differs(sale: SyncedSale, order: WholeOrder) -> bool:
    """Whether the sale tells of other goods or other money than the order that was paid."""
    return (
        sale.voided_at is not None
        or set(goods_of(order.lines)) != set(sale.goods)
        or sale.total != order.order.final_amount
        or not paid_alike(sale.tenders, order.order.tenders)
    )


async def _write_order(tx: Transaction, order: WholeOrder | None, params: dict[str, Any]) -> int:
    """Write the order with its lines as they were sold, not paid yet; returns its id."""
    if order is None:
        tx.after_commit(partial(count_placed, "POS"))
        return await _insert_order(tx, params)
    of_order = {**params, "order_id": order.order.id}
    if await tx.execute(UPDATE_TO_SOLD, of_order) == 0:
        raise LookAgain
    await tx.execute(DELETE_LINES, of_order)
    await tx.execute(INSERT_LINES, of_order)
    return order.order.id


async def _insert_order(tx: Transaction, params: dict[str, Any]) -> int:
    (placed,) = await tx.publish_all(OrderView, INSERT_ORDER, params)
    await tx.execute(INSERT_LINES, {**params, "order_id": placed.id})
    return placed.id


async def _lock(tx: Transaction, kept: Kept) -> _Locked | None:
    """Lock the sale; None if it is decided, or was mended since it was read."""
    return await tx.fetch_one(_Locked, LOCK_SALE, {"id": kept.id, "mendings": kept.mendings})


async def _finish(
    tx: Transaction, recorded: Recorded, locked: _Locked, shift: int | None, result: Result, order_id: int
) -> None:
    kept = recorded.kept
    flags = [*dict.fromkeys([*kept.flags, *map(str, recorded.flags)])]
    params = {
        "id": kept.id,
        "shift": shift,
        "order_id": order_id,
        "result": result,
        "flags": flags,
        "register": kept.register_id,
        "seq": kept.seq,
        "ticket_number": ticket_number(locked.series, kept.seq),
    }
    if kept.seq is not None:
        await tx.execute(NUMBER_SHIFT, params)
    differs = [Flag.CONTENT_DIFFERS] if locked.has_differing else []
    await tx.execute(NUMBER_ORDER, {**params, "flags": [*flags, *differs]})
    await tx.execute(FINISH_SALE, params)


def _odd_of_placed(recorded: Recorded, order: WholeOrder | None) -> list[Flag]:
    """What is odd about the order as it was placed, if it was, and about its lines beside those sold."""
    if order is None:
        return []
    revived = [Flag.REVIVED] if _result_of(order) is Result.REVIVED else []
    differing = [] if sold_alike(recorded.lines, order.lines) else [Flag.LINES_DIFFER]
    return [*_flags_of(order), *revived, *differing]


def _flags_of(order: WholeOrder) -> list[Flag]:
    """What was odd about the order when it was placed."""
    return flags_of_folio(order.order.ticket_folio, order.order.client_id)


def _result_of(order: WholeOrder | None) -> Result:
    if order is None:
        return Result.CREATED
    return Result.REVIVED if order.order.status == PosStatus.CANCELLED else Result.PAID


@asynccontextmanager
async def _transaction(desk: SyncDesk) -> AsyncIterator[Transaction]:
    with refuse_violation({FOLIO_TAKEN: FolioTaken, CLIENT_ID_TAKEN: LookAgain}):
        async with desk.database.transaction() as tx:
            yield tx
