"""Takes off what no longer counts: cancelled and refunded orders, and what came back (contract §6, §8.3).

A refund is of the payments up to its invoice: what a later invoice has paid again counts (`paid_again.py`).

The payment may be heard of later: what is taken off is remembered, and `recording.py` asks for it. Everything
here has the table of sales for itself, so that neither misses the other; recording waits for milliseconds.
The rows of rollups that are touched are counted again from the facts, because the lowest and the highest
ticket cannot be known otherwise.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import LiteralString, TypeAlias
from zoneinfo import ZoneInfo

from libs.common.contracts.sales import InvoiceChanged, OrderCancelled, OrderReturned, ReturnProcessed
from libs.common.db.database import Transaction
from libs.common.db.json_rows import json_rows
from libs.common.messaging.envelope import Received
from libs.common.store_calendar import store_hour
from services.analytics.domain.sales import FOR_GOOD, CountedLine, ReturnedPieces, after_returns
from services.analytics.domain.tenders import Refund, Tenders, after_refunds, refunds_of, written
from services.analytics.usecases.sales.recording import IS_VOID
from services.analytics.usecases.sales.recounting import Touched, recount

LOCK_SALES = "lock table sale_facts in share row exclusive mode"

# Gives those that do not count.
INSERT_VOIDED: LiteralString = f"""
with told as (
    insert into voided_sales (order_id, invoice_id)
    select * from unnest(%(orders)s::bigint[], %(invoices)s::bigint[])
    on conflict (order_id) do update set invoice_id = greatest(voided_sales.invoice_id, excluded.invoice_id)
    returning *
)
select order_id from told where {IS_VOID}
"""

DELETE_SALES = """
with gone as (
    delete from sale_facts where order_id = any(%(orders)s) returning order_id, day
), gone_lines as (
    delete from line_facts using gone
    where line_facts.day = gone.day and line_facts.order_id = gone.order_id
    returning line_facts.day, product_id
)
select day, product_id from gone_lines union select day, null from gone
"""

# A return that is told again gives no row.
INSERT_RETURNED = """
insert into return_facts (return_id, product_id, order_id, quantity, refund_amount, returned_at, day)
select return_id, product_id, order_id, quantity, refund_amount, returned_at, day
from json_to_recordset(%(returned)s::json) as given(
    return_id bigint, product_id bigint, order_id bigint, quantity int, refund_amount numeric,
    returned_at timestamptz, day date
)
on conflict do nothing
returning order_id, product_id, quantity, refund_amount
"""

INSERT_REFUNDS = """
insert into refund_facts (return_id, payment_method, order_id, amount)
select return_id, payment_method, order_id, amount
from json_to_recordset(%(refunds)s::json) as given(
    return_id bigint, payment_method text, order_id bigint, amount numeric
)
on conflict do nothing
returning order_id, payment_method, amount
"""

# The lines of recorded sales, with their day.
SELECT_LINES = """
select order_id, product_id, quantity, amount, tax_amount, tax_rate, day
from sale_facts join line_facts using (day, order_id)
where order_id = any(%(orders)s) and product_id = any(%(products)s)
"""

UPDATE_LINES = """
update line_facts
set quantity = left_over.quantity, amount = left_over.amount, tax_amount = left_over.tax_amount
from sale_facts join json_to_recordset(%(lines)s::json) as left_over(
    order_id bigint, product_id bigint, quantity bigint, amount numeric, tax_amount numeric
) using (order_id)
where line_facts.day = sale_facts.day and line_facts.order_id = left_over.order_id
    and line_facts.product_id = left_over.product_id
"""

DELETE_EMPTY_LINES = """
delete from line_facts using sale_facts
where sale_facts.order_id = any(%(orders)s) and line_facts.day = sale_facts.day
    and line_facts.order_id = sale_facts.order_id and quantity = 0 and amount = 0 and tax_amount = 0
