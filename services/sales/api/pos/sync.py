"""`/api/sync/`: sales that tills made without a network (contract §8.6)."""

from typing import Annotated

from fastapi import Depends, Request, Response

from libs.common.clock import iso_utc
from libs.common.db.listing import ListQuery
from libs.common.http.callers import Staff
from libs.common.http.idempotency import OperationDep, idempotent
from libs.common.http.lists import list_query, reply_list
from libs.common.http.replies import reply
from libs.common.http.requests import takes_lone_surrogates
from services.sales.api.pos.door import pos
from services.sales.api.pos.sync_shapes import TILL, BatchIn, BatchOut, NumbersOut, result_out
from services.sales.deps import DepsDep
from services.sales.usecases.sync.receiving import Batch
from services.sales.usecases.sync.registers import RegisterNumbers, list_numbers
from services.sales.usecases.sync.sending import send_sales


@pos.post("/sync/sales/", response_model=BatchOut)
@takes_lone_surrogates
@idempotent
async def sync_sales(body: BatchIn, who: Staff, deps: DepsDep, operation: OperationDep) -> Response:
    """Send sales that have happened. Each is booked once, however often and in whatever batches it is sent.

    With 503 some are booked: send all of them again.
    """
    batch = Batch(body.register_id, tuple(body.sales), who.user_id, body.unsent)
    fates = await send_sales(batch, language=TILL, desk=deps.sync)
    return reply({"results": [result_out(fate) for fate in fates]})


@pos.get("/sync/registers/", response_model=list[NumbersOut])
async def list_register_numbers(
    request: Request,
    who: Staff,
    query: Annotated[ListQuery, Depends(list_query(ordering=("id",)))],
    deps: DepsDep,
) -> Response:
    """List the registers, with the ticket numbers that have not arrived."""
    page = await list_numbers(query, database=deps.database)
    return reply_list(request, [_numbers_out(row) for row in page.items], page, query)


def _numbers_out(row: RegisterNumbers) -> NumbersOut:
    return {
        "register": row.id,
        "last_seq": row.last_seq,
        "gaps": row.gaps,
        "last_seen": iso_utc(row.last_seen) if row.last_seen else None,
        "unsent": row.unsent,
    }
