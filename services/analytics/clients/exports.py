"""Reads the owners' exports, page by page."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from typing import TypeVar

from libs.common.calls.client import ServiceClient
from libs.common.contracts.event import Payload
from libs.common.contracts.internal.exports import ExportPage, export_path

PAGE_SECONDS = 20.0

Item = TypeVar("Item", bound=Payload)


class OwnersExports:
    """Implements `usecases.ports.Exports`."""

    def __init__(self, clients: Mapping[str, ServiceClient]) -> None:
        self._clients = clients

    async def pages(self, owner: str, export: str, model: type[Item]) -> AsyncGenerator[list[Item], None]:
        """See `Exports.pages`. The next page is fetched while one is used."""
        client = self._clients[owner]
        upcoming = _fetch(client, export, after=0)
        try:
            while (place := (page := await upcoming)["next"]) is not None:
                upcoming = _fetch(client, export, after=place)
                yield [model.model_validate(item) for item in page["items"]]
        finally:
            upcoming.cancel()


def _fetch(owner: ServiceClient, export: str, *, after: int) -> "asyncio.Task[ExportPage[object]]":
    page = owner.get(export_path(export, after=after), timeout_seconds=PAGE_SECONDS)
    return asyncio.get_running_loop().create_task(page)
