"""`/api/customers/`, for any staff role (contract §5)."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import Depends, Request, Response
from typing_extensions import TypedDict

from libs.common.auth.principal import Principal
from libs.common.db.listing import ListQuery
from libs.common.errors import DomainError
from libs.common.http.callers import Staff
from libs.common.http.described import DayText, MoneyText, example, refuses
from libs.common.http.fields import (
    DateField,
    EmailOrNull,
    MoneyField,
    PathId,
    PhoneNumber,
    Shape,
    Text,
    TextOrNull,
)
from libs.common.http.ignored import ignores
from libs.common.http.lists import list_query, reply_list
from libs.common.http.lookups import Given, looks_up
from libs.common.http.preconditions import IfMatch, reply_version, versioned
from libs.common.http.replies import reply
from libs.common.money import money_text
from libs.common.unset import UNSET, Unset
from services.customers.api.fields import KeyOrNull, RfcOrNull
from services.customers.api.pos.door import pos
from services.customers.deps import Deps, DepsDep
from services.customers.domain.credit import available_credit, credit_limit_of, ignored_fields
from services.customers.domain.customers import (
    EMAIL_LENGTH_MAX,
    NAME_LENGTH_MAX,
    PHONE_NUMBER_LENGTH_MAX,
    CustomerHasDebt,
    EmailTaken,
    PhoneNumberTaken,
)
from services.customers.domain.fiscal import (
    COMPANY_NAME_LENGTH_MAX,
    POSTAL_CODE,
    REGIMEN_FISCAL,
    USO_CFDI,
)
from services.customers.usecases.customers import changing, reading
from services.customers.usecases.customers.changing import ChangeCustomer, CreateCustomer
from services.customers.usecases.customers.reading import SORTABLE, Customer

CustomersQuery = Annotated[ListQuery, Depends(list_query(ordering=SORTABLE, search=True))]

NAME = Text(max_length=NAME_LENGTH_MAX)
PHONE_NUMBER = PhoneNumber(max_length=PHONE_NUMBER_LENGTH_MAX)
COMPANY_NAME = TextOrNull(max_length=COMPANY_NAME_LENGTH_MAX)
REGIMEN = KeyOrNull(REGIMEN_FISCAL, "El régimen fiscal son 3 dígitos, como 601.")
USO = KeyOrNull(USO_CFDI, "El uso de CFDI es una clave como G03 o CP01.")
CP_FISCAL = KeyOrNull(POSTAL_CODE, "El código postal son 5 dígitos.")


class OptionalDetails(Shape):
    """The optional details of a customer. A blank email means no email."""

    email: Annotated[str | Unset, EmailOrNull(max_length=EMAIL_LENGTH_MAX)] | None = UNSET
    """Blank means null."""
    birth_date: Annotated[date | Unset, DateField()] | None = UNSET
    """For the discount on the customer's birthday."""
    credit_limit: Annotated[Decimal | Unset, MoneyField(ge=0)] | None = UNSET
    """Only ADMIN and OWNER can set it; ignored from others. Null restores the shop's default."""
    rfc: Annotated[str | Unset, RfcOrNull()] | None = UNSET
    """The tax number, with a right check digit; kept in capitals without dashes. Blank means null."""
    razon_social: Annotated[str | Unset, COMPANY_NAME] | None = UNSET
    """The name that the tax authority knows. Blank means null, as in all that follows."""
    regimen_fiscal: Annotated[str | Unset, REGIMEN] | None = UNSET
    """A key of `c_RegimenFiscal`, 3 digits."""
    uso_cfdi: Annotated[str | Unset, USO] | None = UNSET
    """A key of `c_UsoCFDI`, as `G03` or `CP01`."""
    cp_fiscal: Annotated[str | Unset, CP_FISCAL] | None = UNSET
    """The postal code of the tax address, 5 digits."""


MARIA = {
    "first_name": "Maria",
    "last_name": "González",
    "phone_number": "5544332211",
    "email": "maria.gonzalez@email.com",
    "birth_date": "1995-08-20",
}


@example(MARIA)
class CustomerIn(OptionalDetails):
    """A customer to register."""

    first_name: Annotated[str, NAME]
    last_name: Annotated[str, NAME]
    phone_number: Annotated[str, PHONE_NUMBER]


@example({"email": "maria.nueva@email.com"})
class CustomerChange(OptionalDetails):
    """The fields to change. Names and phone number may be omitted, but not blank."""

    first_name: Annotated[str | Unset, NAME] = UNSET
    last_name: Annotated[str | Unset, NAME] = UNSET
    phone_number: Annotated[str | Unset, PHONE_NUMBER] = UNSET


SHOWN_MARIA = {
    "id": 1,
    **MARIA,
    "is_frequent": False,
    "current_points": 150,
    "points_owed": 0,
    "credit_limit": "0.00",
    "credit_used": "0.00",
    "available_credit": "0.00",
    "rfc": "MAB9307148T4",
    "razon_social": "MARIA ABARROTES",
    "regimen_fiscal": "601",
    "uso_cfdi": "G03",
    "cp_fiscal": "06000",
}


