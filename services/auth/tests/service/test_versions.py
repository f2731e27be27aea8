"""A form of a user that was read before another change does not undo it, in both dialects (contract §3)."""

import asyncio
from typing import Any

import pytest
from httpx import AsyncClient

from libs.testing.answers import answered
from services.auth.deps import Deps
from services.auth.tests.builders import ME, a_person, bearer, user_path

POS_CHANGED = (412, {"detail": "The resource was changed meanwhile."})
STORE_CHANGED = (412, {"error": "The resource was changed meanwhile"})
POS_CHANGES = [("PUT", {"first_name": "Ana"}), ("PATCH", {"role": "ADMIN"}), ("DELETE", None)]
STORE_CHANGES = [("PUT", {"first_name": "Ana"}), ("DELETE", None)]
POS_USER, STORE_USER = user_path(2), "/auth/users/2"


@pytest.fixture
async def owner(client: AsyncClient, deps: Deps) -> dict[str, str]:
    """The header of an owner: user 1; Laura is user 2."""
    headers = await bearer(deps, client, "owner")
    await a_person(deps, "laura")
    return headers


async def etag_of(client: AsyncClient, path: str, headers: dict[str, str]) -> str:
    etag: str = (await client.get(path, headers=headers)).headers["ETag"]
    return etag


@pytest.mark.parametrize(("method", "body"), POS_CHANGES)
async def test_a_form_that_is_still_true_is_saved(
    client: AsyncClient, owner: dict[str, str], method: str, body: Any
) -> None:
    headers = {**owner, "If-Match": await etag_of(client, POS_USER, owner)}
    assert (await client.request(method, POS_USER, json=body, headers=headers)).is_success


@pytest.mark.parametrize("change", [{"first_name": "Eva"}, {"role": "ADMIN"}, {"password": "battery staple"}])
@pytest.mark.parametrize(("method", "body"), POS_CHANGES)
async def test_a_form_read_before_another_change_is_refused(
    client: AsyncClient, owner: dict[str, str], method: str, body: Any, change: dict[str, str]
) -> None:
    headers = {**owner, "If-Match": await etag_of(client, POS_USER, owner)}
    await client.patch(POS_USER, json=change, headers=owner)
    assert answered(await client.request(method, POS_USER, json=body, headers=headers)) == POS_CHANGED


@pytest.mark.parametrize("body", [{"first_name": "Ana"}, {"role": "ADMIN"}, {"first_name": "Laura"}])
async def test_the_answer_of_a_change_has_the_etag_of_the_detail(
    client: AsyncClient, owner: dict[str, str], body: Any
) -> None:
    saved = await client.patch(POS_USER, json=body, headers=owner)
    assert saved.headers["ETag"] == await etag_of(client, POS_USER, owner)


async def test_a_new_user_has_the_etag_of_the_detail(client: AsyncClient, owner: dict[str, str]) -> None:
    body = {
        "username": "juan",
        "email": "juan@example.com",
        "password": "securePass123",
        "first_name": "Juan",
        "last_name": "Lopez",
    }
    made = await client.post("/api/users/", json=body, headers=owner)
    assert made.headers["ETag"] == await etag_of(client, user_path(3), owner)


async def test_of_several_that_save_the_same_form_at_once_one_wins(
    client: AsyncClient, owner: dict[str, str]
) -> None:
    headers = {**owner, "If-Match": await etag_of(client, POS_USER, owner)}
    saves = [
        client.patch(POS_USER, json={"first_name": f"Ana {number}"}, headers=headers) for number in range(4)
    ]
    assert sorted(response.status_code for response in await asyncio.gather(*saves)) == [200, 412, 412, 412]


async def test_the_own_profile_is_changed_only_as_it_was_read(
    client: AsyncClient, owner: dict[str, str]
) -> None:
    headers = {**owner, "If-Match": await etag_of(client, ME, owner)}
    assert (await client.patch(ME, json={"first_name": "Ana"}, headers=headers)).is_success
    assert answered(await client.put(ME, json={"first_name": "Eva"}, headers=headers)) == POS_CHANGED


@pytest.mark.parametrize(("method", "body"), STORE_CHANGES)
async def test_the_web_shop_saves_a_form_that_is_still_true(
    client: AsyncClient, owner: dict[str, str], method: str, body: Any
) -> None:
    headers = {**owner, "If-Match": await etag_of(client, STORE_USER, owner)}
    assert (await client.request(method, STORE_USER, json=body, headers=headers)).is_success


@pytest.mark.parametrize(("method", "body"), STORE_CHANGES)
async def test_the_web_shop_refuses_a_form_read_before_a_change_at_a_till(
    client: AsyncClient, owner: dict[str, str], method: str, body: Any
) -> None:
    headers = {**owner, "If-Match": await etag_of(client, STORE_USER, owner)}
    await client.patch(POS_USER, json={"last_name": "Ruiz"}, headers=owner)
    assert answered(await client.request(method, STORE_USER, json=body, headers=headers)) == STORE_CHANGED


@pytest.mark.parametrize("path", [POS_USER, STORE_USER, ME])
async def test_a_caller_that_has_the_detail_gets_no_body(
    client: AsyncClient, owner: dict[str, str], path: str
) -> None:
    headers = {**owner, "If-None-Match": await etag_of(client, path, owner)}
    response = await client.get(path, headers=headers)
    assert (response.status_code, response.content) == (304, b"")
