"""Lists: pages, search, ordering, and the headers that lead on (contract §1)."""

from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
import pytest
from fastapi import Request

from libs.common.db.counts import Count
from libs.common.db.listing import ListQuery
from libs.common.db.pages import Page
from libs.common.http.lists import reply_list
from libs.testing.links import next_page

FIRST_PAGE = {"limit": 1000, "offset": 0, "search": "", "ordering": [], "status": None}


async def shown(client: httpx.AsyncClient, query: str) -> dict[str, Any]:
    response = await client.get(f"/api/orders/?{query}")
    assert response.status_code == 200
    page: dict[str, Any] = response.json()[0]
    return page


async def test_a_list_that_is_not_told_starts_at_its_beginning(client: httpx.AsyncClient) -> None:
    assert await shown(client, "") == FIRST_PAGE


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("limit=5&offset=10", {"limit": 5, "offset": 10}),
        ("limit=1001", {"limit": 1000}),
        ("limit=99999999999999999999999", {"limit": 1000}),
        ("search=%20agua%20mineral%20", {"search": "agua mineral"}),
        ("search=", {"search": ""}),
        ("ordering=-name,id", {"ordering": [["name", True], ["id", False]]}),
        ("ordering=price,-id", {"ordering": [["id", True]]}),
        ("ordering=id,-id", {"ordering": [["id", False]]}),
        ("status=PAID&other=x", {"status": "PAID"}),
        ("limit=5&limit=7", {"limit": 7}),
    ],
)
async def test_a_list_shows_what_was_asked_for(
    client: httpx.AsyncClient, query: str, expected: dict[str, Any]
) -> None:
    assert await shown(client, query) == {**FIRST_PAGE, **expected}


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("limit=0", {"limit": ["Ensure this value is greater than or equal to 1."]}),
        ("limit=-1", {"limit": ["Ensure this value is greater than or equal to 1."]}),
        ("limit=abc", {"limit": ["A valid integer is required."]}),
        ("limit=", {"limit": ["A valid integer is required."]}),
        ("limit=1.5", {"limit": ["A valid integer is required."]}),
        ("offset=-1", {"offset": ["Ensure this value is greater than or equal to 0."]}),
        ("offset=" + "9" * 30, {"offset": [f"Ensure this value is less than or equal to {2**63 - 1}."]}),
        ("status=LOST", {"status": ['"LOST" is not a valid choice.']}),
        ("count=usual", {"count": ['"usual" is not a valid choice.']}),
        ("count=", {"count": ['"" is not a valid choice.']}),
        ("search=a%00b", {"non_field_errors": ["Null characters are not allowed."]}),
        ("search=" + "a" * 256, {"search": ["Ensure this field has no more than 255 characters."]}),
        (
            "limit=x&offset=y",
            {"limit": ["A valid integer is required."], "offset": ["A valid integer is required."]},
        ),
    ],
)
async def test_a_bad_query_is_a_400_on_its_parameter(
    client: httpx.AsyncClient, query: str, errors: dict[str, list[str]]
) -> None:
    response = await client.get(f"/api/orders/?{query}")
    assert (response.status_code, response.json()) == (400, errors)


async def test_store_says_the_same_in_its_own_way(client: httpx.AsyncClient) -> None:
    response = await client.get("/orders?limit=0")
    message = "Ensure this value is greater than or equal to 1."
    assert (response.status_code, response.json()) == (
        400,
        {"error": message, "fields": {"limit": [message]}},
    )


@pytest.mark.parametrize(
    "query", ["search=%ff%fe", "search=%ED%A0%80", "search=%zz", "%00", "&&&=", "limit=%35"]
)
async def test_no_query_breaks_a_list(client: httpx.AsyncClient, query: str) -> None:
    assert (await client.get(f"/api/orders/?{query}")).status_code in {200, 400}


