"""Reads exports as analytics does, page by page."""

from typing import Any

from httpx import AsyncClient

from libs.common.contracts.internal.exports import EXPORT_LIMIT_MAX, export_path


async def page_of(
    client: AsyncClient,
    export: str,
    headers: dict[str, str],
    *,
    after: int = 0,
    limit: int = EXPORT_LIMIT_MAX,
) -> tuple[list[dict[str, Any]], int | None]:
    """The items of a page, and where the next one begins."""
    response = await client.get(export_path(export, after=after, limit=limit), headers=headers)
    response.raise_for_status()
    page = response.json()
    return page["items"], page["next"]


async def exported(
    client: AsyncClient, export: str, headers: dict[str, str], *, limit: int = EXPORT_LIMIT_MAX
) -> list[dict[str, Any]]:
    """All items, by pages of `limit`."""
    found: list[dict[str, Any]] = []
    place: int | None = 0
    while place is not None:
        items, place = await page_of(client, export, headers, after=place, limit=limit)
        assert len(items) <= limit
        found += items
    return found
