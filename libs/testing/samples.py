"""Samples of internal calls in tests: sent to the real callee, or answered by a server in its place."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import orjson
from aiohttp import web
from aiohttp.test_utils import TestServer

from libs.common.calls.client import ServiceClient
from libs.common.calls.session import HttpSession
from libs.common.contracts.internal.endpoint import Endpoint
from libs.common.contracts.internal.samples import Reply, sample
from libs.testing.tokens import Tokens


async def ask(client: httpx.AsyncClient, endpoint: Endpoint, headers: dict[str, str]) -> Reply:
    """The callee's reply to the sample's request."""
    sampled = sample(endpoint)
    response = await client.request(endpoint.method, sampled.path, json=sampled.request, headers=headers)
    return Reply(response.status_code, response.json() if response.content else None)


@asynccontextmanager
async def answering(
    endpoint: Endpoint, tokens: Tokens, reply: Reply | None = None, *, caller: str
) -> AsyncIterator[ServiceClient]:
    """A client of a server that knows only the endpoint's sample.

    It answers the sample's request with the sample's reply or with `reply`, and any other request with 400.
    """
    sampled = sample(endpoint)

    async def respond(request: web.Request) -> web.Response:
        content = await request.read()
        told = (request.method, request.path_qs, orjson.loads(content) if content else None)
        expected = (endpoint.method, sampled.path, sampled.request)
        if told != expected:
            return web.json_response({"code": "not_the_sample", "details": {"asked": repr(told)}}, status=400)
        replied = reply or sampled.answer
        if replied.body is None:
            return web.Response(status=replied.status)
        return web.json_response(replied.body, status=replied.status)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", respond)
    session = HttpSession()
    async with TestServer(app, shutdown_timeout=0.1) as server:
        signer = tokens.service_signer(caller)
        try:
            yield ServiceClient(endpoint.callee, str(server.make_url("/")), signer, session)
        finally:
            await session.close()
