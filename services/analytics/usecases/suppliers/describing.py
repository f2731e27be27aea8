"""Stores the newest state of each supplier from `catalog.supplier_changed`."""

from collections.abc import Sequence

from libs.common.contracts.catalog import SupplierChanged
from libs.common.db.database import Transaction
from libs.common.db.json_rows import json_rows
from libs.common.messaging.envelope import Received
from services.analytics.usecases.newest import newest

INSERT_SUPPLIERS = """
insert into suppliers as known (supplier_id, name, deleted, sequence)
select * from json_to_recordset(%(suppliers)s::json) as given(
    supplier_id bigint, name text, deleted bool, sequence bigint
)
order by supplier_id
on conflict (supplier_id) do update set
    name = excluded.name, deleted = excluded.deleted, sequence = excluded.sequence
where known.sequence < excluded.sequence
"""


async def describe_suppliers(tx: Transaction, events: Sequence[Received[SupplierChanged]]) -> None:
    """Store the state of suppliers from newer events. A deleted supplier is kept and marked deleted."""
    rows = (
        received.event.model_dump() | {"sequence": received.sequence}
        for received in newest(events, lambda event: event.supplier_id)
    )
    await tx.execute(INSERT_SUPPLIERS, {"suppliers": json_rows(rows)})