async def test_a_page_says_how_many_there_are_in_all(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/orders/?limit=10")).headers["x-total-count"] == "2500"


async def test_a_page_is_counted_as_asked_for_and_so_is_the_next(client: httpx.AsyncClient) -> None:
    response = await client.get("/api/orders/?limit=10&count=exact")
    assert response.headers["x-total-count"] == "2501"
    assert "x-total-count-exact" not in response.headers
    following = await client.get(urljoin(str(response.url), response.links["next"]["url"]))
    assert following.headers["x-total-count"] == "2501"


async def test_a_page_that_is_not_counted_says_no_number(client: httpx.AsyncClient) -> None:
    response = await client.get("/api/orders/?limit=10&count=none")
    assert not [header for header in response.headers if header.startswith("x-total-count")]
    assert response.links["next"]


async def test_a_page_that_the_caller_has_is_not_sent_again(client: httpx.AsyncClient) -> None:
    first = await client.get("/api/orders/?limit=10")
    headers = [("If-None-Match", '"some"'), ("If-None-Match", f'"other", W/{first.headers["etag"]}')]
    same = await client.get("/api/orders/?limit=10", headers=headers)
    assert (same.status_code, same.content) == (304, b"")
    for header in ("etag", "link", "x-total-count"):
        assert same.headers[header] == first.headers[header]
    assert (await client.get("/api/orders/?limit=11", headers=headers)).status_code == 200


def test_an_estimate_says_so() -> None:
    request = Request({"type": "http", "path": "/api/orders/", "query_string": b"", "headers": []})
    page: Page[int] = Page([], Count(200_000, is_exact=False))
    headers = reply_list(request, [], page, ListQuery()).headers
    assert (headers["x-total-count"], headers["x-total-count-exact"]) == ("200000", "false")


async def test_the_link_leads_to_the_next_page_of_the_same_list(client: httpx.AsyncClient) -> None:
    response = await client.get(
        "/api/orders/?limit=10&offset=20&search=agua %26 sal&status=PAID&ordering=-id"
    )
    url = response.links["next"]["url"]
    assert url.startswith("?")  # right for a client whose base URL has a path
    kept = parse_qs(url[1:])
    assert kept.pop("cursor")
    assert kept == {"limit": ["10"], "search": ["agua & sal"], "status": ["PAID"], "ordering": ["-id"]}
    following = await client.get(urljoin(str(response.url), url))
    assert following.json()[0] == {
        "limit": 10,
        "offset": 30,
        "search": "agua & sal",
        "ordering": [["id", True]],
        "status": "PAID",
    }


@pytest.mark.parametrize("path", ["/orders", "/orders/", "/api/orders", "/api/orders/"])
async def test_links_lead_through_the_whole_list(client: httpx.AsyncClient, path: str) -> None:
    url: str | None = f"{path}?limit=900"
    offsets = []
    while url:
        response = await client.get(url)
        offsets.append(response.json()[0]["offset"])
        url = next_page(response)
    assert offsets == [0, 900, 1800]


async def test_an_offset_counts_from_the_cursor(client: httpx.AsyncClient) -> None:
    url = next_page(await client.get("/orders?limit=900"))
    assert (await client.get(f"{url}&offset=5")).json()[0]["offset"] == 905


async def a_cursor(client: httpx.AsyncClient, query: str = "") -> str:
    response = await client.get(f"/api/orders/?limit=10&{query}")
    return parse_qs(response.links["next"]["url"][1:])["cursor"][0]


async def test_a_cursor_that_was_changed_in_any_place_is_refused(client: httpx.AsyncClient) -> None:
    cursor = await a_cursor(client)
    assert (await client.get("/api/orders/", params={"cursor": cursor})).status_code == 200
    for place, letter in enumerate(cursor):
        changed = cursor[:place] + ("B" if letter != "B" else "C") + cursor[place + 1 :]
        answer = await client.get("/api/orders/", params={"cursor": changed})
        assert (answer.status_code, answer.json()) == (400, {"cursor": ["Invalid cursor."]}), changed


@pytest.mark.parametrize("cursor", ["", "x", "====", "é", "AAAAAAAAAAAAAAAAAAAA", "null", "a" * 2000])
async def test_a_cursor_that_is_none_is_refused(client: httpx.AsyncClient, cursor: str) -> None:
    answer = await client.get("/orders", params={"cursor": cursor})
    assert (answer.status_code, answer.json()) == (
        400,
        {"error": "Invalid cursor.", "fields": {"cursor": ["Invalid cursor."]}},
    )


async def test_a_cursor_of_another_order_or_list_is_refused(client: httpx.AsyncClient) -> None:
    cursor = await a_cursor(client, "ordering=name")
    for url in ("/api/orders/", "/api/orders/?ordering=-name", "/orders?ordering=name"):
        answer = await client.get(url, params=httpx.QueryParams(urlsplit(url).query).set("cursor", cursor))
        assert answer.status_code == 400, url


async def test_a_bad_cursor_is_reported_with_a_bad_limit(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/orders/?limit=0&cursor=x")
    assert answer.json() == {
        "limit": ["Ensure this value is greater than or equal to 1."],
        "cursor": ["Invalid cursor."],
    }


@pytest.mark.parametrize("query", ["limit=1000&offset=1500", "offset=9000"])
async def test_the_last_page_has_no_link(client: httpx.AsyncClient, query: str) -> None:
    assert "link" not in (await client.get(f"/api/orders/?{query}")).headers
