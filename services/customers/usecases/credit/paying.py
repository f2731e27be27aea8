"""Books a payment towards a customer's debt (contract §5)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import LiteralString
from uuid import UUID

from psycopg.errors import UniqueViolation

from libs.common.clock import Clock
from libs.common.db.database import Database
from libs.common.db.operations import ONCE, did, find_done
from libs.common.messaging.publishing import published_together
from services.customers.domain.credit import refuse_payment
from services.customers.domain.customers import CustomerNotFound
from services.customers.usecases.credit.ledger import (
    ADDED_TO_DEBT,
    CREDIT_LIMIT,
    credit_entered,
    credit_told,
)

CREDIT_PAID: LiteralString = "credit.paid"

# `debt` is counted from the row as it was locked: PostgreSQL evaluates check constraints before it notices
# that the row which it found first is outdated. A payment that finds no debt leaves the customer's row alone:
# its version and the change feed tell of changes only. Its operation has 0 in place of the ledger's line.
UPDATE_DEBT: LiteralString = f"""
with debt as materialized (
  select id, credit_used as owed, {CREDIT_LIMIT} as credit_limit from customers
  where id = %(customer_id)s and deleted_at is null
  for no key update
), moved as (
  select id as customer_id, least(%(amount)s::numeric, owed) as credit,
    owed - least(%(amount)s::numeric, owed) as credit_used, credit_limit
  from debt
), paid as (
  update customers set credit_used = moved.credit_used
  from moved where customers.id = customer_id and credit <> 0
), {credit_entered("'PAYMENT'")}, {
    did(
        CREDIT_PAID,
        of="moved left join credit_entered using (customer_id)",
        thing="coalesce(credit_entered.id, 0)",
    )
}, {published_together(credit_told())}
select credit_used, credit_limit from moved
"""

# The lines of a customer are entered one after the other, so their ids are in the order of the debts.
SELECT_DEBT_AFTER: LiteralString = f"""
select {CREDIT_LIMIT} as credit_limit, case %(ledger_id)s::bigint when 0 then credit_used else (
    select sum({ADDED_TO_DEBT}) from credit_ledger
    where customer_id = customers.id and id <= %(ledger_id)s::bigint
  ) end as credit_used
from customers where id = %(customer_id)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayCredit:
    """Money that the user `by` has taken; `operation` is the same in every repeat of one request."""

    operation: UUID
    customer_id: int
    amount: Decimal
    description: str
    by: int


@dataclass(frozen=True, slots=True)
class Debt:
    """What a customer owes, and the limit in force."""

    credit_used: Decimal
    credit_limit: Decimal


async def pay_credit(
    command: PayCredit, *, database: Database, default_credit_limit: Decimal, clock: Clock
) -> Debt:
    """Take the amount off the debt, at most all of it, with a line in the ledger; returns what is left.

    Without a debt nothing is booked. A repeat books nothing. Raises `PaymentNotPositive` and
    `CustomerNotFound`.
    """
    refuse_payment(command.amount)
    params = {
        "operation": command.operation,
        "customer_id": command.customer_id,
        "amount": command.amount,
        "description": command.description,
        "user_id": command.by,
        "default_credit_limit": default_credit_limit,
        "now": clock(),
    }
    try:
        debt = await database.publish_one(Debt, UPDATE_DEBT, params)
    except UniqueViolation as violation:
        if violation.diag.constraint_name != ONCE:
            raise
        ledger_id = await find_done(database, command.operation, did=CREDIT_PAID)
        debt = await database.fetch_one(Debt, SELECT_DEBT_AFTER, {**params, "ledger_id": ledger_id})
    if debt is None:
        raise CustomerNotFound
    return debt
