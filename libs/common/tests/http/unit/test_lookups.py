"""The well-formed fields of a malformed body are looked up: all failing fields are reported at once."""

from collections.abc import AsyncIterator, Collection
from typing import Annotated, Any

import pytest
from fastapi import Response
from httpx import ASGITransport, AsyncClient
from pydantic import Field

from libs.common.errors import DomainError, Kind, Unavailable
from libs.common.http import pos_dialect, store_dialect
from libs.common.http.door import Door
from libs.common.http.fields import Integer, PathId, PrimaryKey, Shape, Text
from libs.common.http.lookups import Given, looks_up, well_formed
from libs.common.http.pos import PosDoor
from libs.common.http.replies import reply
from libs.common.http.store import StoreDoor

pytestmark = pytest.mark.unit

SKU = {"sku": ["Taken."]}
BAD_COUNT = ["A valid integer is required."]


class SkuTaken(DomainError):
    kind = Kind.CONFLICT
    code = "sku_taken"


class ProductIn(Shape):
    sku: Annotated[str, Text(max_length=5)]
    count: Annotated[int, Integer(ge=0)]
    supplier_id: Annotated[int, PrimaryKey()] | None = Field(None, alias="supplier")


@pytest.fixture
def looked_up() -> list[Any]:
    """What the lookups were given."""
    return []


def declare(door: Door, looked_up: list[Any], end: str = "") -> Door:
    """A door with a route that looks up a sku."""

    async def taken(given: Given, sent: Collection[str], product_id: int = 0) -> list[DomainError]:
        looked_up.append((dict(given), set(sent), product_id))
        if given.get("sku") == "DOWN":
            raise Unavailable("database")
        return [SkuTaken()] if "sku" in given else []

    @door.put("/products/{product_id}" + end)
    @looks_up(taken)
    async def change(product_id: PathId, body: ProductIn, at: int = 0) -> Response:
        return reply({"id": product_id, "at": at})

    return door


def caller_of(door: Door) -> AsyncClient:
    """A client of a door that no service mounts."""
    return AsyncClient(transport=ASGITransport(app=door), base_url="http://shop")


@pytest.fixture
async def till(looked_up: list[Any]) -> AsyncIterator[AsyncClient]:
    door = PosDoor("shop", wordings={SkuTaken: pos_dialect.on_field("sku", "Taken.")})
    async with caller_of(declare(door, looked_up, "/")) as client:
        yield client


@pytest.fixture
async def web(looked_up: list[Any]) -> AsyncIterator[AsyncClient]:
    door = StoreDoor("shop", wordings={SkuTaken: store_dialect.error("Taken.", field="sku")})
    async with caller_of(declare(door, looked_up)) as client:
        yield client


async def test_a_taken_sku_is_reported_beside_a_malformed_count(till: AsyncClient) -> None:
    answer = await till.put("/products/7/", json={"sku": "A", "count": "x"})
    assert (answer.status_code, answer.json()) == (400, {"count": BAD_COUNT, **SKU})


async def test_the_web_shop_reports_both_in_fields(web: AsyncClient) -> None:
    answer = await web.put("/products/7", json={"sku": "A", "count": "x"})
    assert (answer.status_code, answer.json()) == (
        400,
        {"error": BAD_COUNT[0], "fields": {"count": BAD_COUNT, **SKU}},
    )


async def test_the_lookup_gets_parsed_fields_the_names_sent_and_the_id_of_the_path(
    till: AsyncClient, looked_up: list[Any]
) -> None:
    await till.put("/products/7/", json={"sku": " A ", "supplier": "3", "count": "x", "unknown": 1})
    assert looked_up == [({"sku": "A", "supplier_id": 3}, {"sku", "supplier_id", "count"}, 7)]


async def test_a_missing_field_is_malformed_too(till: AsyncClient) -> None:
    answer = await till.put("/products/7/", json={"sku": "A"})
    assert answer.json() == {"count": ["This field is required."], **SKU}


async def test_a_malformed_field_is_not_looked_up(till: AsyncClient, looked_up: list[Any]) -> None:
    answer = await till.put("/products/7/", json={"sku": "LONGER", "count": 1})
    assert answer.json() == {"sku": ["Ensure this field has no more than 5 characters."]}
    assert looked_up == [({"count": 1}, {"sku", "count"}, 7)]


@pytest.mark.parametrize("body", ['{"sku": "A", "count": 1}', "[]", "{", "null", "3"])
async def test_a_well_formed_body_and_one_that_is_no_object_are_not_looked_up(
    till: AsyncClient, looked_up: list[Any], body: str
) -> None:
    await till.put("/products/7/", content=body)
    assert looked_up == []


@pytest.mark.parametrize("path", ["/products/x/", "/products/7/?at=x"])
async def test_nothing_is_looked_up_if_path_or_query_are_malformed(
    till: AsyncClient, looked_up: list[Any], path: str
) -> None:
    await till.put(path, json={"sku": "A", "count": "x"})
    assert looked_up == []


async def test_if_the_lookup_is_not_available_the_malformed_fields_are_the_answer(till: AsyncClient) -> None:
    answer = await till.put("/products/7/", json={"sku": "DOWN", "count": "x"})
    assert (answer.status_code, answer.json()) == (400, {"count": BAD_COUNT})


def test_a_lookup_that_asks_for_more_than_the_route_has_is_refused_when_it_is_declared() -> None:
    async def lookup(given: Given, customer_id: int) -> list[DomainError]:
        return []

    async def change(body: ProductIn) -> Response:
        return reply(None)

    with pytest.raises(AssertionError, match=r"has no \{'customer_id'\} for its lookup"):
        PosDoor("shop").put("/")(looks_up(lookup)(change))


def test_well_formed_fields_are_those_that_were_sent() -> None:
    body = {"sku": "A", "count": "x", "supplier": None}
    assert well_formed(ProductIn, body, malformed={"count"}) == {"sku": "A", "supplier_id": None}
