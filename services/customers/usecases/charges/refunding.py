"""Gives back some or all of a charge, once per refund id; never more than was charged.

Every refund locks the customer first, as charges do, so that refunds of a charge come one after the other.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import LiteralString
from uuid import UUID

from libs.common.clock import Clock
from libs.common.db.database import Database, Transaction
from libs.common.faults import Boundary, reached
from libs.common.messaging.publishing import published_together
from services.customers.domain.charges import (
    Amounts,
    ChargeNotFound,
    RefundBarred,
    RefundDiffers,
    refund_description,
    refuse_refund,
)
from services.customers.usecases.charges.reading import Charge, find_charge
from services.customers.usecases.credit.ledger import CREDIT_LIMIT, credit_entered, credit_told
from services.customers.usecases.points.ledger import (
    BEFORE_SETTLED,
    owed_settled,
    points_entered,
    points_told,
    settled_told,
)

# Also of a deleted customer, who still earns points too.
LOCK_DEBT = "select credit_used from customers where id = %(customer_id)s for no key update"

SELECT_REFUND_FENCE = "select true from refund_fences where id = %(id)s"

SELECT_REFUND = "select charge_id, points, credit from charge_refunds where id = %(id)s"

INSERT_REFUND: LiteralString = f"""
with made as (
  insert into charge_refunds (id, charge_id, points, credit, user_id, made_at)
  values (%(id)s, %(charge_id)s, %(points)s, %(credit)s, %(user_id)s, %(now)s)
), summed as (
  update charges
  set refunded_points = refunded_points + %(points)s::bigint,
    refunded_credit = refunded_credit + %(credit)s::numeric
  where id = %(charge_id)s
), moved as (
  update customers
  set current_points = current_points + %(points)s::bigint - settled,
    points_owed = points_owed - settled,
    credit_used = credit_used - %(credit)s::numeric
  from (
    select id as owing, least(points_owed, %(points)s::bigint) as settled
    from customers where id = %(customer_id)s
  ) as owed
  where id = owing
  returning id as customer_id, %(points)s::bigint as points, settled, current_points,
    -(%(credit)s::numeric) as credit, credit_used, {CREDIT_LIMIT} as credit_limit
), {points_entered("'ADJUSTMENT'", reference="%(id)s")}, {owed_settled()}, {
    credit_entered("'ADJUSTMENT'", reference="%(id)s")
}, {
    published_together(
        points_told(order_uuid="%(order_uuid)s::uuid", current_points=BEFORE_SETTLED),
        settled_told(order_uuid="%(order_uuid)s::uuid"),
        credit_told(order_uuid="%(order_uuid)s::uuid"),
    )
}
select customer_id from moved
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundCharge:
    """What the user `user_id` gives back of a charge."""

    id: UUID
    charge_id: UUID
    amounts: Amounts
    user_id: int


@dataclass(frozen=True, slots=True)
class _Refund:
    charge_id: UUID
    points: int
    credit: Decimal


async def refund_charge(
    command: RefundCharge, *, database: Database, default_credit_limit: Decimal, clock: Clock
) -> None:
    """Give the amounts back, with their lines in the ledgers. A repeat gives nothing back.

    Points settle first what the customer owes (contract §8.3).

    Raises `ChargeNotFound`, `RefundExceedsCharge`, `RefundExceedsDebt` if the customer has paid the debt
    meanwhile, `RefundDiffers` if something else was given back under the id, and `RefundBarred` if the id is
    fenced; then nothing has changed.
    """
    async with database.transaction() as tx:
        charge, credit_used = await lock_charge(tx, command.charge_id)
        if await _was_refunded(tx, command):
            return
        if await tx.fetch_value(SELECT_REFUND_FENCE, {"id": command.id}):
            raise RefundBarred
        refuse_refund(
            command.amounts, charged=charge.charged, refunded=charge.refunded, credit_used=credit_used
        )
        assert charge.ticket_folio, "a charge names its ticket"
        params = {
            "id": command.id,
            "charge_id": command.charge_id,
            "customer_id": charge.customer_id,
            "order_uuid": charge.order_uuid,
            "points": command.amounts.points,
            "credit": command.amounts.credit,
            "description": refund_description(charge.ticket_folio),
            "user_id": command.user_id,
            "default_credit_limit": default_credit_limit,
            "now": clock(),
        }
        await tx.publish_values(INSERT_REFUND, params)
        reached(Boundary.BEFORE_REFUNDED)
    reached(Boundary.AFTER_REFUNDED)


async def lock_charge(tx: Transaction, charge_id: UUID) -> tuple[Charge, Decimal]:
    """The charge and the customer's debt, neither of which changes until the transaction ends.

    Raises `ChargeNotFound`.
    """
    found = await find_charge(tx, charge_id)
    if found is None or found.is_fence:
        raise ChargeNotFound
    credit_used: Decimal = await tx.fetch_value(LOCK_DEBT, {"customer_id": found.customer_id})
    charge = await find_charge(tx, charge_id)
    assert charge, "charges are never deleted"
    return charge, credit_used


async def _was_refunded(tx: Transaction, command: RefundCharge) -> bool:
    refund = await tx.fetch_one(_Refund, SELECT_REFUND, {"id": command.id})
    if refund is None:
        return False
    if refund != _Refund(command.charge_id, command.amounts.points, command.amounts.credit):
        raise RefundDiffers
    return True
