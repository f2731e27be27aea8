"""Reads the owners' exports, page by page."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from typing import TypeVar

from libs.common.calls.client import ServiceClient
from libs.common.contracts.event import Payload
from libs.common.contracts.internal.exports import ExportPage, export_path
from libs.common.patience import while_unavailable

PAGE_SECONDS = 20.0
# An owner whose pods are replaced, or whose database fails over, answers again by then.
PATIENCE_SECONDS = 60.0

Item = TypeVar("Item", bound=Payload)


class OwnersExports:
    """Implements `usecases.ports.Exports`. `patience`: for how many seconds an owner may be away."""

    def __init__(self, clients: Mapping[str, ServiceClient], *, patience: float = PATIENCE_SECONDS) -> None:
        self._clients = clients
        self._patience = patience

    async def pages(self, owner: str, export: str, model: type[Item]) -> AsyncGenerator[list[Item], None]:
        """See `Exports.pages`. The next page is fetched while one is used."""
        client = self._clients[owner]
        upcoming = self._begin(client, export, after=0)
        try:
            while (place := (page := await upcoming)["next"]) is not None:
                upcoming = self._begin(client, export, after=place)
                yield [model.model_validate(item) for item in page["items"]]
        finally:
            upcoming.cancel()

    def _begin(self, owner: ServiceClient, export: str, *, after: int) -> "asyncio.Task[ExportPage[object]]":
        page = self._fetch(owner, export_path(export, after=after))
        return asyncio.get_running_loop().create_task(page)

    async def _fetch(self, owner: ServiceClient, path: str) -> ExportPage[object]:
        retrying = while_unavailable(self._patience)
        page: ExportPage[object] = await retrying(owner.get, path, timeout_seconds=PAGE_SECONDS)
        return page
