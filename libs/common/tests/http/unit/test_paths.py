"""Paths: with the slash and without, ids that cannot be, bytes that no path has."""

import httpx
import pytest
from fastapi import Depends, Response
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope

from libs.common.errors import Forbidden
from libs.common.http.fields import BIGINT_MAX, PathId
from libs.common.http.pos import PosDoor
from libs.common.http.replies import reply
from libs.common.http.route import JsonRoute
from libs.common.process.app import ServiceApp
from libs.common.tests.http.shop import ShopDeps
from libs.testing.asgi import asgi_client


@pytest.mark.parametrize("path", ["/api/orders/7/", "/api/orders/7", "/orders/7", "/orders/7/"])
async def test_both_forms_of_a_path_are_the_same(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)
    assert (response.status_code, response.json()) == (200, {"id": 7})


async def test_two_slashes_are_another_path(client: httpx.AsyncClient) -> None:
    assert (await client.get("/orders/7//")).status_code == 404


@pytest.mark.parametrize(
    "order_id",
    [
        "0",
        "-1",
        "abc",
        "1.0",
        "1e3",
        "%EF%BC%91",
        "9" * 30,
        "9" * 5000,
        str(BIGINT_MAX + 1),
        "7%00",
        "%00",
        "%20",
    ],
)
@pytest.mark.parametrize("base", ["/api", ""])
async def test_what_cannot_be_an_id_does_not_exist(
    client: httpx.AsyncClient, base: str, order_id: str
) -> None:
    response = await client.get(f"{base}/orders/{order_id}/")
    assert response.status_code == 404


async def test_the_greatest_id_is_one(client: httpx.AsyncClient) -> None:
    assert (await client.get(f"/api/orders/{BIGINT_MAX}/")).json() == {"id": BIGINT_MAX}


@pytest.mark.parametrize("path", ["/api/%ff%fe/", "/%c3%28", "/%zz", "/api/orders/%ED%A0%80/"])
async def test_a_broken_encoding_is_a_path_that_does_not_exist(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_head_is_get_without_the_body(client: httpx.AsyncClient) -> None:
    response = await client.head("/api/orders/7/")
    assert (response.status_code, response.content) == (200, b"")


async def test_nothing_to_say_is_a_204_without_a_body(client: httpx.AsyncClient) -> None:
    response = await client.delete("/api/orders/7/")
    assert (response.status_code, response.content) == (204, b"")


async def test_a_path_that_is_written_out_is_no_id() -> None:
    door = PosDoor("people")

    @door.get("/people/me/")
    async def me() -> Response:
        return reply({"id": 7})

    @door.delete("/people/{person_id}/")
    async def delete(person_id: PathId) -> Response:
        return reply(None, 204)

    async with asgi_client(ServiceApp(service="people", deps=ShopDeps(), doors=(door,))) as client:
        response = await client.delete("/api/people/me/")
        nobody = await client.delete("/api/people/you/")
    assert (response.status_code, response.headers["Allow"]) == (405, "GET")
    assert response.json() == {"detail": 'Method "DELETE" not allowed.'}
    assert nobody.status_code == 404


async def test_only_the_routes_that_can_fit_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    door = PosDoor("people")
    tried: list[str] = []

    def matches(self: JsonRoute, scope: Scope) -> tuple[Match, Scope]:
        tried.append(self.path)
        return APIRoute.matches(self, scope)

    @door.get("/animals/{animal_id}/")
    @door.get("/people/{person_id}/animals/")
    @door.get("/people/{person_id}/")
    @door.get("/people/me/")
    async def found() -> Response:
        return reply({"id": 7})

    monkeypatch.setattr(JsonRoute, "matches", matches)
    async with asgi_client(ServiceApp(service="people", deps=ShopDeps(), doors=(door,))) as client:
        assert (await client.get("/api/people/5/")).status_code == 200
        assert tried == ["/people/{person_id}/"]
        assert (await client.get("/api/people/me/")).status_code == 200
        assert tried[1:] == ["/people/me/"]
        assert (await client.get("/api/peoples/5/")).status_code == 404
        assert len(tried) == 2, "a path of no subject is compared with no route"


async def test_nor_is_it_one_for_who_may_not_touch_ids() -> None:
    async def admins() -> None:
        raise Forbidden

    door = PosDoor("people")

    @door.get("/people/me/")
    async def me() -> Response:
        return reply({"id": 7})

    @door.get("/people/{person_id}/", dependencies=[Depends(admins)])
    @door.delete("/people/{person_id}/", dependencies=[Depends(admins)])
    async def one(person_id: PathId) -> Response:
        return reply(None, 204)

    async with asgi_client(ServiceApp(service="people", deps=ShopDeps(), doors=(door,))) as client:
        answers = [
            await client.request(method, path)
            for method, path in (
                ("DELETE", "/api/people/me/"),
                ("DELETE", "/api/people/8/"),
                ("HEAD", "/api/people/8/"),
            )
        ]
    assert [answer.status_code for answer in answers] == [405, 403, 403]
