"""Generates SQL that makes the invoice of an order in the statement that has the order.

    INSERT_ORDER = f'''
    with placed as (insert into orders … returning …), {INVOICE_OF_PLACED}, {
        published_together(told(OrderCreated, of="placed", …), INVOICE_CREATED)
    }
    select placed.*, invoice_id, invoice_number from placed, invoiced
    '''

The number is counted up in the transaction that writes the invoice, so a series has no gaps: whatever undoes
the invoice undoes the count. The row of the series stays locked until the commit; invoices of a series are
committed one after another. A statement therefore takes all its other locks on existing rows before it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import LiteralString

from libs.common.contracts.sales import InvoiceCreated
from libs.common.messaging.publishing import told
from services.sales.domain.invoices import InvoiceRules
from services.sales.domain.lifecycles import INVOICES

INVOICE_OF_PLACED: LiteralString = f"""numbered as (
    insert into invoice_series (series, last_number) select %(invoice_series)s, 1 from placed
    on conflict (series) do update set last_number = invoice_series.last_number + 1
    returning series, last_number
), invoiced as (
    insert into invoices (order_id, user_id, username, series, number, amount, status, due_date, created_at)
    select id, user_id, user_name, series, last_number, final_amount, '{INVOICES.first}', %(due_date)s,
        %(invoiced_at)s
    from placed, numbered
    returning id as invoice_id, order_id, series as invoice_series, number as invoice_number, due_date
)"""
"""Parts of a `with`, for each row of `placed` (its columns are `ORDER_COLUMNS`), with `invoice_params`."""

INVOICE_CREATED: LiteralString = told(
    InvoiceCreated,
    of="placed, invoiced",
    subject="'order/' || uuid",
    order_uuid="uuid",
    amount="final_amount",
    status=f"'{INVOICES.first}'",
    paid_at="null",
    created_at="%(invoiced_at)s",
)
"""The event about the invoice, for `published_together`."""


def invoice_params(
    rules: InvoiceRules, *, now: datetime, due_date: datetime | None = None
) -> Mapping[str, object]:
    """The parameters of `INVOICE_OF_PLACED` and `INVOICE_CREATED`; without `due_date` that of the rules."""
    return {
        "invoice_series": rules.series,
        "due_date": due_date or rules.due_date(now),
        "invoiced_at": now,
    }
