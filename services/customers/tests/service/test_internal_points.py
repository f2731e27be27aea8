"""The balance of points that sales prints on tickets."""

from uuid import UUID, uuid4

from httpx import AsyncClient

from libs.common.contracts.internal.customers import GET_POINTS, NOT_FOUND, points_path
from libs.common.contracts.internal.samples import sample
from libs.testing.samples import ask
from libs.testing.tokens import Tokens
from services.customers.deps import Deps
from services.customers.tests.builders import NO_SUCH_ID, a_customer, a_paid_order, customer_path, pay

ORDER = UUID("6f9619ff-8b86-4d01-b42d-00cf4fc964ff")
EARLIER = UUID("7f9619ff-8b86-4d01-b42d-00cf4fc964ff")


async def test_an_order_whose_points_are_booked_is_in_the_balance_as_sampled(
    client: AsyncClient, tokens: Tokens, deps: Deps
) -> None:
    maria = await a_customer(client)
    await pay(deps, a_paid_order(maria["id"], order_uuid=ORDER, final_amount="1200.00"))
    sales = tokens.service(caller="sales", audience="customers")
    assert await ask(client, GET_POINTS, sales) == sample(GET_POINTS).answer


async def test_an_order_that_is_not_heard_of_yet_is_not_in_the_balance(
    client: AsyncClient, tokens: Tokens, deps: Deps
) -> None:
    jose = await a_customer(client, phone_number="5511223344", email=None)
    maria = await a_customer(client)
    await pay(deps, a_paid_order(jose["id"], order_uuid=uuid4(), final_amount="500.00"))
    await pay(deps, a_paid_order(maria["id"], order_uuid=EARLIER, final_amount="300.00"))
    sales = tokens.service(caller="sales", audience="customers")
    answer = await client.get(points_path(maria["id"], ORDER), headers=sales)
    assert (answer.status_code, answer.json()) == (
        200,
        {"current_points": 3, "points_owed": 0, "has_order": False},
    )


async def test_an_unknown_customer_is_refused_as_sampled(client: AsyncClient, tokens: Tokens) -> None:
    sales = tokens.service(caller="sales", audience="customers")
    assert await ask(client, GET_POINTS, sales) == sample(GET_POINTS).refusals[NOT_FOUND]
    answer = await client.get(points_path(NO_SUCH_ID, ORDER), headers=sales)
    assert (answer.status_code, answer.json()["code"]) == (404, NOT_FOUND)


async def test_a_deleted_customer_has_no_balance(client: AsyncClient, tokens: Tokens) -> None:
    maria = await a_customer(client)
    await client.delete(customer_path(maria["id"]))
    sales = tokens.service(caller="sales", audience="customers")
    assert (await client.get(points_path(maria["id"], ORDER), headers=sales)).status_code == 404
