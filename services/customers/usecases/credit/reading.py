"""The credit ledger of a customer."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from psycopg import sql

from libs.common.db.database import Database
from libs.common.db.listing import ListQuery
from libs.common.db.pages import Listing, Page
from services.customers.usecases.customers.reading import find_customer


@dataclass(frozen=True, slots=True)
class CreditEntry:
    """A movement of credit. `user_id` is the user who caused it, `created_at` is UTC.

    `payment_method` is that of a payment, `register_id` the register whose drawer took it, if one did.
    """

    id: int
    amount: Decimal
    transaction_type: str
    description: str
    user_id: int | None
    created_at: datetime
    payment_method: str | None
    register_id: int | None


CREDIT_LIST = Listing(
    row=CreditEntry,
    rows="select id, amount, transaction_type, description, user_id, created_at, payment_method, register_id "
    "from credit_ledger",
    counted="credit_ledger",
    columns={"created_at": "created_at", "id": "id"},
    default=(("created_at", True), ("id", True)),
    planned_anew=True,  # a customer for whom tills sell to the public has a third of all lines
)

OF_CUSTOMER = sql.SQL("customer_id = %(customer_id)s")


async def list_credit(customer_id: int, query: ListQuery, *, database: Database) -> Page[CreditEntry]:
    """The customer's credit ledger, newest first. Raises `CustomerNotFound`, also for a deleted one."""
    await find_customer(customer_id, database=database)
    return await CREDIT_LIST.read(query, [OF_CUSTOMER], {"customer_id": customer_id}, database=database)
