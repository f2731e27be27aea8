"""How catalog understands what sales answers."""

from typing import Any, cast
from uuid import uuid4

import pytest

from libs.common.calls.client import RemoteRefusal, ServiceClient
from libs.common.errors import Unavailable
from services.catalog.clients.sales import SalesOrders


class Answering:
    """Stands for the client of sales: one answer, or one failure, for everything."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.asked: list[str] = []

    async def get(self, path: str) -> Any:
        """The answer."""
        self.asked.append(path)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def orders(answer: Any) -> SalesOrders:
    """The port, over sales that answers so."""
    return SalesOrders(cast(ServiceClient, Answering(answer)))


@pytest.mark.parametrize("status", ["PENDING", "PAID", "CANCELLED"])
async def test_an_order_exists_whatever_became_of_it(status: str) -> None:
    uuid = uuid4()
    assert await orders({"order_id": 1, "status": status}).exists(uuid)


async def test_the_order_is_asked_for_by_its_uuid() -> None:
    uuid, client = uuid4(), Answering({})
    await SalesOrders(cast(ServiceClient, client)).exists(uuid)
    assert client.asked == [f"/internal/orders/{uuid}"]


async def test_an_order_that_sales_does_not_know_does_not_exist() -> None:
    assert not await orders(RemoteRefusal(404, "not_found", {})).exists(uuid4())


@pytest.mark.parametrize(
    "trouble",
    [Unavailable("sales"), RemoteRefusal(403, "forbidden", {}), RemoteRefusal(404, "", {})],
)
async def test_any_other_answer_is_no_answer(trouble: Exception) -> None:
    with pytest.raises(type(trouble)):
        await orders(trouble).exists(uuid4())
