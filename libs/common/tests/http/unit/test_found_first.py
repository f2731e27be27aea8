"""The thing that a path names is found before the body about it is judged (ADR 0090)."""

from collections.abc import AsyncIterator
from typing import Annotated

import pytest
from fastapi import Response
from httpx import ASGITransport, AsyncClient

from libs.common.errors import DomainError, Forbidden, NotFound, Unavailable
from libs.common.http.door import Door
from libs.common.http.fields import Integer, PathId, Shape
from libs.common.http.internal import InternalDoor
from libs.common.http.pos import PosDoor
from libs.common.http.replies import reply
from libs.common.http.store import StoreDoor
from libs.testing.pos import NOT_FOUND

pytestmark = pytest.mark.unit

THERE, NOT_THERE, SOMEBODY_ELSES, DOWN, FOR_THE_OWNER = 1, 2, 3, 4, 5
ANSWERS_TO_READING: dict[int, DomainError] = {
    NOT_THERE: NotFound(),
    SOMEBODY_ELSES: Forbidden("owner"),
    DOWN: Unavailable("database"),
    FOR_THE_OWNER: Forbidden("role"),
}
MALFORMED = [b"", b"{", b"[]", b'{"amount": "x"}', b"{}"]


class Payment(Shape):
    amount: Annotated[int, Integer(ge=0)]


def with_routes(door: Door) -> Door:
    """A door with an order that can be read and paid, and with lines that can only be written."""
    end = "/" if door.trailing_slash else ""

    @door.get("/orders/{order_id}" + end)
    async def find(order_id: PathId) -> Response:
        if refusal := ANSWERS_TO_READING.get(order_id):
            raise refusal
        return reply({"id": order_id})

    @door.put("/orders/{order_id}" + end)
    @door.post("/orders/{order_id}/pay" + end)
    async def pay(order_id: PathId, body: Payment, at: int = 0) -> Response:
        return reply({"id": order_id})

    @door.post("/orders/{order_id}/lines/{line_id}" + end)
    async def add_line(order_id: PathId, line_id: PathId, body: Payment) -> Response:
        return reply({"id": line_id})

    return door


def caller_of(door: Door) -> AsyncClient:
    """A client of a door that no service mounts."""
    return AsyncClient(transport=ASGITransport(app=with_routes(door)), base_url="http://shop")


@pytest.fixture
async def till() -> AsyncIterator[AsyncClient]:
    async with caller_of(PosDoor("shop")) as client:
        yield client


@pytest.fixture
async def web() -> AsyncIterator[AsyncClient]:
    async with caller_of(StoreDoor("shop")) as client:
        yield client


@pytest.mark.parametrize("body", MALFORMED)
@pytest.mark.parametrize(("method", "path"), [("PUT", ""), ("POST", "pay/"), ("POST", "pay/?at=x")])
async def test_a_malformed_request_about_what_is_not_there_is_404(
    till: AsyncClient, method: str, path: str, body: bytes
) -> None:
    answer = await till.request(method, f"/orders/{NOT_THERE}/{path}", content=body)
    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


@pytest.mark.parametrize("body", MALFORMED)
async def test_one_about_what_is_somebody_else_s_is_403(web: AsyncClient, body: bytes) -> None:
    answer = await web.post(f"/orders/{SOMEBODY_ELSES}/pay", content=body)
    assert (answer.status_code, answer.json()) == (403, {"error": "Access denied"})


@pytest.mark.parametrize("order_id", [THERE, DOWN, FOR_THE_OWNER])
async def test_one_about_what_is_there_or_cannot_be_read_says_what_is_malformed(
    till: AsyncClient, order_id: int
) -> None:
    answer = await till.post(f"/orders/{order_id}/pay/", json={"amount": "x"})
    assert (answer.status_code, answer.json()) == (400, {"amount": ["A valid integer is required."]})


async def test_what_has_no_route_to_read_it_is_not_looked_for(web: AsyncClient) -> None:
    assert (await web.post(f"/orders/{NOT_THERE}/lines/7", json={})).status_code == 400


async def test_a_put_of_another_service_makes_what_is_not_there() -> None:
    async with caller_of(InternalDoor("shop")) as service:
        assert (await service.put(f"/orders/{NOT_THERE}", json={})).status_code == 400
