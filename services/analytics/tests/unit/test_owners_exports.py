"""Exports are read page by page, and an owner may be away for a while."""

from typing import cast
from uuid import UUID

import pytest

from libs.common.calls.client import ServiceClient
from libs.common.contracts.internal.exports import ExportPage
from libs.common.contracts.internal.sales import UNDONE_ORDERS, UndoneOrder
from libs.common.errors import Unavailable
from services.analytics.clients.exports import OwnersExports

Page = ExportPage[object]
LAST: Page = {"items": [], "next": None}


class Owner:
    """Gives these answers, one after the other; None: it does not answer, nor after the last one."""

    def __init__(self, *answers: Page | None) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    async def get(self, path: str, *, timeout_seconds: float) -> Page:
        """The next answer."""
        assert timeout_seconds > 0
        self.asked.append(path)
        answer = self._answers.pop(0) if self._answers else None
        if answer is None:
            raise Unavailable("sales")
        return answer


@pytest.fixture(autouse=True)
def hardly_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("libs.common.patience.PAUSE_SECONDS", (0.0, 0.01))


def a_page(order_id: int) -> Page:
    order = UndoneOrder(order_uuid=UUID(int=order_id), order_id=order_id)
    return {"items": [order.model_dump(mode="json")], "next": order_id}


async def read(owner: Owner, *, patience: float) -> list[int]:
    """The ids of all orders that the owner exports."""
    client = OwnersExports({"sales": cast("ServiceClient", owner)}, patience=patience)
    return [
        order.order_id async for page in client.pages("sales", UNDONE_ORDERS, UndoneOrder) for order in page
    ]


async def test_each_page_is_asked_for_after_the_place_of_the_one_before() -> None:
    owner = Owner(a_page(3), a_page(9), LAST)
    assert await read(owner, patience=0) == [3, 9]
    assert owner.asked == [f"{UNDONE_ORDERS}?after={place}&limit=1000" for place in (0, 3, 9)]


async def test_an_owner_that_was_away_for_a_moment_is_asked_again() -> None:
    owner = Owner(None, a_page(3), None, None, LAST)
    assert await read(owner, patience=10) == [3]


async def test_an_owner_that_stays_away_ends_the_reading() -> None:
    with pytest.raises(Unavailable):
        await read(Owner(a_page(3)), patience=0.1)
