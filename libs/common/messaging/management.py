"""RabbitMQ's management API: users, permissions and queues at the broker, over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any, TypeAlias
from urllib.parse import quote

import aiohttp
import orjson
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential
from yarl import URL

from libs.common.commands import CommandFailed
from libs.common.messaging.cli import BrokerSettings
from libs.common.messaging.definitions import Definition, Definitions

REQUEST_SECONDS = 10
ATTEMPTS_MAX = 4
WAIT_SECONDS_MAX = 2
PORTS = {"amqp": ("http", 15672), "amqps": ("https", 15671)}

Json: TypeAlias = Any  # parsed JSON of the API; the caller knows its shape


class ManagementSettings(BrokerSettings):
    """The broker of a command that manages it."""

    amqp_management_url: str = ""
    """Like `http://127.0.0.1:15672`; if it is empty, the usual port at the host of `AMQP_URL`."""


class BrokerRefuses(CommandFailed):
    """The broker does not do what it was asked for, as it is now."""


class _NotNow(Exception):
    """The broker did not answer, or could not do it now."""


class Management:
    """The API for one virtual host.

    Each request has a deadline of 10 s and is repeated a few times if the broker does not answer, which does
    no harm: all of them put or delete something named. Every method raises `CommandFailed` with one line.
    """

    def __init__(self, session: aiohttp.ClientSession, url: str, vhost: str) -> None:
        self._session = session
        self.url = url.rstrip("/")
        self.vhost = vhost

    async def find(self, *path: str, **query: str) -> Json:
        """The resource, or None if it does not exist."""
        return await self._request("GET", path, query=query)

    async def put(self, body: Definition, *path: str) -> None:
        """Make something, or change it to this."""
        await self._request("PUT", path, body=body)

    async def delete(self, *path: str) -> None:
        """Delete something, if it is there."""
        await self._request("DELETE", path)

    async def apply(self, wanted: Definitions) -> None:
        """Make all this at the broker; what is there and the same stays. Rights come last."""
        for each in wanted.get("users", []):
            await self.put(each, "users", each["name"])
        for each in wanted.get("exchanges", []):
            await self.put(each, "exchanges", self.vhost, each["name"])
        for each in wanted.get("policies", []):
            await self.put(each, "policies", self.vhost, each["name"])
        for each in wanted.get("queues", []):
            await self.put(each, "queues", self.vhost, each["name"])
        for each in wanted.get("bindings", []):
            await self.bind(each)
        for each in wanted.get("permissions", []):
            await self.put(each, "permissions", self.vhost, each["user"])
        for each in wanted.get("topic_permissions", []):
            await self.put(each, "topic-permissions", self.vhost, each["user"])

    async def bind(self, binding: Definition) -> None:
        """Bind a queue; once is enough, however often it is done."""
        await self._request("POST", _between(self.vhost, binding), body=binding)

    async def unbind(self, binding: Definition) -> None:
        """Undo a binding, as the API lists it."""
        await self.delete(*_between(self.vhost, binding), binding["properties_key"])

    async def _request(
        self,
        method: str,
        path: tuple[str, ...],
        *,
        query: dict[str, str] | None = None,
        body: Definition | None = None,
    ) -> Json:
        try:
            async for attempt in AsyncRetrying(
                retry=retry_if_exception_type(_NotNow),
                stop=stop_after_attempt(ATTEMPTS_MAX),
                wait=wait_random_exponential(multiplier=0.2, max=WAIT_SECONDS_MAX),
                reraise=True,
            ):
                with attempt:
                    return await self._attempt(method, path, query or {}, body)
        except _NotNow as failure:
            raise CommandFailed(
                f"RabbitMQ's management API at {self.url}: {failure}. Is its plugin enabled "
                "(rabbitmq-plugins enable rabbitmq_management), is AMQP_MANAGEMENT_URL right?"
            ) from failure
        raise AssertionError("every attempt returns or raises")

    async def _attempt(
        self, method: str, path: tuple[str, ...], query: dict[str, str], body: Definition | None
    ) -> Json:
        address = URL(f"{self.url}/api/{'/'.join(quote(part, safe='') for part in path)}", encoded=True)
        data = None if body is None else orjson.dumps(body)
        try:
            async with self._session.request(method, address.update_query(query), data=data) as answer:
                return _content(method, answer.status, await answer.read())
        except TimeoutError as error:
            raise _NotNow(f"no answer in {REQUEST_SECONDS} s") from error
        except aiohttp.ClientError as error:
            raise _NotNow(str(error) or type(error).__name__) from error


def _content(method: str, status: int, text: bytes) -> Json:
    if status == HTTPStatus.NOT_FOUND and method in ("GET", "DELETE"):
        return None
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        raise CommandFailed("RabbitMQ does not let this login manage it: AMQP_URL needs the administrator's")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise _NotNow(f"status {status}")
    if status >= HTTPStatus.BAD_REQUEST:
        raise BrokerRefuses(f"RabbitMQ refuses: {_reason(text)}")
    return orjson.loads(text) if text else None


def _reason(text: bytes) -> str:
    try:
        return str(orjson.loads(text)["reason"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return text.decode(errors="replace")


def _between(vhost: str, binding: Definition) -> tuple[str, ...]:
    return ("bindings", vhost, "e", binding["source"], "q", binding["destination"])


@asynccontextmanager
async def connected_management(settings: ManagementSettings) -> AsyncIterator[Management]:
    """The management API of the broker in AMQP_URL, with the login that stands there."""
    amqp = URL(settings.amqp_url)
    scheme, port = PORTS.get(amqp.scheme, PORTS["amqp"])
    url = settings.amqp_management_url or str(URL.build(scheme=scheme, host=amqp.host or "", port=port))
    async with aiohttp.ClientSession(
        headers={
            "Authorization": aiohttp.encode_basic_auth(amqp.user or "guest", amqp.password or "guest"),
            "Content-Type": "application/json",
        },
        timeout=aiohttp.ClientTimeout(total=REQUEST_SECONDS),
    ) as session:
        yield Management(session, url, amqp.path[1:] or "/")
