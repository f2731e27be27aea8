"""The change feed of customers, as a till keeps its copy."""

from typing import Any

from httpx import AsyncClient

from libs.testing.horizon import all_ended
from services.customers.deps import Deps
from services.customers.tests.builders import a_customer, customer_path

PATH = "/api/customers/changes/"


async def read(client: AsyncClient, deps: Deps, after: str | None = None) -> Any:
    await all_ended(deps.database)
    response = await client.get(PATH, params={"after": after} if after else {})
    assert response.status_code == 200, response.text
    return response.json()


async def test_all_customers_are_read_and_then_those_that_changed(client: AsyncClient, deps: Deps) -> None:
    for number in range(3):
        await a_customer(client, phone_number=f"555000000{number}", email=f"c{number}@example.com")
    first = await read(client, deps)
    assert first["items"] == (await client.get("/api/customers/")).json()
    assert (first["deleted"], first["more"]) == ([], False)

    await client.patch(customer_path(2), json={"first_name": "Ana"})
    await client.delete(customer_path(3))
    await deps.database.execute("update customers set current_points = 5 where id = 1")
    changed = await read(client, deps, first["next"])
    assert [(each["id"], each["first_name"], each["current_points"]) for each in changed["items"]] == [
        (1, "Maria", 5),
        (2, "Ana", 0),
    ]
    assert (changed["deleted"], changed["more"]) == ([3], False)

    nothing = await read(client, deps, changed["next"])
    assert (nothing["items"], nothing["deleted"], nothing["next"]) == ([], [], changed["next"])


async def test_an_after_that_is_none_is_refused(client: AsyncClient) -> None:
    response = await client.get(PATH, params={"after": "x"})
    assert (response.status_code, response.json()) == (400, {"after": ["Invalid cursor."]})
    assert response.headers["X-Error-Code"] == "invalid_after"