@example(SHOWN_MARIA)
class CustomerOut(TypedDict):
    """A customer. Money is text with two decimals, `birth_date` is `YYYY-MM-DD` or null.

    `credit_limit` is the limit in force: the customer's own, or the shop's default while they are frequent.
    """

    id: int
    first_name: str
    last_name: str
    phone_number: str
    email: str | None
    birth_date: DayText | None
    """For the discount on the customer's birthday."""
    is_frequent: bool
    """Bought in every week of the last month that was looked at: promotions for frequent ones apply."""
    current_points: int
    """The sum of the points ledger; a point pays one peso."""
    points_owed: int
    """Points of returned goods that were spent before; the next ones that are earned settle them first."""
    credit_limit: MoneyText
    """The most that the customer may owe."""
    credit_used: MoneyText
    """What the customer owes."""
    available_credit: MoneyText
    """What is left of the limit; never below 0.00."""
    rfc: str | None
    """The tax number."""
    razon_social: str | None
    """The name that the tax authority knows."""
    regimen_fiscal: str | None
    """A key of `c_RegimenFiscal`."""
    uso_cfdi: str | None
    """A key of `c_UsoCFDI`."""
    cp_fiscal: str | None
    """The postal code of the tax address."""


def _ignored(who: Principal) -> frozenset[str]:
    return ignored_fields(from_admin=who.is_admin)


async def _taken(given: Given, deps: Deps, customer_id: int | None = None) -> list[DomainError]:
    return await changing.find_taken(
        phone_number=given.get("phone_number"),
        email=given.get("email"),
        customer_id=customer_id,
        database=deps.database,
    )


@pos.get("/customers/", response_model=list[CustomerOut])
async def list_customers(request: Request, who: Staff, query: CustomersQuery, deps: DepsDep) -> Response:
    """List the customers by id. `search` looks in names, phone number (by digits) and email."""
    page = await reading.list_customers(query, database=deps.database)
    return reply_list(request, [customer_out(customer, deps) for customer in page.items], page, query)


@pos.post("/customers/", status_code=201, response_model=CustomerOut)
@refuses(PhoneNumberTaken(), EmailTaken())
@ignores(_ignored)
@looks_up(_taken)
@versioned
async def create_customer(body: CustomerIn, who: Staff, deps: DepsDep) -> Response:
    """Register a customer. A phone number or email that another customer has is refused."""
    customer = await changing.create_customer(
        body.into(CreateCustomer), database=deps.database, clock=deps.clock
    )
    return _reply(customer, deps, status=201)


@pos.get("/customers/{customer_id}/", response_model=CustomerOut)
@versioned
async def find_customer(request: Request, customer_id: PathId, who: Staff, deps: DepsDep) -> Response:
    """Read a customer. A deleted one is not found (404)."""
    customer = await reading.find_customer(customer_id, database=deps.database)
    return _reply(customer, deps, request=request)


@pos.put("/customers/{customer_id}/", response_model=CustomerOut, operation_id="replace_customer")
@pos.patch("/customers/{customer_id}/", response_model=CustomerOut)
@refuses(PhoneNumberTaken(), EmailTaken())
@ignores(_ignored)
@looks_up(_taken)
@versioned
async def change_customer(
    customer_id: PathId, body: CustomerChange, who: Staff, expected: IfMatch, deps: DepsDep
) -> Response:
    """Change a customer, the fields in the body. PUT and PATCH do the same."""
    command = body.into(ChangeCustomer, customer_id=customer_id, expected=expected)
    customer = await changing.change_customer(command, database=deps.database)
    return _reply(customer, deps)


@pos.delete("/customers/{customer_id}/", status_code=204)
@refuses(CustomerHasDebt(Decimal("350.50")))
async def delete_customer(customer_id: PathId, who: Staff, expected: IfMatch, deps: DepsDep) -> Response:
    """Delete a customer. One who owes the shop money is refused (400)."""
    await changing.delete_customer(customer_id, database=deps.database, clock=deps.clock, expected=expected)
    return reply(None, 204)


def _reply(customer: Customer, deps: Deps, *, request: Request | None = None, status: int = 200) -> Response:
    return reply_version(customer_out(customer, deps), customer.version, request=request, status=status)


def customer_out(customer: Customer, deps: Deps) -> CustomerOut:
    """The customer as tills see them."""
    credit_limit = credit_limit_of(
        customer.credit_limit, deps.settings.default_credit_limit, is_frequent=customer.is_frequent
    )
    return {
        "id": customer.id,
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "phone_number": customer.phone_number,
        "email": customer.email,
        "birth_date": customer.birth_date.isoformat() if customer.birth_date else None,
        "is_frequent": customer.is_frequent,
        "current_points": customer.current_points,
        "points_owed": customer.points_owed,
        "credit_limit": money_text(credit_limit),
        "credit_used": money_text(customer.credit_used),
        "available_credit": money_text(available_credit(credit_limit, customer.credit_used)),
        "rfc": customer.rfc,
        "razon_social": customer.razon_social,
        "regimen_fiscal": customer.regimen_fiscal,
        "uso_cfdi": customer.uso_cfdi,
        "cp_fiscal": customer.cp_fiscal,
    }
