"""Records `sales.order_paid` as facts and their rollups, in one statement.

The rollups stay equal to the facts because both are written by the same statement, and only for orders that
are not yet recorded. Their rows are locked in the order of their keys, so workers do not deadlock. What takes
sales off (`taking_off.py`) locks the table of sales: it runs before or after this, never beside it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import LiteralString, cast
from zoneinfo import ZoneInfo

import orjson

from libs.common.contracts.sales import OrderPaid
from libs.common.db.array_columns import array_columns, unnested
from libs.common.db.database import Transaction
from libs.common.db.statements import on_one_line
from libs.common.messaging.envelope import Received
from libs.common.prices import TaxRate
from libs.common.store_calendar import store_hour
from services.analytics.domain.sales import CountedLine, ReturnedPieces, after_returns, likely_rate
from services.analytics.domain.tenders import Refund, Tenders, after_refunds, tenders_of, written
from services.analytics.usecases.sales.rollups import OF_LINES, OF_SALES

SALE: Mapping[LiteralString, LiteralString] = {
    "order_id": "bigint",
    "channel": "text",
    "customer_id": "bigint",
    "user_id": "bigint",
    "payment_method": "text",
    "units": "bigint",
    "final_amount": "numeric",
    "paid_at": "timestamptz",
    "day": "date",
    "hour": "smallint",
    "tenders": "jsonb",
    "discount": "numeric",
}
SALE_COLUMNS: LiteralString = ", ".join(SALE)

IS_VOID: LiteralString = "invoice_id >= paid_again_by"

# The orders that no event has recorded yet: a redelivery or a replay adds nothing to the rollups. If a return
# of one is known already, all wait for the caller to take it off: a second statement of a transaction that
# has locked rollups could meet another worker's, and each would wait for the other.
FRESH: LiteralString = f"""
given as materialized (
    select * from {unnested("s", SALE)}
    where not exists (select from voided_sales where order_id = s.order_id and {IS_VOID})
), returned as materialized (
    select order_id from given
    where not %(less)s and exists (select from return_facts as back where back.order_id = given.order_id)
), fresh as (
    insert into sale_facts ({SALE_COLUMNS}, lines_tell_customer)
    select *, true from given where not exists (table returned) order by order_id
    on conflict do nothing
    returning *
)"""

LINE: Mapping[LiteralString, LiteralString] = {
    "order_id": "bigint",
    "product_id": "bigint",
    "quantity": "bigint",
    "amount": "numeric",
    "tax_amount": "numeric",
    "tax_rate": "text",
}
LINE_COLUMNS: LiteralString = ", ".join(["day", *LINE, "customer_id"])

FRESH_LINES: LiteralString = f"""
sold as materialized (
    select day, customer_id, l.* from {unnested("l", LINE)} join fresh using (order_id)
), new_lines as (
    insert into line_facts ({LINE_COLUMNS})
    select {LINE_COLUMNS} from sold order by day, order_id, product_id
)"""

# A product that catalog has not described yet takes its name from its first sale. Nearly all are known: a
# look at the key costs less than an insert that conflicts.
NAMES = """
names as (
    insert into products (product_id, name, deleted, sequence)
    select distinct product_id, %(names)s::json ->> product_id::text, false, 0
    from sold
    where (select true from products where products.product_id = sold.product_id) is null
    order by product_id
    on conflict do nothing
)"""

INSERT_SALES: LiteralString = on_one_line(
    f"""
