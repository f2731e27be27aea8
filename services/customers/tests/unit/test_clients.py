"""customers' client of sales: requests, answers and refusals."""

import pytest

from libs.common.calls.client import RemoteRefusal
from libs.common.contracts.internal.sales import GET_OPEN_SHIFT
from libs.common.contracts.internal.samples import Reply, sample
from libs.common.drawers import NO_DRAWER, Drawer, NoOpenShift, ShiftRequired, UnknownRegister
from libs.common.errors import DomainError, Unavailable
from libs.testing.samples import answering
from libs.testing.tokens import Tokens
from services.customers.clients.sales import SalesDrawers

OPEN = sample(GET_OPEN_SHIFT)


async def find(tokens: Tokens, reply: Reply | None = None) -> Drawer:
    """Ask as the sample asks: user 7 at register 2."""
    async with answering(GET_OPEN_SHIFT, tokens, reply, caller="customers") as sales:
        return await SalesDrawers(sales).find(7, 2)


async def test_a_drawer_is_answered_as_sampled(tokens: Tokens) -> None:
    assert await find(tokens) == Drawer(shift_id=1, register_id=2)


async def test_there_may_be_none(tokens: Tokens) -> None:
    assert await find(tokens, Reply(200, {"shift_id": None, "register_id": None})) == NO_DRAWER


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("unknown_register", UnknownRegister(2)),
        ("no_open_shift", NoOpenShift()),
        ("shift_required", ShiftRequired()),
    ],
)
async def test_sales_refusals_are_customers_own(tokens: Tokens, code: str, refusal: DomainError) -> None:
    with pytest.raises(type(refusal)) as raised:
        await find(tokens, OPEN.refusals[code])
    assert raised.value.details == refusal.details


@pytest.mark.parametrize(("status", "code"), [(404, "not_found"), (503, "unavailable"), (500, "failed")])
async def test_a_sales_that_cannot_tell_is_away(tokens: Tokens, status: int, code: str) -> None:
    with pytest.raises(Unavailable):
        await find(tokens, Reply(status, {"code": code, "details": {}}))


async def test_a_refusal_that_makes_no_sense_is_a_mistake(tokens: Tokens) -> None:
    with pytest.raises(RemoteRefusal):
        await find(tokens, Reply(403, {"code": "forbidden", "details": {}}))
