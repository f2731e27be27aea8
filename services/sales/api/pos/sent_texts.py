"""`/api/orders/{id}/sent/`: what a till has sent of an order, for who reviews its flags (contract §8.6)."""

from typing import Annotated, Any

from fastapi import Response
from typing_extensions import TypedDict

from libs.common.clock import iso_utc
from libs.common.http.callers import AdminOrOwner
from libs.common.http.described import TimeText, example, refuses
from libs.common.http.fields import Choice, PathId
from libs.common.http.replies import reply
from services.sales.api.pos.door import pos
from services.sales.api.pos.sync_shapes import SALE, OriginalOut, original_out
from services.sales.deps import DepsDep
from services.sales.domain.synced import Result, SaleNotSent
from services.sales.usecases.sync.sent_texts import find_sent


@example(
    {
        "register": 2,
        "received_at": "2023-10-27T15:31:00Z",
        "received_from": 4,
        "result": "created",
        "sale": SALE,
        "original": None,
        "differing": [{**SALE, "cash_received": "500.00"}],
    }
)
class SentOut(TypedDict):
    """What a till has sent of an order."""

    register: int
    """The id of the register."""
    received_at: TimeText
    """When it was sent first, UTC."""
    received_from: int
    """The id of the user who sent it."""
    result: Annotated[str, Choice(*Result)]
    """What became of it."""
    sale: Any
    """The text that was booked; with `duplicate` the order had been paid before."""
    original: OriginalOut | None
    """What the till sent, if the sale was held and a retry has changed it; else null."""
    differing: list[Any]
    """Other texts for the same `client_id`, at most 20, the first one first: `CONTENT_DIFFERS`."""


@pos.get("/orders/{order_id}/sent/", response_model=SentOut)
@refuses(SaleNotSent())
async def find_sent_texts(order_id: PathId, who: AdminOrOwner, deps: DepsDep) -> Response:
    """Read what a till has sent of an order, also other texts, which were not booked."""
    sent = await find_sent(order_id, database=deps.database)
    return reply(
        {
            "register": sent.register_id,
            "received_at": iso_utc(sent.received_at),
            "received_from": sent.received_from,
            "result": sent.result,
            "sale": sent.sale,
            "original": original_out(sent.original),
            "differing": sent.differing,
        }
    )
