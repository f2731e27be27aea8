"""A process says what its public doors answer, so that the gateway can tell everybody."""

import httpx

from libs.common.tests.http.shop import pos_door, shop_app
from libs.testing.asgi import asgi_client
from libs.testing.tokens import Tokens


async def test_the_documents_of_both_public_doors_are_there(client: httpx.AsyncClient) -> None:
    documents = (await client.get("/openapi.json")).json()
    assert set(documents) == {"pos", "store"}
    assert documents["pos"]["servers"] == [{"url": "/api"}]
    assert documents["store"]["servers"] == [{"url": "/"}]


async def test_a_door_that_a_service_does_not_have_is_null(tokens: Tokens) -> None:
    async with asgi_client(shop_app(tokens, doors=(pos_door(),))) as client:
        documents = (await client.get("/openapi.json")).json()
    assert documents["pos"]["paths"]
    assert documents["store"] is None


async def test_who_has_the_document_already_does_not_get_it_again(client: httpx.AsyncClient) -> None:
    first = await client.get("/openapi.json")
    again = await client.get("/openapi.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    other = await client.get("/openapi.json", headers={"If-None-Match": '"another"'})
    assert other.json() == first.json()
