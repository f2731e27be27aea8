"""PUT /internal/orders/{uuid}/fence: catalog settles whether an order stands."""

import pytest
from httpx import AsyncClient

from libs.common.contracts.internal.sales import ORDER_FENCED, PUT_FENCE
from libs.common.contracts.internal.samples import sample
from libs.testing.samples import ask
from libs.testing.tokens import Tokens
from services.sales.deps import Deps
from services.sales.tests.builders import cancel, placed
from services.sales.tests.fakes import FakeStock


@pytest.fixture
def catalog(tokens: Tokens) -> dict[str, str]:
    return tokens.service(caller="catalog", audience="sales")


async def test_an_order_that_stands_is_found_by_its_uuid(
    till: AsyncClient, stock: FakeStock, catalog: dict[str, str]
) -> None:
    order = await placed(till)
    (order_uuid,) = stock.held
    answer = await till.put(f"/internal/orders/{order_uuid}/fence", headers=catalog)
    assert (answer.status_code, answer.json()) == (200, {"order_id": order["id"], "status": "PENDING"})


async def test_a_cancelled_order_stood_once(
    till: AsyncClient, stock: FakeStock, catalog: dict[str, str]
) -> None:
    await cancel(till, (await placed(till))["id"])
    (order_uuid,) = stock.held
    answer = await till.put(f"/internal/orders/{order_uuid}/fence", headers=catalog)
    assert answer.json()["status"] == "CANCELLED"


async def test_an_order_is_answered_as_sampled(
    till: AsyncClient, deps: Deps, catalog: dict[str, str]
) -> None:
    await placed(till)
    await deps.database.execute("update orders set uuid = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff'")
    assert await ask(till, PUT_FENCE, catalog) == sample(PUT_FENCE).answer


async def test_an_order_that_never_was_is_refused_as_sampled(
    till: AsyncClient, catalog: dict[str, str]
) -> None:
    assert await ask(till, PUT_FENCE, catalog) == sample(PUT_FENCE).refusals[ORDER_FENCED]


@pytest.mark.parametrize(
    ("order_uuid", "code"),
    [("6f9619ff-8b86-4d01-b42d-00cf4fc964ff", "order_fenced"), ("abc", "not_found")],
)
async def test_an_order_that_never_was_is_404(
    till: AsyncClient, catalog: dict[str, str], order_uuid: str, code: str
) -> None:
    answer = await till.put(f"/internal/orders/{order_uuid}/fence", headers=catalog)
    assert (answer.status_code, answer.json()["code"]) == (404, code)
