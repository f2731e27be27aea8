"""Creating, changing and deleting a customer. Every change is published."""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from psycopg.errors import UniqueViolation

from libs.common.clock import Clock
from libs.common.contracts.customers import CustomerChanged
from libs.common.db.database import Database, Sql, Transaction
from libs.common.emails import ascii_email
from libs.common.errors import DomainError, refuse_all
from libs.common.row_versions import ANY_VERSION, Expected
from libs.common.unset import UNSET, Unset, given
from services.customers.domain.customers import (
    CustomerNotFound,
    EmailTaken,
    PhoneNumberTaken,
    check_deletable,
)
from services.customers.usecases.customers.reading import CUSTOMER_COLUMNS, SELECT_CUSTOMER, Customer


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateCustomer:
    """A customer to register. `credit_limit` None: the shop's default applies."""

    first_name: str
    last_name: str
    phone_number: str
    email: str | None = None
    birth_date: date | None = None
    credit_limit: Decimal | None = None
    rfc: str | None = None
    razon_social: str | None = None
    regimen_fiscal: str | None = None
    uso_cfdi: str | None = None
    cp_fiscal: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCustomer:
    """The fields of a customer to change."""

    customer_id: int
    expected: Expected = ANY_VERSION
    first_name: str | Unset = UNSET
    last_name: str | Unset = UNSET
    phone_number: str | Unset = UNSET
    email: str | Unset | None = UNSET
    birth_date: date | Unset | None = UNSET
    credit_limit: Decimal | Unset | None = UNSET
    rfc: str | Unset | None = UNSET
    razon_social: str | Unset | None = UNSET
    regimen_fiscal: str | Unset | None = UNSET
    uso_cfdi: str | Unset | None = UNSET
    cp_fiscal: str | Unset | None = UNSET


INSERT_CUSTOMER = f"""
insert into customers
  (first_name, last_name, phone_number, email, email_ascii, birth_date, credit_limit,
  rfc, razon_social, regimen_fiscal, uso_cfdi, cp_fiscal, created_at)
values (
  %(first_name)s, %(last_name)s, %(phone_number)s, %(email)s, %(email_ascii)s,
  %(birth_date)s, %(credit_limit)s,
  %(rfc)s, %(razon_social)s, %(regimen_fiscal)s, %(uso_cfdi)s, %(cp_fiscal)s, %(now)s
)
returning {CUSTOMER_COLUMNS}
"""

LOCK_CUSTOMER = SELECT_CUSTOMER + " for update"

UPDATE_CUSTOMER = f"""
update customers set
  first_name = %(first_name)s, last_name = %(last_name)s, phone_number = %(phone_number)s,
  phone_shared = phone_shared and phone_number = %(phone_number)s::varchar,
  email = %(email)s, email_ascii = %(email_ascii)s,
  birth_date = %(birth_date)s, credit_limit = %(credit_limit)s,
  rfc = %(rfc)s, razon_social = %(razon_social)s, regimen_fiscal = %(regimen_fiscal)s,
  uso_cfdi = %(uso_cfdi)s, cp_fiscal = %(cp_fiscal)s
where id = %(id)s
returning {CUSTOMER_COLUMNS}
"""

DELETE_CUSTOMER = "update customers set deleted_at = %(now)s where id = %(id)s"

# A shared number stays with its customer for as long as they keep it as it is written.
SELECT_TAKEN_CONTACTS = """
select 'phone_number' where exists (
  select from customers
  where phone_key(phone_number) = phone_key(%(phone_number)s) and not phone_shared
    and deleted_at is null and id is distinct from %(id)s::bigint
) and not exists (
  select from customers
  where id = %(id)s::bigint and phone_shared and phone_number = %(phone_number)s::varchar
)
union all
select 'email' where exists (
  select from customers
  where email_key(email, email_ascii) = email_key(%(email)s, %(email_ascii)s)
    and deleted_at is null and id is distinct from %(id)s::bigint
)
"""

NO_CONTACTS = {"phone_number": None, "email": None}
TAKEN: Mapping[str, type[DomainError]] = {"phone_number": PhoneNumberTaken, "email": EmailTaken}
FIELD_OF_CONSTRAINT = {"uq_customers_phone_number": "phone_number", "uq_customers_email": "email"}


