"""Two works at one order of a till lock shift and order in one order, so that only one waits."""

from collections.abc import Callable, Coroutine, Mapping
from itertools import permutations
from typing import Any, LiteralString

import pytest
from httpx import AsyncClient, Response

from libs.testing.answers import statuses
from libs.testing.clock import FakeClock
from libs.testing.locks import in_turn
from services.sales.deps import Deps
from services.sales.tests.builders import cancel, pay
from services.sales.tests.returns import give_back
from services.sales.tests.synced import a_sale, placed_with, send

Sale = Mapping[str, Any]
Work = Callable[[AsyncClient, int, int, Sale], Coroutine[Any, Any, Response]]

WORKS: Mapping[str, Work] = {
    "pay": lambda till, order, register, sale: pay(till, order),
    "cancel": lambda till, order, register, sale: cancel(till, order),
    "return": lambda till, order, register, sale: give_back(till, order),
    "sync": lambda till, order, register, sale: send(till, register, sale),
}
LOCKS: Mapping[str, LiteralString] = {
    "shift": "select from shifts for no key update",
    "order": "select from orders for no key update",
}


@pytest.mark.usefixtures("shift")
@pytest.mark.parametrize("lock", LOCKS)
@pytest.mark.parametrize(("first", "second"), [*permutations(WORKS, 2)])
async def test_of_two_works_that_wait_for_a_row_none_is_answered_503(
    *, till: AsyncClient, register: int, clock: FakeClock, deps: Deps, first: str, second: str, lock: str
) -> None:
    sale = a_sale(1, sold_at=clock())
    order: int = (await placed_with(till, sale))["id"]
    works = (WORKS[work](till, order, register, sale) for work in (first, second))
    answers = await in_turn(deps.database, LOCKS[lock], *works)
    assert 503 not in statuses(answers)
