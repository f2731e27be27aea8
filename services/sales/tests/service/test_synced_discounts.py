"""Discounts by hand on sales that are sent later: what somebody approved is not odd (contract §8.4, §8.6)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient

from libs.common.clock import system_clock
from libs.testing.clock import FakeClock
from libs.testing.tokens import Tokens
from services.sales.deps import Deps
from services.sales.tests.builders import cancel
from services.sales.tests.fakes import FakeShoppers
from services.sales.tests.synced import a_sale, order_of, result


@dataclass(frozen=True, slots=True)
class Discounted:
    """A sale with a discount by hand, made by the EMPLOYEE with id 7, and its approval."""

    tokens: Tokens
    sale: dict[str, Any]

    def approved(
        self, *, subject: str | None = None, limit: str = "20.00", caller_id: int = 7
    ) -> dict[str, Any]:
        of = subject or self.sale["client_id"]
        header = self.tokens.approval("discount", of, limit=limit, caller_id=caller_id)
        return {**self.sale, "approval": header["X-Approval"]}


@pytest.fixture
def discounted(tokens: Tokens, shoppers: FakeShoppers, clock: FakeClock, shift: int) -> Discounted:
    """A sale of the shift with 20 % off."""
    shoppers.known[7] = "employee7"
    sale = a_sale(1, (15, 1, "92.80"), sold_at=clock(), sold_by=7)
    sale["items"][0] |= {"discount_percent": "20.00", "discount_reason": "Empaque roto"}
    return Discounted(tokens, sale)


async def placed_with_approval(till: AsyncClient, sale: dict[str, Any]) -> dict[str, Any]:
    """The order of the sale, placed at a till with a network by the EMPLOYEE whom somebody approved."""
    items = [{name: value for name, value in item.items() if name != "unit_total"} for item in sale["items"]]
    body = {"client_id": sale["client_id"], "items": items}
    answer = await till.post("/api/orders/", json=body, headers={"X-Approval": sale["approval"]})
    assert answer.status_code == 201, answer.text
    order: dict[str, Any] = answer.json()
    return order


async def test_a_discount_that_somebody_approved_is_not_odd(
    till: AsyncClient, register: int, discounted: Discounted, deps: Deps
) -> None:
    told = await result(till, register, discounted.approved())
    assert told["flags"] == []
    assert (await order_of(till, told))["approved_by"] == 2
    assert await deps.database.fetch_value("select count(*) from used_approvals") == 1


async def test_an_approval_that_the_order_has_used_is_that_of_the_sale(
    till: AsyncClient, register: int, discounted: Discounted
) -> None:
    sale = discounted.approved()
    await placed_with_approval(till, sale)
    told = await result(till, register, sale)
    assert (told["result"], told["flags"]) == ("paid", [])


@pytest.mark.parametrize("cancels", [False, True])
async def test_a_discount_that_was_approved_with_its_order_needs_no_approval_in_the_sale(
    till: AsyncClient, register: int, discounted: Discounted, *, cancels: bool
) -> None:
    order = await placed_with_approval(till, discounted.approved())
    if cancels:
        await cancel(till, order["id"])
    told = await result(till, register, discounted.sale)
    assert "UNAPPROVED" not in told["flags"]
    assert (told["order"], (await order_of(till, told))["approved_by"]) == (order["id"], 2)


async def test_more_than_was_approved_with_the_order_is_unapproved(
    till: AsyncClient, register: int, discounted: Discounted
) -> None:
    await placed_with_approval(till, discounted.approved())
    discounted.sale["items"][0] |= {"discount_percent": "30.00", "unit_total": "81.20"}
    discounted.sale["payments"][0] |= {"amount": "81.20"}
    told = await result(till, register, discounted.sale)
    assert (told["result"], told["flags"]) == ("paid", ["UNAPPROVED"])


@pytest.mark.parametrize("wrong", [{"subject": str(uuid4())}, {"limit": "19.99"}, {"caller_id": 8}])
async def test_an_approval_of_something_else_leaves_the_discount_unapproved(
    till: AsyncClient, register: int, discounted: Discounted, wrong: dict[str, Any]
) -> None:
    told = await result(till, register, discounted.approved(**wrong))
    assert (told["result"], told["flags"]) == ("created", ["UNAPPROVED"])


async def test_an_approval_that_comes_late_leaves_the_discount_unapproved(
    till: AsyncClient, register: int, discounted: Discounted, clock: FakeClock
) -> None:
    sale = discounted.approved()
    clock.set(system_clock() + timedelta(minutes=3))
    assert "UNAPPROVED" in (await result(till, register, sale))["flags"]


async def test_what_is_no_approval_leaves_the_discount_unapproved(
    till: AsyncClient, register: int, discounted: Discounted
) -> None:
    told = await result(till, register, {**discounted.sale, "approval": "nothing"})
    assert (told["result"], told["flags"]) == ("created", ["UNAPPROVED"])
