"""Exports: reads again from the tables, for analytics, what events of sales have told (ADR 0058)."""

from typing import LiteralString

from libs.common.contracts.internal.sales import UndoneOrder
from libs.common.contracts.sales import OrderReturned, PaidBy, ReturnedLine, ReturnProcessed
from libs.common.db.exports import export_page
from libs.common.messaging.publishing import payload
from services.sales.domain.lifecycles import ReturnStatus, TillReturnStatus
from services.sales.usecases.orders.reading import ORDER_COLUMNS
from services.sales.usecases.payments.at_once import PAID_ORDER

# A page ends with the order that fills this number of lines: of long orders a thousand would be too many.
_IS_ON_PAGE: LiteralString = "lines_before < 10000"

PAID_ORDERS: LiteralString = export_page(f"""
    select id as place, {PAID_ORDER} as item
    from (
        select found.*, sum(lines) over (order by id) - lines as lines_before
        from (
            select {ORDER_COLUMNS} from orders
            where id > %(after)s and paid_at is not null order by id limit %(limit)s
        ) found, lateral (select count(*) as lines from order_lines where order_id = found.id) counted
    ) paid
    where {_IS_ON_PAGE}
""")

_IS_REFUNDED: LiteralString = "refunded_at is not null"
_OF_ORDER: LiteralString = f"from invoices where order_id = orders.id and {_IS_REFUNDED}"

_UNDONE: LiteralString = payload(
    UndoneOrder,
    order_uuid="uuid",
    order_id="id",
    invoice_id=f"case when cancelled_at is null then (select max(id) {_OF_ORDER}) end",
    refunded_at=f"(select max(refunded_at) {_OF_ORDER})",
)

# The orders of a shop are many, and few of them are undone: each kind is found by an index of its own. The
# orders of a page are looked up one by one, because a join may choose to read all there are.
UNDONE_ORDERS: LiteralString = export_page(f"""
    select id as place, (select {_UNDONE} from orders where orders.id = undone.id) as item
    from (
        (
            select id from orders
            where id > %(after)s and cancelled_at is not null and paid_at is not null
            order by id limit %(limit)s
        )
        union (
            select order_id from invoices
            where order_id > %(after)s and {_IS_REFUNDED}
            order by order_id limit %(limit)s
        )
        order by id limit %(limit)s
    ) undone
""")

# Of no product can more come back than was bought, so the sums over all products tell.
_IS_EVERYTHING_BACK: LiteralString = f"""
    (select sum(quantity) from order_lines where order_id = returns.order_id) = (
        select sum(quantity) from returns earlier join return_lines on return_id = earlier.id
        where earlier.order_id = returns.order_id and earlier.status = '{ReturnStatus.PROCESSED}'
            and (earlier.processed_at, earlier.id) <= (returns.processed_at, returns.id)
    )
"""

_LINES: LiteralString = f"""
    (select json_agg({payload(ReturnedLine)} order by line) from return_lines where return_id = returns.id)
"""

_PROCESSED: LiteralString = payload(
    ReturnProcessed,
    return_uuid="returns.uuid",
    return_id="returns.id",
    order_uuid="orders.uuid",
    user_id="returns.user_id",
    lines=_LINES,
    refund_amount="total_refund",
    is_everything_back=_IS_EVERYTHING_BACK,
)

PROCESSED_RETURNS: LiteralString = export_page(f"""
    select id as place, (select {_PROCESSED} from orders where orders.id = order_id) as item
    from returns
    where id > %(after)s and status = '{ReturnStatus.PROCESSED}' order by id limit %(limit)s
""")

# Each method's shares are added up, in the order of the first.
_REFUNDS: LiteralString = f"""
    (select coalesce(json_agg({payload(PaidBy)} order by place), '[]'::json) from (
        select share ->> 'payment_method' as payment_method, sum((share ->> 'amount')::numeric) as amount,
            min(number) as place
        from jsonb_array_elements(shares) with ordinality as parts (share, number) group by 1
    ) refund)
"""

_BROUGHT_BACK: LiteralString = payload(ReturnedLine, refund_amount="unit_price * quantity")

_RETURNED: LiteralString = payload(
    OrderReturned,
    return_uuid="till_returns.uuid",
    return_id="till_returns.id",
    order_uuid="orders.uuid",
    customer_id="orders.customer_id",
    user_id="till_returns.user_id",
    lines=f"""
        (select json_agg({_BROUGHT_BACK} order by line)
        from till_return_lines where return_id = till_returns.id)
    """,
    refunds=_REFUNDS,
    sold_at="paid_at",
    returned_at="done_at",
)

ORDER_RETURNS: LiteralString = export_page(f"""
    select id as place, (select {_RETURNED} from orders where orders.id = order_id) as item
    from till_returns
    where id > %(after)s and status = '{TillReturnStatus.DONE}' order by id limit %(limit)s
""")
