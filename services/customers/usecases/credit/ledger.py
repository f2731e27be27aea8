"""SQL that enters credit in the ledger and publishes it, in the statement that changes the debt.

The statement has a part `moved` with one row: `customer_id`, `credit` (the amount of the line), `credit_used`
and `credit_limit` after it. Its parameters are `description`, `user_id`, `now` and `default_credit_limit`.
"""

from collections.abc import Mapping
from typing import LiteralString

from libs.common.contracts.customers import CreditChanged, CreditPaymentReceived
from libs.common.messaging.publishing import told

CREDIT_LIMIT: LiteralString = (
    "coalesce(credit_limit, case when is_frequent then %(default_credit_limit)s::numeric else 0 end)"
)
"""The limit in force, as `domain.credit.credit_limit_of` says it, over the columns of `customers`."""

ADDED_TO_DEBT: LiteralString = "case transaction_type when 'PAYMENT' then -amount else amount end"
"""What a line of the ledger adds to the debt. The sum of it over all lines is `credit_used`."""


OF_PAYMENT: Mapping[LiteralString, LiteralString] = {
    "payment_method": "%(payment_method)s",
    "shift_id": "%(shift_id)s::bigint",
    "register_id": "%(register_id)s::bigint",
}
"""The columns that only the line of a payment has, with their SQL."""

_LINE: LiteralString = "credit_entered join moved using (customer_id)"


def credit_entered(
    kind: LiteralString,
    *,
    reference: LiteralString = "null::uuid",
    more: Mapping[LiteralString, LiteralString] | None = None,
) -> LiteralString:
    """The part `credit_entered` of a `with`: the line of `moved`, if it moves credit; `kind` is SQL."""
    line: dict[LiteralString, LiteralString] = {
        "customer_id": "customer_id",
        "amount": "credit",
        "transaction_type": kind,
        "description": "%(description)s",
        "reference": reference,
        "user_id": "%(user_id)s",
        "created_at": "%(now)s",
        **(more or {}),
    }
    return f"""credit_entered as (
        insert into credit_ledger ({", ".join(line.keys())})
        select {", ".join(line.values())} from moved where credit <> 0
        returning id, {", ".join(line.keys())}
    )"""


def credit_told(*, order_uuid: LiteralString = "null::uuid") -> LiteralString:
    """The event of the line, for `published_together`."""
    return told(
        CreditChanged,
        of=_LINE,
        subject="'customer/' || customer_id",
        change=ADDED_TO_DEBT,
        ledger_id="id",
        reference=order_uuid,
        changed_at="created_at",
    )


def payment_told() -> LiteralString:
    """The event of the money that a payment brought, for `published_together`."""
    return told(
        CreditPaymentReceived,
        of="credit_entered",
        subject="'customer/' || customer_id",
        ledger_id="id",
        paid_at="created_at",
    )
