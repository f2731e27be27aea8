"""Takes points or credit of a customer for an order: once per charge id, or not at all.

One statement decides. It locks the customer's row, and takes the amounts only if the balances allow it; the
primary key of `charges` lets the statement fail whole if the charge was taken before or is fenced. The
ledgers' lines are made from the charge's row, so that no other key is violated before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import LiteralString
from uuid import UUID

from libs.common.clock import Clock
from libs.common.db.database import Database
from libs.common.db.violations import suppress_violation
from libs.common.faults import Boundary, reached
from libs.common.looks import LookAgain, looks_again
from libs.common.messaging.publishing import published_together
from services.customers.domain.charges import Amounts, ChargeBarred, ChargeDiffers, refuse_charge
from services.customers.domain.credit import credit_limit_of
from services.customers.domain.points import purchase_description
from services.customers.usecases.charges.reading import find_charge
from services.customers.usecases.credit.ledger import CREDIT_LIMIT, credit_entered, credit_told
from services.customers.usecases.customers.reading import find_customer
from services.customers.usecases.points.ledger import points_entered, points_told

TAKEN_BEFORE = "pk_charges"

INSERT_CHARGE: LiteralString = f"""
with charged as (
  update customers
  set current_points = current_points - %(points)s::bigint,
    credit_used = credit_used + %(credit)s::numeric
  where id = %(customer_id)s and deleted_at is null and current_points >= %(points)s::bigint
    and (%(credit)s::numeric = 0 or credit_used + %(credit)s::numeric <= {CREDIT_LIMIT})
  returning id as customer_id, current_points, credit_used, {CREDIT_LIMIT} as credit_limit
), made as (
  insert into charges (id, customer_id, order_uuid, ticket_folio, points, credit, user_id, made_at)
  select %(id)s, customer_id, %(order_uuid)s, %(ticket_folio)s, %(points)s, %(credit)s, %(user_id)s, %(now)s
  from charged
  returning customer_id, points, credit
), moved as (
  select customer_id, -points as points, current_points, credit, credit_used, credit_limit
  from made join charged using (customer_id)
), {points_entered("'REDEEM'", reference="%(id)s")}, {credit_entered("'CHARGE'", reference="%(id)s")}, {
    published_together(
        points_told(order_uuid="%(order_uuid)s::uuid"), credit_told(order_uuid="%(order_uuid)s::uuid")
    )
}
select customer_id from made
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeCharge:
    """What a customer pays of an order; `user_id` sold it."""

    id: UUID
    customer_id: int
    order_uuid: UUID
    ticket_folio: str
    amounts: Amounts
    user_id: int


@looks_again("customers")
async def take_charge(
    command: TakeCharge, *, database: Database, default_credit_limit: Decimal, clock: Clock
) -> None:
    """Take the amounts, with their lines in the ledgers. A repeat takes nothing.

    Raises `CustomerNotFound` (also for a deleted one), `InsufficientPoints`, `CreditLimitExceeded`,
    `ChargeBarred`, and `ChargeDiffers` if something else was charged under the id; then nothing has changed.
    """
    params = {
        "id": command.id,
        "customer_id": command.customer_id,
        "order_uuid": command.order_uuid,
        "ticket_folio": command.ticket_folio,
        "points": command.amounts.points,
        "credit": command.amounts.credit,
        "description": purchase_description(command.ticket_folio),
        "user_id": command.user_id,
        "default_credit_limit": default_credit_limit,
        "now": clock(),
    }
    reached(Boundary.BEFORE_CHARGED)
    if not (await _take(database, params) or await _was_taken(command, database)):
        await _refuse(command, database, default_credit_limit)
        raise LookAgain
    reached(Boundary.AFTER_CHARGED)


async def _take(database: Database, params: Mapping[str, object]) -> bool:
    """Whether the charge was taken now; False also if it is there already, or fenced."""
    with suppress_violation(TAKEN_BEFORE):
        return await database.publish_value(INSERT_CHARGE, params) is not None
    return False


async def _was_taken(command: TakeCharge, database: Database) -> bool:
    """Whether the charge was taken before. The seller may be another: that changes no balance."""
    charge = await find_charge(database, command.id)
    if charge is None:
        return False
    if charge.is_fence:
        raise ChargeBarred
    before = (charge.customer_id, charge.order_uuid, charge.charged)
    if before != (command.customer_id, command.order_uuid, command.amounts):
        raise ChargeDiffers
    return True


async def _refuse(command: TakeCharge, database: Database, default_credit_limit: Decimal) -> None:
    """Raise the reason that nothing was taken; if it has gone meanwhile, do nothing."""
    customer = await find_customer(command.customer_id, database=database)
    limit = credit_limit_of(customer.credit_limit, default_credit_limit, is_frequent=customer.is_frequent)
    refuse_charge(
        command.amounts,
        current_points=customer.current_points,
        credit_limit=limit,
        credit_used=customer.credit_used,
    )
