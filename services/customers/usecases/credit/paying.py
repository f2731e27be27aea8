"""Books a payment towards a customer's debt, and tells sales whose drawer took it (contract §5, §8.8)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import LiteralString

from libs.common.clock import Clock
from libs.common.db.database import Database
from libs.common.db.operations import ONCE, Operation, did, find_done
from libs.common.db.violations import suppress_violation
from libs.common.drawers import Drawer
from libs.common.errors import DomainError
from libs.common.messaging.publishing import published_together
from services.customers.domain.credit import PaymentMethod, PaymentNotPositive, is_payment
from services.customers.domain.customers import CustomerNotFound
from services.customers.usecases.credit.drawers import choose_drawer
from services.customers.usecases.credit.ledger import (
    ADDED_TO_DEBT,
    CREDIT_LIMIT,
    OF_PAYMENT,
    credit_entered,
    credit_told,
    payment_told,
)
from services.customers.usecases.customers.reading import find_customer
from services.customers.usecases.ports import Drawers

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
), {credit_entered("'PAYMENT'", more=OF_PAYMENT)}, {
    did(
        CREDIT_PAID,
        of="moved left join credit_entered using (customer_id)",
        thing="coalesce(credit_entered.id, 0)",
    )
}, {published_together(credit_told(), payment_told())}
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
    """Money that the user `by` has taken, at a register if one is named."""

    operation: Operation
    customer_id: int
    amount: Decimal
    payment_method: PaymentMethod
    register_id: int | None
    description: str
    by: int


@dataclass(frozen=True, slots=True)
class Debt:
    """What a customer owes, and the limit in force."""

    credit_used: Decimal
    credit_limit: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditDesk:
    """What paying off credit needs. `needs_shift`: the shop requires that money belongs to a shift."""

    database: Database
    drawers: Drawers
    needs_shift: bool
    default_credit_limit: Decimal
    clock: Clock


async def pay_credit(command: PayCredit, *, desk: CreditDesk) -> Debt:
    """Take the amount off the debt, at most all of it, with a line in the ledger; returns what is left.

    Without a debt nothing is booked. A repeat books nothing, also if the shift has closed since. Raises
    `CustomerNotFound`, `PaymentNotPositive`, and the refusals of `choose_drawer`.
    """
    try:
        return await _pay(command, desk)
    except DomainError:
        await find_customer(command.customer_id, database=desk.database)
        raise


async def _pay(command: PayCredit, desk: CreditDesk) -> Debt:
    if not is_payment(command.amount):
        raise PaymentNotPositive
    if command.operation.attempt > 1 and (paid := await _paid_before(command, desk)):
        return paid
    drawer = await choose_drawer(
        command.by, command.register_id, drawers=desk.drawers, needs_shift=desk.needs_shift
    )
    debt = await _book(command, drawer, desk) or await _paid_before(command, desk)
    if debt is None:
        raise CustomerNotFound
    return debt


async def _book(command: PayCredit, drawer: Drawer, desk: CreditDesk) -> Debt | None:
    """The debt after the payment; None if there is no such customer, or it was booked before."""
    params = {
        "operation": command.operation.id,
        "customer_id": command.customer_id,
        "amount": command.amount,
        "payment_method": command.payment_method,
        "shift_id": drawer.shift_id,
        "register_id": drawer.register_id,
        "description": command.description,
        "user_id": command.by,
        "default_credit_limit": desk.default_credit_limit,
        "now": desk.clock(),
    }
    with suppress_violation(ONCE):
        return await desk.database.publish_one(Debt, UPDATE_DEBT, params)
    return None


async def _paid_before(command: PayCredit, desk: CreditDesk) -> Debt | None:
    ledger_id = await find_done(desk.database, command.operation.id, did=CREDIT_PAID)
    if ledger_id is None:
        return None
    params = {
        "customer_id": command.customer_id,
        "ledger_id": ledger_id,
        "default_credit_limit": desk.default_credit_limit,
    }
    return await desk.database.fetch_one(Debt, SELECT_DEBT_AFTER, params)
