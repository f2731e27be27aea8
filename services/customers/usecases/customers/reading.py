"""Which lists of customers' data can be read?"""

from dataclasses import dataclass
from datetime import datetime

from psycopg import sql

from libs.common.db.database import Database
from libs.common.db.listing import ListQuery, order_by, search
from services.customers.domain.customers import CustomerNotFound
from services.customers.usecases.customers.changing import CUSTOMER_COLUMNS, Customer

SEARCHED = ("first_name", "last_name", "phone_number", "email")
ORDERINGS = {
    field: field
    for field in (
        "id",
        "first_name",
        "last_name",
        "phone_number",
        "email",
        "birth_date",
        "is_frequent",
        "current_points",
        "credit_used",
    )
}

SELECT_CUSTOMERS = sql.SQL(
    f"select {CUSTOMER_COLUMNS} from customers "
    "where deleted_at is null and {matching} {order} limit %(limit)s offset %(offset)s"
)

COUNT_CUSTOMERS = sql.SQL("select count(*) from customers where deleted_at is null and {matching}")

SELECT_POINTS_HISTORY = """
select id, amount, transaction_type, description, user_id, created_at from points_ledger
where customer_id = %(customer_id)s
order by created_at desc, id desc limit %(limit)s offset %(offset)s
"""

COUNT_POINTS_HISTORY = """
select (select count(*) from points_ledger where customer_id = customers.id)
from customers where id = %(customer_id)s and deleted_at is null
"""


@dataclass(frozen=True, slots=True)
class PointsEntry:
    """One movement of points; `user_id` is who caused it."""

    id: int
    amount: int
    transaction_type: str
    description: str
    user_id: int | None
    created_at: datetime


async def list_customers(query: ListQuery, *, database: Database) -> tuple[list[Customer], int]:
    """The part of the customers that is asked for, and how many match in all; deleted ones never do."""
    matching, values = search(SEARCHED, query.search)
    order = order_by(ORDERINGS, query.ordering, default=[("id", False)])
    page = {**values, "limit": query.limit, "offset": query.offset}
    async with database.connection() as connection:
        customers = await connection.fetch_all(
            Customer, SELECT_CUSTOMERS.format(matching=matching, order=order), page
        )
        total = await connection.fetch_value(COUNT_CUSTOMERS.format(matching=matching), values)
    return customers, total


async def points_history(
    customer_id: int, query: ListQuery, *, database: Database
) -> tuple[list[PointsEntry], int]:
    """The customer's points ledger, newest first, and how many lines it has.

    Raises `CustomerNotFound`.
    """
    page = {"customer_id": customer_id, "limit": query.limit, "offset": query.offset}
    async with database.connection() as connection:
        total = await connection.fetch_value(COUNT_POINTS_HISTORY, page)
        if total is None:
            raise CustomerNotFound
        return await connection.fetch_all(PointsEntry, SELECT_POINTS_HISTORY, page), total
