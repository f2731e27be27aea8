"""The invariant of sales that tills made without a network and sent later: see `rules.INSIDE`."""

from typing import LiteralString

BOOKED_ONCE = "a sale that was sent later is the order that has its id, and was paid what the till took"

# The text of a sale that is not booked may be anything. One that was known before may tell other money.
BROKEN: LiteralString = """
select synced_sales.id as sale, synced_sales.client_id, result, order_id, orders.client_id as of_order,
    orders.status, final_amount
from synced_sales left join orders on orders.id = order_id
where synced_sales.status = 'BOOKED' and (
    orders.client_id is distinct from synced_sales.client_id
    or case result
        when 'duplicate' then orders.paid_at is null
        when 'voided' then orders.status <> 'CANCELLED'
        else orders.status <> 'PAID' or final_amount <> (
            select sum((payment ->> 'amount')::numeric) from jsonb_array_elements(sale -> 'payments') payment
        ) end
)"""
