"""SQL that enters credit in the ledger and publishes it, in the statement that changes the debt.

The statement has a part `moved` with one row: `customer_id`, `credit` (the amount of the line), `credit_used`
and `credit_limit` after it. Its parameters are `description`, `user_id`, `now` and `default_credit_limit`.
"""

from typing import LiteralString

from libs.common.contracts.customers import CreditChanged
from libs.common.messaging.publishing import told

CREDIT_LIMIT: LiteralString = (
    "coalesce(credit_limit, case when is_frequent then %(default_credit_limit)s::numeric else 0 end)"
)
"""The limit in force, as `domain.credit.credit_limit_of` says it, over the columns of `customers`."""

ADDED_TO_DEBT: LiteralString = "case transaction_type when 'PAYMENT' then -amount else amount end"
"""What a line of the ledger adds to the debt. The sum of it over all lines is `credit_used`."""


def credit_entered(kind: LiteralString, *, reference: LiteralString = "null::uuid") -> LiteralString:
    """The part `credit_entered` of a `with`: the line of `moved`, if it moves credit; `kind` is SQL."""
    return f"""credit_entered as (
        insert into credit_ledger
            (customer_id, amount, transaction_type, description, reference, user_id, created_at)
        select customer_id, credit, {kind}, %(description)s, {reference}, %(user_id)s, %(now)s
        from moved where credit <> 0
        returning id, customer_id, amount, transaction_type, user_id, created_at
    )"""


def credit_told(*, order_uuid: LiteralString = "null::uuid") -> LiteralString:
    """The event of the line, for `published_together`."""
    return told(
        CreditChanged,
        of="credit_entered join moved using (customer_id)",
        subject="'customer/' || customer_id",
        change=ADDED_TO_DEBT,
        ledger_id="id",
        reference=order_uuid,
        changed_at="created_at",
    )
