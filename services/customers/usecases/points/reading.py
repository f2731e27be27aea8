"""The points ledger of a customer, and the balance."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import sql

from libs.common.db.database import Database
from libs.common.db.listing import ListQuery
from libs.common.db.pages import Listing, Page
from services.customers.domain.customers import CustomerNotFound
from services.customers.usecases.customers.reading import find_customer


@dataclass(frozen=True, slots=True)
class PointsEntry:
    """A movement of points. `user_id` is the user who caused it, `created_at` is UTC."""

    id: int
    amount: int
    transaction_type: str
    description: str
    user_id: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PointsBalance:
    """The customer's points, and those owed. `has_order`: the points of one order are in them."""

    current_points: int
    points_owed: int
    has_order: bool


# One statement: balance and ledger are read at the same moment.
SELECT_BALANCE = """
select current_points, points_owed, exists (
  select from points_ledger where reference = %(order_uuid)s and transaction_type = 'EARN'
) as has_order
from customers where id = %(customer_id)s and deleted_at is null
"""

POINTS_LIST = Listing(
    row=PointsEntry,
    rows="select id, amount, transaction_type, description, user_id, created_at from points_ledger",
    counted="points_ledger",
    columns={"created_at": "created_at", "id": "id"},
    default=(("created_at", True), ("id", True)),
    planned_anew=True,  # a customer for whom tills sell to the public has a third of all lines
)

OF_CUSTOMER = sql.SQL("customer_id = %(customer_id)s")


async def list_points(customer_id: int, query: ListQuery, *, database: Database) -> Page[PointsEntry]:
    """The customer's points ledger, newest first. Raises `CustomerNotFound`, also for a deleted one."""
    await find_customer(customer_id, database=database)
    return await POINTS_LIST.read(query, [OF_CUSTOMER], {"customer_id": customer_id}, database=database)


async def find_balance(customer_id: int, order_uuid: UUID, *, database: Database) -> PointsBalance:
    """The customer's points, and whether they include an order's. Raises `CustomerNotFound`."""
    params = {"customer_id": customer_id, "order_uuid": order_uuid}
    balance = await database.fetch_one(PointsBalance, SELECT_BALANCE, params)
    if balance is None:
        raise CustomerNotFound
    return balance
