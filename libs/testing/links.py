"""Follows the `Link` headers of lists, as a client does."""

from urllib.parse import urljoin

from httpx import AsyncClient, Response


def next_page(response: Response) -> str | None:
    """The URL of the next page; None after the last."""
    link = response.links.get("next")
    return urljoin(str(response.url), link["url"]) if link else None


async def rest_of(
    client: AsyncClient, response: Response, headers: dict[str, str] | None = None
) -> list[int]:
    """The ids on the pages after this one."""
    ids: list[int] = []
    while url := next_page(response):
        response = await client.get(url, headers=headers)
        assert response.is_success, response.text
        ids += [entry["id"] for entry in response.json()]
    return ids
