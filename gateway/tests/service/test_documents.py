"""The API documents that a developer reads, of what services really say, and their pages."""

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from aiohttp import web

from gateway.documents import ApiDocuments
from libs.common.calls.session import HttpSession
from libs.common.contracts.asyncapi import asyncapi
from libs.common.errors import DomainError
from libs.common.http.refusals import MethodNotAllowed

ORDERS = {
    "info": {"title": "Orders"},
    "paths": {"/orders/": {"get": {"responses": {"200": {"description": "Fine"}}}}},
    "components": {"schemas": {}},
}


class Service:
    """A service on a real port that says what it answers."""

    def __init__(self) -> None:
        self.document: dict[str, Any] | None = {"pos": ORDERS, "store": None}
        self.asked = 0
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        self.asked += 1
        if self.document is None:
            return web.Response(status=503)
        if request.headers.get("If-None-Match") == '"the-first"':
            return web.Response(status=304)
        return web.json_response(self.document, headers={"ETag": '"the-first"'})


@pytest.fixture
async def sales() -> AsyncIterator[Service]:
    service = Service()
    app = web.Application()
    app.router.add_get("/openapi.json", service.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    service.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield service
    await runner.cleanup()


@pytest.fixture
async def documents(sales: Service) -> AsyncIterator[ApiDocuments]:
    session = HttpSession()
    yield ApiDocuments({"sales": sales.url}, session)
    await session.close()


@pytest.fixture
async def client(documents: ApiDocuments) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=documents)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        yield client


async def pos(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.get("/api/docs/openapi.json")
    assert answer.headers["Content-Type"] == "application/json"
    document: dict[str, Any] = answer.json()
    return document


async def test_the_document_of_a_dialect_holds_what_its_services_say(
    documents: ApiDocuments, client: httpx.AsyncClient
) -> None:
    await documents.refresh()
    document = await pos(client)
    assert document["openapi"] == "3.1.0"
    assert set(document["paths"]) == {"/orders/"}
    assert document["servers"] == [{"url": "/api"}]
    assert "Not described" not in document["info"]["description"]
    store = (await client.get("/docs/openapi.json")).json()
    assert set(store["paths"]) == {"/", "/health"}


async def test_a_service_that_never_answered_is_left_out_and_named(
    sales: Service, documents: ApiDocuments, client: httpx.AsyncClient
) -> None:
    sales.document = None
    await documents.refresh()
    document = await pos(client)
    assert document["paths"] == {}
    assert "sales" in document["info"]["description"]


async def test_a_service_that_went_down_keeps_what_it_said(
    sales: Service, documents: ApiDocuments, client: httpx.AsyncClient
) -> None:
    await documents.refresh()
    sales.document = None
    await documents.refresh()
    assert set((await pos(client))["paths"]) == {"/orders/"}


async def test_what_has_not_changed_is_not_sent_again(
    sales: Service, documents: ApiDocuments, client: httpx.AsyncClient
) -> None:
    await documents.refresh()
    first = await client.get("/api/docs/openapi.json")
    await documents.refresh()
    again = await client.get("/api/docs/openapi.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (sales.asked, again.status_code) == (2, 304)


@pytest.mark.parametrize(
    ("page", "document"),
    [("/api/docs", "/api/docs/openapi.json"), ("/docs/", "/docs/openapi.json")],
)
async def test_a_page_shows_its_document_and_asks_no_other_host(
    page: str, document: str, documents: ApiDocuments, client: httpx.AsyncClient
) -> None:
    answer = await client.get(page)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert f'data-document="{document}"' in answer.text
    assert "script-src 'self';" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "<script>" not in answer.text
    asked_for = re.findall(r'(?:src|href)="([^"]+)"', answer.text)
    assert {"/docs/guide", "/api/docs", "/docs", "/events/docs"} <= set(asked_for)
    assert len(asked_for) == 10
    for path in asked_for:
        assert documents.has(path)
        assert (await client.get(path)).status_code == 200


async def test_the_page_of_events_links_only_what_is_here(
    documents: ApiDocuments, client: httpx.AsyncClient
) -> None:
    answer = await client.get("/events/docs/")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "<script" not in answer.text
    links = re.findall(r'(?:src|href)="([^"]+)"', answer.text)
    assert {"/events/asyncapi.json", "/docs/guide/events", "#sales.order_paid.v1"} <= set(links)
    assert all(documents.has(link) for link in links if not link.startswith("#"))
    parts = {link.removeprefix("#") for link in links if link.startswith("#")}
    assert parts <= set(re.findall(r'id="([^"]+)"', answer.text))


async def test_the_document_of_events_is_that_of_the_contracts(client: httpx.AsyncClient) -> None:
    answer = await client.get("/events/asyncapi.json")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == asyncapi()
    again = await client.get("/events/asyncapi.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


async def test_other_paths_are_not_answered_here(documents: ApiDocuments) -> None:
    assert documents.has("/api/docs/")
    assert not documents.has("/api/orders/")
    assert not documents.has("/docs/assets/../../settings.py")


async def test_documents_are_only_read(client: httpx.AsyncClient) -> None:
    with pytest.raises(DomainError) as refusal:
        await client.post("/docs")
    assert isinstance(refusal.value, MethodNotAllowed)
    assert refusal.value.allowed == ["GET", "HEAD"]