async def create_customer(command: CreateCustomer, *, database: Database, clock: Clock) -> Customer:
    """Register a customer. Raises `PhoneNumberTaken`, `EmailTaken` or both."""
    values = asdict(command)
    contacts = {**values, "id": None}
    stored = {**values, "email_ascii": _ascii(command.email), "now": clock()}
    async with _refusing_taken_contacts(database, contacts), database.transaction() as tx:
        await _refuse_taken_contacts(tx, contacts)
        customer = await tx.fetch_only(Customer, INSERT_CUSTOMER, stored)
        publish_changed(tx, customer)
    return customer


async def change_customer(command: ChangeCustomer, *, database: Database) -> Customer:
    """Change the given fields and leave the others as they are.

    Raises `CustomerNotFound`, the errors of `create_customer`, or `ChangedMeanwhile`.
    """
    changes = given(command, but=["customer_id", "expected"])
    contacts = {**NO_CONTACTS, **changes, "id": command.customer_id}
    async with _refusing_taken_contacts(database, contacts), database.transaction() as tx:
        before = await _lock_customer(tx, command.customer_id)
        command.expected.check(before.version)
        await _refuse_taken_contacts(tx, contacts)
        values = {**asdict(before), **changes}
        values["email_ascii"] = _ascii(values["email"])
        customer = await tx.fetch_only(Customer, UPDATE_CUSTOMER, values)
        publish_changed(tx, customer)
    return customer


async def delete_customer(
    customer_id: int, *, database: Database, clock: Clock, expected: Expected = ANY_VERSION
) -> None:
    """Mark the customer as deleted. The ledgers stay; phone number and email become free again.

    Raises `CustomerNotFound`, `CustomerHasDebt` while they owe the shop money, and `ChangedMeanwhile`.
    """
    async with database.transaction() as tx:
        customer = await _lock_customer(tx, customer_id)
        check_deletable(customer.credit_used)
        expected.check(customer.version)
        await tx.execute(DELETE_CUSTOMER, {"id": customer_id, "now": clock()})
        publish_changed(tx, customer, deleted=True)


async def find_taken(
    *, phone_number: str | None, email: str | None, customer_id: int | None, database: Database
) -> list[DomainError]:
    """The refusals of `create_customer` for these contacts, if another customer has them."""
    contacts = {"phone_number": phone_number, "email": email, "id": customer_id}
    return _refusals_of(await _taken_contacts(database, contacts))


def publish_changed(tx: Transaction, customer: Customer, *, deleted: bool = False) -> None:
    """Publish the customer's current state."""
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


def _ascii(email: str | None) -> str | None:
    return None if email is None else ascii_email(email)


async def _lock_customer(tx: Transaction, customer_id: int) -> Customer:
    customer = await tx.fetch_one(Customer, LOCK_CUSTOMER, {"id": customer_id})
    if customer is None:
        raise CustomerNotFound
    return customer


async def _refuse_taken_contacts(tx: Transaction, contacts: Mapping[str, Any]) -> None:
    """Refuse the contacts that another customer has, also one who is just giving them up.

    The unique indexes refuse those of a race. Without this look they would wait for that other one, and two
    customers who swap contacts would wait for each other.
    """
    refuse_all(_refusals_of(await _taken_contacts(tx, contacts)))


@asynccontextmanager
async def _refusing_taken_contacts(database: Database, contacts: Mapping[str, Any]) -> AsyncIterator[None]:
    """Turn a violated unique index into a refusal for every contact that another customer has.

    PostgreSQL names only the first violated index, so the other contact is looked up.
    """
    try:
        yield
    except UniqueViolation as violation:
        broken = FIELD_OF_CONSTRAINT[violation.diag.constraint_name or ""]
        refuse_all(_refusals_of({broken, *await _taken_contacts(database, contacts)}))


async def _taken_contacts(sql: Database | Sql, contacts: Mapping[str, Any]) -> list[str]:
    compared = {**contacts, "email_ascii": _ascii(contacts["email"])}
    return await sql.fetch_values(SELECT_TAKEN_CONTACTS, compared)


def _refusals_of(taken: Collection[str]) -> list[DomainError]:
    return [refusal() for contact, refusal in TAKEN.items() if contact in taken]
