"""Who are the customers? `customers.customer_changed` → projection, newer events only."""

from collections.abc import Sequence

from libs.common.contracts.customers import CustomerChanged
from libs.common.db.database import Transaction
from libs.common.messaging.envelope import Received

DESCRIBE_CUSTOMERS = """
insert into customers as known (customer_id, first_name, last_name, email, is_frequent, deleted, sequence)
select * from unnest(
    %(customer_ids)s::bigint[], %(first_names)s::text[], %(last_names)s::text[], %(emails)s::text[],
    %(is_frequent)s::bool[], %(deleted)s::bool[], %(sequences)s::bigint[]
) as told(customer_id, first_name, last_name, email, is_frequent, deleted, sequence)
order by customer_id
on conflict (customer_id) do update set
    first_name = excluded.first_name, last_name = excluded.last_name, email = excluded.email,
    is_frequent = excluded.is_frequent, deleted = excluded.deleted, sequence = excluded.sequence
where known.sequence < excluded.sequence
"""


async def describe_customers(tx: Transaction, events: Sequence[Received[CustomerChanged]]) -> None:
    """Take over what newer events say of customers; a deleted one stays, marked."""
    in_order = sorted(events, key=lambda each: each.sequence)
    newest = {received.event.customer_id: received for received in in_order}
    customers = [received.event for received in newest.values()]
    await tx.execute(
        DESCRIBE_CUSTOMERS,
        {
            "customer_ids": list(newest),
            "first_names": [customer.first_name for customer in customers],
            "last_names": [customer.last_name for customer in customers],
            "emails": [customer.email for customer in customers],
            "is_frequent": [customer.is_frequent for customer in customers],
            "deleted": [customer.deleted for customer in customers],
            "sequences": [received.sequence for received in newest.values()],
        },
    )
