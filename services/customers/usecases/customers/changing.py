"""What can be done with customers? Register, look up, change, delete; each change is told to the world."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from psycopg.errors import UniqueViolation

from libs.common.clock import Clock
from libs.common.contracts.customers import CustomerChanged
from libs.common.db.database import Database, Transaction
from services.customers.domain.customers import ContactsTaken, CustomerNotFound, check_deletable


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerDetails:
    """What staff write about a customer. `credit_limit` None: the shop's default applies."""

    first_name: str
    last_name: str
    phone_number: str
    email: str | None = None
    birth_date: date | None = None
    credit_limit: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer(CustomerDetails):
    """A customer as stored, with the balances that only events and payments change."""

    id: int
    is_frequent: bool
    current_points: int
    credit_used: Decimal


CUSTOMER_COLUMNS = """
id, first_name, last_name, phone_number, email, birth_date,
is_frequent, current_points, credit_limit, credit_used
"""

INSERT_CUSTOMER = f"""
insert into customers (first_name, last_name, phone_number, email, birth_date, credit_limit, created_at)
values (
  %(first_name)s, %(last_name)s, %(phone_number)s, %(email)s, %(birth_date)s, %(credit_limit)s, %(now)s
)
returning {CUSTOMER_COLUMNS}
"""

SELECT_CUSTOMER = f"select {CUSTOMER_COLUMNS} from customers where id = %(id)s and deleted_at is null"

LOCK_CUSTOMER = SELECT_CUSTOMER + " for update"

UPDATE_CUSTOMER = f"""
update customers set
  first_name = %(first_name)s, last_name = %(last_name)s, phone_number = %(phone_number)s,
  email = %(email)s, birth_date = %(birth_date)s, credit_limit = %(credit_limit)s
where id = %(id)s
returning {CUSTOMER_COLUMNS}
"""

MARK_DELETED = "update customers set deleted_at = %(now)s where id = %(id)s"

SELECT_TAKEN_CONTACTS = """
select 'phone_number' where exists (
  select from customers
  where phone_number = %(phone_number)s and deleted_at is null and id is distinct from %(id)s::bigint
)
union all
select 'email' where exists (
  select from customers
  where lower(email) = lower(%(email)s) and deleted_at is null and id is distinct from %(id)s::bigint
)
"""

NO_CONTACTS = {"phone_number": None, "email": None}
FIELD_OF_CONSTRAINT = {"uq_customers_phone_number": "phone_number", "uq_customers_email": "email"}


async def create_customer(details: CustomerDetails, *, database: Database, clock: Clock) -> Customer:
    """Register a customer; raises `ContactsTaken` naming every contact that another customer has."""
    values = asdict(details)
    async with _refusing_taken_contacts(database, {**values, "id": None}), database.transaction() as tx:
        customer = await tx.fetch_one(Customer, INSERT_CUSTOMER, {**values, "now": clock()})
        assert customer
        publish_changed(tx, customer)
    return customer


async def get_customer(customer_id: int, *, database: Database) -> Customer:
    """The customer; raises `CustomerNotFound`, also for a deleted one."""
    customer = await database.fetch_one(Customer, SELECT_CUSTOMER, {"id": customer_id})
    if customer is None:
        raise CustomerNotFound
    return customer


async def update_customer(customer_id: int, changes: Mapping[str, object], *, database: Database) -> Customer:
    """Write the given fields of `CustomerDetails` and leave the others as they are.

    Raises `CustomerNotFound`, and `ContactsTaken` as `create_customer` does.
    """
    async with (
        _refusing_taken_contacts(database, {**NO_CONTACTS, **changes, "id": customer_id}),
        database.transaction() as tx,
    ):
        values = {**asdict(await _lock_customer(tx, customer_id)), **changes}
        customer = await tx.fetch_one(Customer, UPDATE_CUSTOMER, values)
        assert customer
        publish_changed(tx, customer)
    return customer


async def delete_customer(customer_id: int, *, database: Database, clock: Clock) -> None:
    """Take a customer off every list; the ledgers stay. Phone and email are free again.

    Raises `CustomerNotFound`, and `CustomerHasDebt` while they owe the shop money.
    """
    async with database.transaction() as tx:
        customer = await _lock_customer(tx, customer_id)
        check_deletable(customer.credit_used)
        await tx.execute(MARK_DELETED, {"id": customer_id, "now": clock()})
        publish_changed(tx, customer, deleted=True)


def publish_changed(tx: Transaction, customer: Customer, *, deleted: bool = False) -> None:
    """Tell the world what the customer is like now."""
    tx.publish(
        CustomerChanged(
            customer_id=customer.id,
            first_name=customer.first_name,
            last_name=customer.last_name,
            email=customer.email,
            phone_number=customer.phone_number,
            is_frequent=customer.is_frequent,
            deleted=deleted,
        ),
        subject=f"customer/{customer.id}",
    )


async def _lock_customer(tx: Transaction, customer_id: int) -> Customer:
    customer = await tx.fetch_one(Customer, LOCK_CUSTOMER, {"id": customer_id})
    if customer is None:
        raise CustomerNotFound
    return customer


@asynccontextmanager
async def _refusing_taken_contacts(database: Database, contacts: Mapping[str, object]) -> AsyncIterator[None]:
    """Turn the database's no into `ContactsTaken`.

    PostgreSQL names only the first constraint that is broken, so the other contact is looked up after it.
    """
    try:
        yield
    except UniqueViolation as violation:
        broken = FIELD_OF_CONSTRAINT[violation.diag.constraint_name or ""]
        async with database.connection() as sql:
            taken = await sql.fetch_values(SELECT_TAKEN_CONTACTS, contacts)
        raise ContactsTaken({broken, *taken}) from violation
