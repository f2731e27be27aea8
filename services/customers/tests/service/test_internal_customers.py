"""The buyer that sales reads."""

from httpx import AsyncClient

from libs.common.contracts.internal.customers import GET_CUSTOMER, NOT_FOUND
from libs.common.contracts.internal.samples import sample
from libs.testing.samples import ask
from libs.testing.tokens import Tokens
from services.customers.deps import Deps
from services.customers.tests.builders import NO_SUCH_ID, a_customer, customer_path


def buyer_path(customer_id: object) -> str:
    """The path at which sales reads a buyer."""
    return f"/internal/customers/{customer_id}"


async def test_sales_learns_who_buys(client: AsyncClient, tokens: Tokens) -> None:
    maria = await a_customer(client)
    sales = tokens.service(caller="sales", audience="customers")
    response = await client.get(buyer_path(maria["id"]), headers=sales)
    assert response.status_code == 200
    assert response.json() == {
        "customer_id": maria["id"],
        "first_name": "Maria",
        "last_name": "González",
        "is_frequent": False,
        "birth_date": "1995-08-20",
    }


async def test_an_unknown_day_of_birth_is_null(client: AsyncClient, tokens: Tokens) -> None:
    maria = await a_customer(client, birth_date=None)
    sales = tokens.service(caller="sales", audience="customers")
    response = await client.get(buyer_path(maria["id"]), headers=sales)
    assert response.json()["birth_date"] is None


async def test_a_buyer_is_answered_as_sampled(client: AsyncClient, tokens: Tokens, deps: Deps) -> None:
    await a_customer(client)
    await deps.database.execute("update customers set is_frequent = true")
    sales = tokens.service(caller="sales", audience="customers")
    assert await ask(client, GET_CUSTOMER, sales) == sample(GET_CUSTOMER).answer


async def test_an_unknown_buyer_is_refused_as_sampled(client: AsyncClient, tokens: Tokens) -> None:
    sales = tokens.service(caller="sales", audience="customers")
    assert await ask(client, GET_CUSTOMER, sales) == sample(GET_CUSTOMER).refusals[NOT_FOUND]


async def test_an_unknown_buyer_is_not_found(client: AsyncClient, tokens: Tokens) -> None:
    sales = tokens.service(caller="sales", audience="customers")
    await client.delete(customer_path((await a_customer(client))["id"]))
    response = await client.get(buyer_path(NO_SUCH_ID), headers=sales)
    assert (response.status_code, response.json()) == (
        404,
        {"code": "not_found", "details": {"deleted": False}},
    )


async def test_a_deleted_buyer_is_not_found_but_told_from_one_who_never_was(
    client: AsyncClient, tokens: Tokens
) -> None:
    maria = await a_customer(client)
    await client.delete(customer_path(maria["id"]))
    sales = tokens.service(caller="sales", audience="customers")
    response = await client.get(buyer_path(maria["id"]), headers=sales)
    assert (response.status_code, response.json()) == (
        404,
        {"code": "not_found", "details": {"deleted": True}},
    )
