"""Clients of a small service with all three doors."""

import io
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest
import structlog

from libs.common.logs import configure_logging
from libs.common.tests.http.shop import shop_app
from libs.testing.tokens import Tokens

Lines = Callable[[], list[dict[str, Any]]]
AsgiClient = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture
async def client(asgi_client: AsgiClient, tokens: Tokens) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the shop; POS under /api, STORE at the root, internal under /internal."""
    async with asgi_client(shop_app(tokens)) as client:
        yield client


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What was logged, parsed."""
    root = logging.getLogger()
    before, level = root.handlers, root.level
    stream = io.BytesIO()
    configure_logging("shop", "INFO", stream=stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers, root.level = before, level
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()
