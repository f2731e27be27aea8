"""Reads bodies as JSON whatever their content type, up to a limit; a 401 goes before an error in the body."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from fastapi import Request
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope

from libs.common.http.refusals import BodyTooLarge, MalformedJson

MIB = 1024 * 1024
BODY_LIMIT_BYTES = MIB
BODY_TIMEOUT_SECONDS = 20.0
# An escape in JSON: a pair of surrogates, or one that is alone (the group), or any other.
ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
REPLACED = rb"\ufffd"

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def takes_lone_surrogates(endpoint: Endpoint) -> Endpoint:
    """Has a route read halves of a character, as a text that was cut has them, as U+FFFD.

    For a body that must not be refused whole; to all other routes it is no JSON.
    """
    endpoint.takes_lone_surrogates = True  # type: ignore[attr-defined]  # functions have it
    return endpoint


@dataclass(frozen=True, slots=True)
class Malformed:
    """Replaces a body that is no JSON until the caller has been authenticated (401 goes before 400)."""

    parser_error: str


class JsonRequest(Request):
    """A request whose body is JSON. A missing body counts as an empty object."""

    def __init__(self, scope: Scope, receive: Receive, *, limit_bytes: int) -> None:
        super().__init__(scope, receive)
        self._limit_bytes = limit_bytes
        self._content: bytes | None = None

    async def body(self) -> bytes:
        """The bytes of the body. Raises `BodyTooLarge` as soon as they exceed the limit."""
        if self._content is None:
            length = self.headers.get("content-length", "0")
            if not length.isdecimal():
                raise MalformedJson("Content-Length is not a number")
            if int(length) > self._limit_bytes:
                raise BodyTooLarge(self._limit_bytes)
            self._content = await self._read_in_time() or b"{}"
        return self._content

    async def json(self, *, has_lone_surrogates: bool = False) -> Any:
        """The parsed body; orjson refuses NaN and lone surrogates, which are replaced if it may have them."""
        content = await self.body()
        body = _parsed(content)
        if has_lone_surrogates and isinstance(body, Malformed):
            return _parsed(without_lone_surrogates(content))
        return body

    async def _read_in_time(self) -> bytes:
        try:
            async with asyncio.timeout(BODY_TIMEOUT_SECONDS):
                return await self._read()
        except (TimeoutError, ClientDisconnect) as error:
            raise MalformedJson("The body did not arrive") from error

    async def _read(self) -> bytes:
        content, more = bytearray(), True
        while more:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            content += message.get("body", b"")
            if len(content) > self._limit_bytes:
                raise BodyTooLarge(self._limit_bytes)
            more = message.get("more_body", False)
        return bytes(content)


def without_lone_surrogates(content: bytes) -> bytes:
    """The JSON with U+FFFD in place of every surrogate that has no other half."""
    return ESCAPE.sub(lambda escape: REPLACED if escape[1] else escape[0], content)


def _parsed(content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        return Malformed(str(error))
