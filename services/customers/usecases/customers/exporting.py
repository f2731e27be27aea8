"""The export of customers: their events, read again from the table for analytics (ADR 0058)."""

from typing import LiteralString

from libs.common.contracts.customers import CustomerChanged
from libs.common.db.exports import export_page
from libs.common.messaging.publishing import payload

_CUSTOMER: LiteralString = payload(CustomerChanged, customer_id="id", deleted="deleted_at is not null")

CUSTOMERS: LiteralString = export_page(f"""
    select id as place, {_CUSTOMER} as item from customers
    where id > %(after)s order by id limit %(limit)s
""")
