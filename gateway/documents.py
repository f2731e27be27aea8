"""Serves one OpenAPI document per dialect, merged from the documents of the services.

They are at `/api/docs/openapi.json` and `/docs/openapi.json`, their pages at `/api/docs` and `/docs`. The
pages of `pages.py` are answered here too. None of them needs a token.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson
import structlog
from starlette.types import Receive, Scope, Send

from gateway.about import READS
from gateway.introductions import pos_frame, store_frame
from gateway.merging import merge
from gateway.pages import pages
from libs.common.calls.session import HttpSession
from libs.common.http.refusals import MethodNotAllowed
from libs.common.process.documents import Document

FETCH_TIMEOUT_SECONDS = 5.0
REFRESH_SECONDS = 60.0
REFRESH_UNTIL_WHOLE_SECONDS = 2.0

Schema = dict[str, Any]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class PublicApi:
    """The merged document of one dialect (`name`): its frame, and the path that answers it."""

    name: str
    base: str
    path: str
    frame: Callable[[list[str]], Schema]


PUBLIC_APIS = (
    PublicApi("pos", "/api", "/api/docs/openapi.json", pos_frame),
    PublicApi("store", "", "/docs/openapi.json", store_frame),
)


@dataclass(frozen=True, slots=True)
class Described:
    """A service's documents and their ETag."""

    etag: str
    documents: Mapping[str, Schema | None]


class ApiDocuments:
    """The merged documents and their pages, updated in the background by `keep_fresh`.

    If a service does not answer, its last document is used; if it has never answered, the merged document
    lacks it and says so.
    """

    def __init__(self, upstreams: Mapping[str, str], session: HttpSession) -> None:
        self._upstreams = {service: address.rstrip("/") for service, address in upstreams.items()}
        self._session = session
        self._described: dict[str, Described] = {}
        self._answers = dict(pages())
        self._merge()

    def has(self, path: str) -> bool:
        """Whether this path is answered here, with or without a trailing slash."""
        return path.rstrip("/") in self._answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request for one of the paths. Raises `MethodNotAllowed`."""
        if scope["method"] not in READS:
            raise MethodNotAllowed(scope["method"], READS)
        await self._answers[scope["path"].rstrip("/")](scope, receive, send)

    async def keep_fresh(self) -> None:
        """Fetch the documents periodically, forever; more often while a service has never answered."""
        while True:
            await self.refresh()
            whole = len(self._described) == len(self._upstreams)
            await asyncio.sleep(REFRESH_SECONDS if whole else REFRESH_UNTIL_WHOLE_SECONDS)

    async def refresh(self) -> None:
        """Fetch every service's documents, and merge them again if any has changed."""
        changed = await asyncio.gather(*(self._ask(service) for service in self._upstreams))
        if any(changed):
            self._merge()

    async def _ask(self, service: str) -> bool:
        known = self._described.get(service)
        try:
            async with self._session.client.get(
                f"{self._upstreams[service]}/openapi.json",
                headers={"If-None-Match": known.etag} if known else None,
                timeout=aiohttp.ClientTimeout(total=FETCH_TIMEOUT_SECONDS),
                raise_for_status=True,
            ) as answer:
                if answer.status == 304:  # noqa: PLR2004 - a status is clearest as a number
                    return False
                described = Described(answer.headers.get("ETag", ""), orjson.loads(await answer.read()))
        except (aiohttp.ClientError, TimeoutError, ConnectionError, ValueError) as error:
            log.info("document_not_fetched", upstream=service, reason=str(error) or type(error).__name__)
            return False
        self._described[service] = described
        return True

    def _merge(self) -> None:
        missing = [service for service in self._upstreams if service not in self._described]
        for api in PUBLIC_APIS:
            documents = {
                service: document
                for service in self._upstreams
                if service in self._described
                and (document := self._described[service].documents.get(api.name)) is not None
            }
            merged = merge(documents, base=api.base, frame=api.frame(missing))
            self._answers[api.path] = Document(orjson.dumps(merged))
