"""Customers as buyers, for sales."""

from fastapi import Response

from libs.common.contracts.internal.customers import BuyerAnswer
from libs.common.http.callers import called_by
from libs.common.http.fields import PathId
from libs.common.http.replies import reply
from services.customers.api.internal.door import internal
from services.customers.deps import DepsDep
from services.customers.usecases.customers.reading import find_buyer


@internal.get("/customers/{customer_id}", response_model=BuyerAnswer, dependencies=[called_by("sales")])
async def buyer(customer_id: PathId, deps: DepsDep) -> Response:
    """Read the customer as a buyer; 404 tells whether one was deleted."""
    customer = await find_buyer(customer_id, database=deps.database)
    answer: BuyerAnswer = {
        "customer_id": customer.id,
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "is_frequent": customer.is_frequent,
        "birth_date": customer.birth_date.isoformat() if customer.birth_date else None,
    }
    return reply(answer)
