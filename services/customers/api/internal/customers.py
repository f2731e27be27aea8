"""What may other services ask of customers? Never reachable from outside."""

from fastapi import Response
from typing_extensions import TypedDict

from libs.common.errors import Forbidden
from libs.common.http.callers import CallingService
from libs.common.http.fields import PathId
from libs.common.http.internal import InternalDoor
from libs.common.http.replies import reply
from services.customers.deps import DepsDep
from services.customers.usecases.customers.reading import find_customer

internal = InternalDoor("Customers for other services")

CALLERS = {"sales"}


class BuyerOut(TypedDict):
    """Who buys: what sales needs for names and discounts. `birth_date` is `YYYY-MM-DD` or null."""

    customer_id: int
    first_name: str
    last_name: str
    is_frequent: bool
    birth_date: str | None


@internal.get("/customers/{customer_id}", response_model=BuyerOut)
async def buyer(customer_id: PathId, caller: CallingService, deps: DepsDep) -> Response:
    """The customer as a buyer, for sales alone; 404 also for a deleted one."""
    if caller not in CALLERS:
        raise Forbidden
    customer = await find_customer(customer_id, database=deps.database)
    return reply(
        BuyerOut(
            customer_id=customer.id,
            first_name=customer.first_name,
            last_name=customer.last_name,
            is_frequent=customer.is_frequent,
            birth_date=customer.birth_date.isoformat() if customer.birth_date else None,
        )
    )
