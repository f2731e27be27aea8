"""An approval is used up with its deed, once; a deed that fails leaves it (contract §8.5)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from libs.common.approvals import Action, Approval
from libs.common.db.database import Database
from libs.common.db.pruning import prune
from libs.testing.clock import FakeClock
from services.sales.deps import Deps
from services.sales.domain.approvals import ApprovalInvalid
from services.sales.usecases.approvals import OLD_APPROVALS, refusing_used, use_up, used_up, used_up_params

INSERT_DEED = """
insert into operations (id, did, thing_id) values (%(id)s, 'test.deed', 1)
on conflict (id) do nothing returning thing_id
"""
INSERT_APPROVED_DEED = f"""
with deed as ({INSERT_DEED}), {used_up(of="deed")}
select thing_id from deed
"""
COUNT_DEEDS = "select count(*) from operations where did = 'test.deed'"
SELECT_USED = "select id, action, subject, user_id, approver_id, used_at from used_approvals"


@dataclass(frozen=True)
class Till:
    """Does deeds with approvals: in a transaction, or in one statement."""

    database: Database
    clock: FakeClock

    async def in_transaction(self, *approvals: Approval) -> None:
        async with self.database.transaction() as tx:
            await tx.execute(INSERT_DEED, {"id": uuid4()})
            await use_up(tx, approvals, clock=self.clock)

    async def in_statement(self, *approvals: Approval, deed: UUID | None = None) -> None:
        params = {"id": deed or uuid4(), **used_up_params(approvals, clock=self.clock)}
        with refusing_used():
            await self.database.execute(INSERT_APPROVED_DEED, params)

    async def deeds(self) -> int:
        deeds: int = await self.database.fetch_value(COUNT_DEEDS)
        return deeds

    async def used(self) -> list[UUID]:
        return [row["id"] for row in await self.database.fetch_dicts(SELECT_USED)]


Do = Callable[..., Awaitable[None]]


@pytest.fixture
async def till(deps: Deps, clock: FakeClock) -> AsyncIterator[Till]:
    await deps.database.open()
    yield Till(deps.database, clock)
    await deps.database.close()


@pytest.fixture(params=["in_transaction", "in_statement"])
def do(request: pytest.FixtureRequest, till: Till) -> Do:
    way: Do = getattr(till, request.param)
    return way


@pytest.fixture
def approval(clock: FakeClock) -> Approval:
    return an_approval(clock)


def an_approval(clock: FakeClock, action: Action = Action.REFUND) -> Approval:
    return Approval(
        id=uuid4(),
        caller_id=7,
        action=action,
        subject="102",
        limit=None,
        approver_id=2,
        approver_name="jefa",
        expires_at=clock() + timedelta(minutes=2),
    )


async def test_a_used_approval_is_kept_with_who_gave_and_used_it(
    till: Till, do: Do, approval: Approval
) -> None:
    await do(approval)
    assert await till.database.fetch_dicts(SELECT_USED) == [
        {
            "id": approval.id,
            "action": "refund",
            "subject": "102",
            "user_id": 7,
            "approver_id": 2,
            "used_at": till.clock(),
        }
    ]


async def test_an_approval_is_used_once(till: Till, do: Do, approval: Approval) -> None:
    await do(approval)
    with pytest.raises(ApprovalInvalid):
        await do(approval)
    assert await till.deeds() == 1


async def test_of_many_at_once_one_has_it(till: Till, do: Do, approval: Approval) -> None:
    outcomes = await asyncio.gather(*(do(approval) for _ in range(6)), return_exceptions=True)
    assert outcomes.count(None) == 1
    assert [type(outcome) for outcome in outcomes if outcome] == [ApprovalInvalid] * 5
    assert await till.deeds() == 1


async def test_two_deeds_use_two_up_or_neither(till: Till, do: Do, approval: Approval) -> None:
    await do(approval)
    other = an_approval(till.clock, Action.CASH_REFUND)
    with pytest.raises(ApprovalInvalid):
        await do(other, approval)
    assert await till.used() == [approval.id]
    await do(other, an_approval(till.clock))
    assert len(await till.used()) == 3


async def test_a_transaction_that_fails_uses_nothing_up(till: Till, approval: Approval) -> None:
    with pytest.raises(RuntimeError):
        async with till.database.transaction() as tx:
            await use_up(tx, [approval], clock=till.clock)
            raise RuntimeError
    assert await till.used() == []
    await till.in_transaction(approval)


async def test_a_statement_that_does_nothing_uses_nothing_up(till: Till, approval: Approval) -> None:
    done = uuid4()
    await till.in_statement(deed=done)
    await till.in_statement(approval, deed=done)
    assert await till.used() == []


async def test_a_deed_without_approvals_uses_nothing_up(till: Till, do: Do) -> None:
    await do()
    assert await till.used() == []


async def test_rows_go_only_after_every_request_with_them_has_ended(till: Till, approval: Approval) -> None:
    await till.in_transaction(approval)
    till.clock.advance(minutes=61)
    assert await prune(OLD_APPROVALS, database=till.database, clock=till.clock) == 0
    till.clock.advance(minutes=2)
    assert await prune(OLD_APPROVALS, database=till.database, clock=till.clock) == 1
