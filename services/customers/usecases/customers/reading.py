"""Reading customers: one, or a list."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from psycopg import sql

from libs.common.db.changes import Changes, Feed
from libs.common.db.database import Database
from libs.common.db.listing import ChangesQuery, ListQuery
from libs.common.db.pages import Listing, Page
from services.customers.domain.customers import BuyerNotFound, CustomerNotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer as stored. Only events and payments change the balances.

    `credit_limit` is the customer's own limit; None: the shop's default applies.
    `version` differs after every change, also of the balances.
    """

    id: int
    first_name: str
    last_name: str
    phone_number: str
    email: str | None
    birth_date: date | None
    is_frequent: bool
    current_points: int
    points_owed: int
    credit_limit: Decimal | None
    credit_used: Decimal
    rfc: str | None
    razon_social: str | None
    regimen_fiscal: str | None
    uso_cfdi: str | None
    cp_fiscal: str | None
    version: str


CUSTOMER_COLUMNS = """
id, first_name, last_name, phone_number, email, birth_date,
is_frequent, current_points, points_owed, credit_limit, credit_used,
rfc, razon_social, regimen_fiscal, uso_cfdi, cp_fiscal, xmin as version
"""

SELECT_CUSTOMERS = f"select {CUSTOMER_COLUMNS} from customers"

SELECT_CUSTOMER = f"{SELECT_CUSTOMERS} where id = %(id)s and deleted_at is null"

WAS_THERE = "select exists (select from customers where id = %(id)s)"

# Not by points: an index of them would take every earning's update out of its page (ADR 0045).
SORTABLE = (
    "id",
    "first_name",
    "last_name",
    "phone_number",
    "email",
    "birth_date",
    "is_frequent",
    "credit_used",
)

CUSTOMER_LIST = Listing(
    row=Customer,
    rows=SELECT_CUSTOMERS,
    counted="customers",
    columns={field: field for field in SORTABLE},
    nullable=("email", "birth_date"),
    texts=("first_name", "last_name", "phone_number", "email"),
    searched="search_text",
    phones=True,
)

CUSTOMER_FEED = Feed(
    row=Customer, rows=SELECT_CUSTOMERS, thing="customer", id="id", exists="deleted_at is null"
)

NOT_DELETED = sql.SQL("deleted_at is null")


async def list_customers(query: ListQuery, *, database: Database) -> Page[Customer]:
    """List all customers except deleted ones, by id unless the query sorts."""
    return await CUSTOMER_LIST.read(query, [NOT_DELETED], {}, database=database)


async def list_changes(query: ChangesQuery, *, database: Database) -> Changes[Customer]:
    """All customers, then those that changed since; raises `InvalidAfter`."""
    return await CUSTOMER_FEED.read(query, {}, database=database)


async def find_customer(customer_id: int, *, database: Database) -> Customer:
    """The customer. Raises `CustomerNotFound`, also for a deleted one."""
    customer = await database.fetch_one(Customer, SELECT_CUSTOMER, {"id": customer_id})
    if customer is None:
        raise CustomerNotFound
    return customer


async def find_buyer(customer_id: int, *, database: Database) -> Customer:
    """The customer. Raises `BuyerNotFound`, which tells a deleted one from one that never existed."""
    try:
        return await find_customer(customer_id, database=database)
    except CustomerNotFound as refusal:
        was_there = await database.fetch_value(WAS_THERE, {"id": customer_id})
        raise BuyerNotFound(deleted=was_there) from refusal
