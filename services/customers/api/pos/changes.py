"""The change feed of customers, for all staff: what tills keep a copy by."""

from typing import Annotated

from fastapi import Depends, Request, Response
from typing_extensions import TypedDict

from libs.common.db.listing import ChangesQuery
from libs.common.http.callers import Staff
from libs.common.http.changes import changes_query, reply_changes
from libs.common.http.described import example
from services.customers.api.pos.customers import SHOWN_MARIA, CustomerOut, customer_out
from services.customers.api.pos.door import pos
from services.customers.deps import DepsDep
from services.customers.usecases.customers import reading

AfterQuery = Annotated[ChangesQuery, Depends(changes_query)]


@example({"items": [SHOWN_MARIA], "deleted": [7], "next": "q3f0ZkTq0VtbInNpbmNlIl0", "more": False})
class CustomerChangesOut(TypedDict):
    """A page of the customers that changed; a customer who changed several times is in it once."""

    items: list[CustomerOut]
    """Customers in their newest state, new ones too."""
    deleted: list[int]
    """The ids of customers that are gone."""
    next: str
    """The `after` of the next request."""
    more: bool
    """Whether there is more already; if not, ask again later."""


@pos.get("/customers/changes/", response_model=CustomerChangesOut)
async def list_customer_changes(request: Request, who: Staff, query: AfterQuery, deps: DepsDep) -> Response:
    """Read all customers, then those that changed since. A reader that follows `next` misses nothing."""
    changes = await reading.list_changes(query, database=deps.database)
    return reply_changes(request, [customer_out(customer, deps) for customer in changes.items], changes)
