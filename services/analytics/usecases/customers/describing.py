"""Stores the newest state of each customer from `customers.customer_changed`."""

from collections.abc import Sequence

from libs.common.contracts.customers import CustomerChanged
from libs.common.db.database import Transaction
from libs.common.db.json_rows import json_rows
from libs.common.messaging.envelope import Received
from services.analytics.usecases.newest import newest

INSERT_CUSTOMERS = """
insert into customers as known (customer_id, first_name, last_name, email, is_frequent, deleted, sequence)
select * from json_to_recordset(%(customers)s::json) as given(
    customer_id bigint, first_name text, last_name text, email text, is_frequent bool, deleted bool,
    sequence bigint
)
order by customer_id
on conflict (customer_id) do update set
    first_name = excluded.first_name, last_name = excluded.last_name, email = excluded.email,
    is_frequent = excluded.is_frequent, deleted = excluded.deleted, sequence = excluded.sequence
where known.sequence < excluded.sequence
"""


async def describe_customers(tx: Transaction, events: Sequence[Received[CustomerChanged]]) -> None:
    """Store the state of customers from newer events. A deleted customer is kept and marked deleted."""
    rows = (
        received.event.model_dump() | {"sequence": received.sequence}
        for received in newest(events, lambda event: event.customer_id)
    )
    await tx.execute(INSERT_CUSTOMERS, {"customers": json_rows(rows)})