with {FRESH}, {FRESH_LINES}, {NAMES},
{", ".join(f"{rollup.name}s as ({rollup.add('fresh')})" for rollup in OF_SALES)},
{", ".join(f"{rollup.name}s as ({rollup.add('sold')})" for rollup in OF_LINES)}
table returned
"""
)

SELECT_RETURNED = """
select order_id, product_id, quantity, refund_amount from return_facts where order_id = any(%(orders)s)
"""

SELECT_REFUNDS = """
select order_id, payment_method, amount from refund_facts where order_id = any(%(orders)s)
"""


@dataclass(frozen=True, slots=True)
class _Sale:
    """A paid order, and what counts of it."""

    order: OrderPaid
    lines: Sequence[CountedLine]
    final_amount: Decimal
    tenders: Tenders | None

    def less(self, returned: Iterable[ReturnedPieces], refunds: Iterable[Refund]) -> "_Sale":
        """What is left of the sale after these returns."""
        own = [pieces for pieces in returned if pieces.order_id == self.order.order_id]
        lines = [line for line in after_returns(self.lines, own) if not line.is_nothing]
        left = self.final_amount - sum(pieces.refund_amount for pieces in own)
        given_back = [refund for refund in refunds if refund.order_id == self.order.order_id]
        tenders = self.tenders and after_refunds(self.tenders, given_back, left)
        return _Sale(self.order, lines, left, tenders)


async def record_sales(tx: Transaction, events: Sequence[Received[OrderPaid]], *, timezone: ZoneInfo) -> None:
    """Record paid orders, each exactly once, on the store's day and hour of their payment.

    An order that is known to be cancelled or refunded is not recorded, one that is known to be returned in
    part only with what is left of it.
    """
    orders = {received.event.order_id: received.event for received in events}
    sales = [
        _Sale(order, _counted_lines(order), order.final_amount, tenders_of(order.payments))
        for order in orders.values()
    ]
    returned = await _insert(tx, sales, timezone, less_returns=False)
    if returned:
        pieces = await tx.fetch_all(ReturnedPieces, SELECT_RETURNED, {"orders": returned})
        refunds = await tx.fetch_all(Refund, SELECT_REFUNDS, {"orders": returned})
        left = [sale.less(pieces, refunds) for sale in sales]
        await _insert(tx, left, timezone, less_returns=True)


async def _insert(
    tx: Transaction, sales: Sequence[_Sale], timezone: ZoneInfo, *, less_returns: bool
) -> list[int]:
    """Insert those that are not recorded; if returns of some are known, insert none and return these."""
    params = {
        **array_columns("s", SALE, [_row(sale, timezone) for sale in sales]),
        **array_columns("l", LINE, [_line_row(line) for sale in sales for line in sale.lines]),
        "names": _names(sales),
        "less": less_returns,
    }
    return await tx.fetch_values(INSERT_SALES, params)


def _row(sale: _Sale, timezone: ZoneInfo) -> Sequence[object]:
    """The values of `SALE`."""
    order = sale.order
    paid = store_hour(order.paid_at, timezone)
    return (
        order.order_id,
        order.channel,
        order.customer_id,
        order.user_id,
        order.payment_method,
        sum([line.quantity for line in sale.lines]),
        sale.final_amount,
        order.paid_at,
        paid.day,
        paid.hour,
        sale.tenders and orjson.dumps(written(sale.tenders)).decode(),
        order.money_saved_total,
    )


# The values of `LINE`.
_line_row: Callable[[CountedLine], tuple[object, ...]] = attrgetter(*LINE)


def _names(sales: Sequence[_Sale]) -> str:
    """A JSON object of the names by the ids of the products."""
    names = {str(line.product_id): line.product_name for sale in sales for line in sale.order.lines}
    return orjson.dumps(names).decode()


def _counted_lines(order: OrderPaid) -> Sequence[CountedLine]:
    """The lines of an order as it was paid, one for each product."""
    lines: dict[int, CountedLine] = {}
    for sold in order.lines:
        rate = cast("TaxRate | None", sold.tax_rate) or likely_rate(sold.amount, sold.tax_amount)
        line = CountedLine(order.order_id, sold.product_id, sold.quantity, sold.amount, sold.tax_amount, rate)
        known = lines.get(line.product_id)
        lines[line.product_id] = known.with_more(line) if known else line
    return list(lines.values())