"""

UPDATE_SALES = """
update sale_facts set units = units - gone.quantity, final_amount = final_amount - gone.refund_amount
from (
    select order_id, sum(quantity) as quantity, sum(refund_amount) as refund_amount
    from json_to_recordset(%(returned)s::json) as given(
        order_id bigint, quantity bigint, refund_amount numeric
    )
    group by order_id
) as gone
where sale_facts.order_id = gone.order_id
"""

SELECT_TENDERS = """
select order_id, final_amount, tenders from sale_facts
where order_id = any(%(orders)s) and tenders is not null
"""

UPDATE_TENDERS = """
update sale_facts set tenders = left_over.tenders
from json_to_recordset(%(sales)s::json) as left_over(order_id bigint, tenders jsonb)
where sale_facts.order_id = left_over.order_id
"""

Returned: TypeAlias = ReturnProcessed | OrderReturned


async def void_orders(tx: Transaction, events: Sequence[Received[OrderCancelled | InvoiceChanged]]) -> None:
    """Take orders off that were cancelled, or whose invoice was refunded."""
    told = [received.event for received in events]
    await void(tx, [(each.order_id, _refunded(each)) for each in told])


async def void(tx: Transaction, voided: Iterable[tuple[int, int]]) -> None:
    """Take orders off, be they recorded or not: each up to its payment by this invoice, or `FOR_GOOD`.

    One that a later invoice has paid again stays.
    """
    await tx.execute(LOCK_SALES)
    await delete_sales(tx, await tx.fetch_values(INSERT_VOIDED, highest_invoices(voided)))


def highest_invoices(pairs: Iterable[tuple[int, int]]) -> Mapping[str, Sequence[int]]:
    """The parameters `orders` and `invoices`: each order once, with the highest of its invoices."""
    highest = dict(sorted(pairs))
    return {"orders": list(highest), "invoices": list(highest.values())}


async def delete_sales(tx: Transaction, orders: Sequence[int]) -> None:
    """Delete what is recorded of these orders; the table of sales is locked."""
    await recount(tx, await tx.fetch_all(Touched, DELETE_SALES, {"orders": orders}))


async def take_returns_off(
    tx: Transaction, events: Sequence[Received[Returned]], *, timezone: ZoneInfo
) -> None:
    """Take the units and the refunds of returns off their sales, each return exactly once.

    The return itself is remembered on the store's day on which it was made.

    What a till gave back by several payment methods is taken off each of them. An order of which everything
    has come back no longer counts.
    """
    await tx.execute(LOCK_SALES)
    told = [received.event for received in events]
    returned = await tx.fetch_all(
        ReturnedPieces, INSERT_RETURNED, {"returned": json_rows(_pieces(told, timezone))}
    )
    refunds = await tx.fetch_all(Refund, INSERT_REFUNDS, {"refunds": json_rows(_refunds(told))})
    if returned:
        await _take_off(tx, returned, refunds)
    if everything_back := [(event.order_id, FOR_GOOD) for event in told if event.is_everything_back]:
        await void(tx, everything_back)


async def _take_off(tx: Transaction, returned: Sequence[ReturnedPieces], refunds: Sequence[Refund]) -> None:
    concerned = {
        "orders": [pieces.order_id for pieces in returned],
        "products": [pieces.product_id for pieces in returned],
    }
    lines = await tx.fetch_pairs(CountedLine, SELECT_LINES, concerned)
    left_over = after_returns([line for line, _ in lines], returned)
    await tx.execute(UPDATE_LINES, {"lines": json_rows(left_over)})
    await tx.execute(DELETE_EMPTY_LINES, {"orders": concerned["orders"]})
    await tx.execute(UPDATE_SALES, {"returned": json_rows(returned)})
    await _take_off_tenders(tx, concerned["orders"], refunds)
    await recount(tx, [Touched(day, line.product_id) for line, day in lines])


async def _take_off_tenders(tx: Transaction, orders: Sequence[int], refunds: Sequence[Refund]) -> None:
    """Take refunds off the tenders of the sales, of which that much less is left by now."""
    sales = await tx.fetch_all(_Tendered, SELECT_TENDERS, {"orders": orders})
    left = [{"order_id": sale.order_id, "tenders": written(sale.less(refunds))} for sale in sales]
    if left:
        await tx.execute(UPDATE_TENDERS, {"sales": json_rows(left)})


@dataclass(frozen=True, slots=True)
class _Tendered:
    """A recorded sale of several tenders, and what is left of it."""

    order_id: int
    final_amount: Decimal
    tenders: Mapping[str, str]

    def less(self, refunds: Iterable[Refund]) -> Tenders:
        """Its tenders after these refunds."""
        tenders = {method: Decimal(amount) for method, amount in self.tenders.items()}
        own = [refund for refund in refunds if refund.order_id == self.order_id]
        return after_refunds(tenders, own, self.final_amount)


def _refunded(event: OrderCancelled | InvoiceChanged) -> int:
    return event.invoice_id if isinstance(event, InvoiceChanged) else FOR_GOOD


def _pieces(events: Iterable[Returned], timezone: ZoneInfo) -> Iterable[Mapping[str, object]]:
    """The products of each return. One that stands on several lines is one row."""
    for event in events:
        at = event.returned_at if isinstance(event, OrderReturned) else event.processed_at
        when = {"returned_at": at, "day": store_hour(at, timezone).day}
        pieces: dict[int, ReturnedPieces] = {}
        for line in event.lines:
            known = pieces.get(line.product_id)
            row = ReturnedPieces(event.order_id, line.product_id, line.quantity, line.refund_amount)
            pieces[line.product_id] = known.with_more(row) if known else row
        for row in pieces.values():
            yield asdict(row) | when | {"return_id": event.return_id}


def _refunds(events: Iterable[Returned]) -> Iterable[Mapping[str, object]]:
    """What each return gave back by each payment method; of the web shop it is not told."""
    for event in events:
        if not isinstance(event, OrderReturned):
            continue
        for refund in refunds_of(event.order_id, event.refunds):
            yield asdict(refund) | {"return_id": event.return_id}
