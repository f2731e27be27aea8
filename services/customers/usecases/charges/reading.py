"""A charge, or the fence in its place."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from libs.common.db.database import Database, Sql
from services.customers.domain.charges import Amounts, ChargeNotFound

SELECT_CHARGE = """
select customer_id, order_uuid, ticket_folio, points, credit, refunded_points, refunded_credit
from charges where id = %(id)s
"""


# One statement: charge and debt are read at the same moment.
SELECT_REFUNDABLE = """
select points, credit, refunded_points, refunded_credit, credit_used
from charges join customers on customers.id = customer_id where charges.id = %(id)s
"""


@dataclass(frozen=True, slots=True)
class Charge:
    """A charge as stored; without a customer it is a fence."""

    customer_id: int | None
    order_uuid: UUID | None
    ticket_folio: str | None
    points: int
    credit: Decimal
    refunded_points: int
    refunded_credit: Decimal

    @property
    def is_fence(self) -> bool:
        """Whether nothing was charged under this id, for good."""
        return self.customer_id is None

    @property
    def charged(self) -> Amounts:
        """The amounts that were taken."""
        return Amounts(self.points, self.credit)

    @property
    def refunded(self) -> Amounts:
        """The amounts that were given back so far."""
        return Amounts(self.refunded_points, self.refunded_credit)


@dataclass(frozen=True, slots=True)
class Refundable:
    """A charge, what was given back of it, and the customer's debt now."""

    points: int
    credit: Decimal
    refunded_points: int
    refunded_credit: Decimal
    credit_used: Decimal


async def find_charge(sql: Database | Sql, charge_id: UUID) -> Charge | None:
    """The charge or fence with this id."""
    return await sql.fetch_one(Charge, SELECT_CHARGE, {"id": charge_id})


async def find_refundable(charge_id: UUID, *, database: Database) -> Refundable:
    """What can still be given back of a charge. Raises `ChargeNotFound`, also for a fence."""
    charge = await database.fetch_one(Refundable, SELECT_REFUNDABLE, {"id": charge_id})
    if charge is None:
        raise ChargeNotFound
    return charge
