"""What do tills ask of customers at /api/customers/? Any staff role (contract §5)."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from typing_extensions import TypedDict

from libs.common.auth.principal import Principal
from libs.common.clock import iso_utc
from libs.common.db.listing import ListQuery
from libs.common.http.callers import Staff
from libs.common.http.described import DayText, MoneyText, TimeText, example, refuses
from libs.common.http.fields import Choice, DateField, EmailField, MoneyField, PathId, Shape, Text
from libs.common.http.lists import list_query, reply_list
from libs.common.http.pos import PosDoor
from libs.common.http.rendering import error_list
from libs.common.http.replies import reply
from libs.common.money import money_text
from services.customers.deps import Deps, DepsDep
from services.customers.domain.credit import available_credit, credit_limit_of
from services.customers.domain.customers import (
    EMAIL_LENGTH_MAX,
    NAME_LENGTH_MAX,
    PHONE_NUMBER_LENGTH_MAX,
    ContactsTaken,
    CustomerHasDebt,
)
from services.customers.usecases.customers.changing import (
    Customer,
    CustomerDetails,
    create_customer,
    delete_customer,
    get_customer,
    update_customer,
)
from services.customers.usecases.customers.reading import (
    ORDERINGS,
    PointsEntry,
    list_customers,
    points_history,
)

pos = PosDoor("Customers and their points", refusals={CustomerHasDebt: error_list})

CustomersQuery = Annotated[ListQuery, Depends(list_query(ordering=tuple(ORDERINGS), search=True))]
PageQuery = Annotated[ListQuery, Depends(list_query())]

Name = Annotated[str, Text(max_length=NAME_LENGTH_MAX)]
PhoneNumber = Annotated[str, Text(max_length=PHONE_NUMBER_LENGTH_MAX)]
Email = Annotated[str, EmailField(max_length=EMAIL_LENGTH_MAX, blank=True)]
CreditLimit = Annotated[Decimal, MoneyField(ge=0)]


class OptionalDetails(Shape):
    """What need not be known of a customer. A blank email is none."""

    email: Email | None = None
    birth_date: Annotated[date, DateField()] | None = None
    credit_limit: CreditLimit | None = None
    """Written by ADMIN and OWNER only, ignored from others; null brings back the shop's default."""


MARIA = {
    "first_name": "Maria",
    "last_name": "González",
    "phone_number": "5544332211",
    "email": "maria.gonzalez@email.com",
    "birth_date": "1995-08-20",
}


@example(MARIA)
class CustomerIn(OptionalDetails):
    """Somebody to register."""

    first_name: Name
    last_name: Name
    phone_number: PhoneNumber


@example({"email": "maria.nueva@email.com"})
class CustomerChange(OptionalDetails):
    """What to change. Names and phone number may be left out, but not be blank."""

    first_name: Name = ""
    last_name: Name = ""
    phone_number: PhoneNumber = ""


@example(
    {
        "id": 1,
        **MARIA,
        "is_frequent": False,
        "current_points": 150,
        "credit_limit": "0.00",
        "credit_used": "0.00",
        "available_credit": "0.00",
    }
)
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
    is_frequent: bool
    current_points: int
    credit_limit: MoneyText
    credit_used: MoneyText
    available_credit: MoneyText


@example(
    {
        "id": 9,
        "amount": 100,
        "transaction_type": "EARN",
        "description": "Purchase #1024 Bonus",
        "user": 4,
        "created_at": "2023-10-27T14:00:00Z",
    }
)
class PointsEntryOut(TypedDict):
    """A movement of points; `user` is who caused it, the time is UTC."""

    id: int
    amount: int
    transaction_type: Annotated[str, Choice("EARN", "REDEEM", "ADJUSTMENT")]
    description: str
    user: int | None
    created_at: TimeText


def customer_out(customer: Customer, deps: Deps) -> CustomerOut:
    """A customer as POS shows one."""
    credit_limit = credit_limit_of(
        customer.credit_limit, deps.default_credit_limit, is_frequent=customer.is_frequent
    )
    return CustomerOut(
        id=customer.id,
        first_name=customer.first_name,
        last_name=customer.last_name,
        phone_number=customer.phone_number,
        email=customer.email,
        birth_date=customer.birth_date.isoformat() if customer.birth_date else None,
        is_frequent=customer.is_frequent,
        current_points=customer.current_points,
        credit_limit=money_text(credit_limit),
        credit_used=money_text(customer.credit_used),
        available_credit=money_text(available_credit(credit_limit, customer.credit_used)),
    )


def points_entry_out(entry: PointsEntry) -> PointsEntryOut:
    """A line of the points ledger as POS shows one."""
    return PointsEntryOut(
        id=entry.id,
        amount=entry.amount,
        transaction_type=entry.transaction_type,
        description=entry.description,
        user=entry.user_id,
        created_at=iso_utc(entry.created_at),
    )


def details_given(body: CustomerIn | CustomerChange, who: Principal) -> dict[str, Any]:
    """The fields of the body that this person may write."""
    details = body.given()
    if not who.is_admin:
        details.pop("credit_limit", None)
    if details.get("email") == "":
        details["email"] = None
    return details


@pos.get("/customers/", response_model=list[CustomerOut])
async def customers(request: Request, who: Staff, query: CustomersQuery, deps: DepsDep) -> Response:
    """All customers by id; `search` looks in names, phone number and email."""
    found, total = await list_customers(query, database=deps.database)
    return reply_list(request, [customer_out(customer, deps) for customer in found], total, query)


@pos.post("/customers/", status_code=201, response_model=CustomerOut)
@refuses(ContactsTaken(["phone_number", "email"]))
async def register(body: CustomerIn, who: Staff, deps: DepsDep) -> Response:
    """Register a customer; a phone number or email that another customer has is refused."""
    details = CustomerDetails(**details_given(body, who))
    customer = await create_customer(details, database=deps.database, clock=deps.clock)
    return reply(customer_out(customer, deps), 201)


@pos.get("/customers/{customer_id}/", response_model=CustomerOut)
async def customer(customer_id: PathId, who: Staff, deps: DepsDep) -> Response:
    """One customer; 404 also for a deleted one."""
    return reply(customer_out(await get_customer(customer_id, database=deps.database), deps))


@pos.put("/customers/{customer_id}/", response_model=CustomerOut)
@pos.patch("/customers/{customer_id}/", response_model=CustomerOut)
@refuses(ContactsTaken(["phone_number", "email"]))
async def change(customer_id: PathId, body: CustomerChange, who: Staff, deps: DepsDep) -> Response:
    """Change the fields that the body holds, by PUT as by PATCH; refuses what `register` refuses."""
    changed = await update_customer(customer_id, details_given(body, who), database=deps.database)
    return reply(customer_out(changed, deps))


@pos.delete("/customers/{customer_id}/", status_code=204)
@refuses(CustomerHasDebt(Decimal("350.50")))
async def delete(customer_id: PathId, who: Staff, deps: DepsDep) -> Response:
    """Take a customer off every list; one who owes the shop money is not deleted (400)."""
    await delete_customer(customer_id, database=deps.database, clock=deps.clock)
    return reply(None, 204)


@pos.get("/customers/{customer_id}/history/", response_model=list[PointsEntryOut])
async def history(
    request: Request, customer_id: PathId, who: Staff, query: PageQuery, deps: DepsDep
) -> Response:
    """The points ledger of a customer, newest first; its sum is `current_points`."""
    entries, total = await points_history(customer_id, query, database=deps.database)
    return reply_list(request, [points_entry_out(entry) for entry in entries], total, query)
