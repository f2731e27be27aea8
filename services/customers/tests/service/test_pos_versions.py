"""A form of a customer that was read before another change does not undo it (contract §3)."""

import asyncio
from typing import Any

import pytest
from httpx import AsyncClient

from libs.testing.answers import answered
from services.customers.deps import Deps
from services.customers.tests.builders import MARIA, a_customer, customer_path

CHANGED = (412, {"detail": "The resource was changed meanwhile."})
CHANGES = [("PUT", MARIA), ("PATCH", {"first_name": "Ana"}), ("DELETE", None)]
PATH = customer_path(1)


@pytest.fixture
async def etag(client: AsyncClient) -> str:
    """The tag of the only customer."""
    await a_customer(client)
    return (await client.get(PATH)).headers["ETag"]


@pytest.mark.parametrize(("method", "body"), CHANGES)
async def test_a_form_that_is_still_true_is_saved(
    client: AsyncClient, etag: str, method: str, body: Any
) -> None:
    assert (await client.request(method, PATH, json=body, headers={"If-Match": etag})).is_success


@pytest.mark.parametrize(("method", "body"), CHANGES)
async def test_a_form_read_before_points_were_earned_is_refused(
    client: AsyncClient, deps: Deps, etag: str, method: str, body: Any
) -> None:
    await deps.database.execute("update customers set current_points = 5")
    response = await client.request(method, PATH, json=body, headers={"If-Match": etag})
    assert answered(response) == CHANGED


async def test_the_answer_of_a_change_has_the_next_etag(client: AsyncClient, etag: str) -> None:
    saved = await client.patch(PATH, json={"first_name": "Ana"}, headers={"If-Match": etag})
    assert saved.headers["ETag"] == (await client.get(PATH)).headers["ETag"] != etag


async def test_of_several_that_save_the_same_form_at_once_one_wins(client: AsyncClient, etag: str) -> None:
    saves = [
        client.patch(PATH, json={"first_name": f"Ana {number}"}, headers={"If-Match": etag})
        for number in range(4)
    ]
    assert sorted(response.status_code for response in await asyncio.gather(*saves)) == [200, 412, 412, 412]


async def test_a_caller_that_has_the_detail_gets_no_body(client: AsyncClient, etag: str) -> None:
    response = await client.get(PATH, headers={"If-None-Match": etag})
    assert (response.status_code, response.content) == (304, b"")
