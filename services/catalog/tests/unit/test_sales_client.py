"""catalog's client of sales: requests, answers and failures."""

from uuid import UUID

import pytest

from libs.common.calls.client import RemoteRefusal
from libs.common.contracts.internal.sales import PUT_FENCE
from libs.common.contracts.internal.samples import Reply, sample
from libs.common.errors import Unavailable
from libs.testing.samples import answering
from libs.testing.tokens import Tokens
from services.catalog.clients.sales import SalesOrders

ORDER = UUID("6f9619ff-8b86-4d01-b42d-00cf4fc964ff")
SAMPLE = sample(PUT_FENCE)


async def stands(tokens: Tokens, reply: Reply) -> bool:
    async with answering(PUT_FENCE, tokens, reply, caller="catalog") as sales:
        return await SalesOrders(sales).stands(ORDER)


@pytest.mark.parametrize("status", ["PENDING", "PAID", "CANCELLED"])
async def test_an_order_exists_in_every_status(tokens: Tokens, status: str) -> None:
    assert await stands(tokens, Reply(200, {**SAMPLE.answer.body, "status": status}))


async def test_an_order_that_sales_does_not_know_does_not_exist(tokens: Tokens) -> None:
    assert not await stands(tokens, SAMPLE.refusals["order_fenced"])


@pytest.mark.parametrize(
    ("reply", "trouble"),
    [
        (Reply(503, {"code": "unavailable"}), Unavailable),
        (Reply(403, {"code": "forbidden"}), RemoteRefusal),
        (Reply(404, {}), RemoteRefusal),
        (Reply(404, {"code": "not_found"}), RemoteRefusal),
    ],
)
async def test_any_other_answer_is_no_answer(tokens: Tokens, reply: Reply, trouble: type[Exception]) -> None:
    with pytest.raises(trouble):
        await stands(tokens, reply)
