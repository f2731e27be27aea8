"""The pages for people at the real gateway: headers, caches, and what is not there."""

import re

import httpx
import pytest

PAGES = ("/till/", "/owner/")
FOREVER = "public, max-age=31536000, immutable"


def files_named_by(page: httpx.Response) -> list[str]:
    return re.findall(r'(?:src|href)="([^"]+)"', page.text)


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_is_asked_for_again_and_its_files_never(path: str, client: httpx.AsyncClient) -> None:
    page = await client.get(path)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-cache")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    for file in files_named_by(page):
        answer = await client.get(file)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, FOREVER)
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", [*PAGES, "/till/sw.js", "/owner/sw.js"])
async def test_what_a_browser_has_is_not_sent_again(path: str, client: httpx.AsyncClient) -> None:
    first = await client.get(path)
    again = await client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", [*PAGES, "/till/sw.js", "/owner/sw.js"])
async def test_a_page_and_its_worker_have_a_strict_policy(path: str, client: httpx.AsyncClient) -> None:
    headers = (await client.get(path)).headers
    assert headers.get_list("Content-Security-Policy") == [headers["Content-Security-Policy"]]
    assert "require-trusted-types-for 'script'" in headers["Content-Security-Policy"]
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "serial=(self)" in headers["Permissions-Policy"]


async def test_a_page_for_the_worker_has_the_policy_too_and_is_kept(client: httpx.AsyncClient) -> None:
    page = await client.get("/till/")
    folder = re.match(r"/web/\w+", files_named_by(page)[0])
    assert folder is not None
    kept = await client.get(f"{folder[0]}/till/index.html")
    assert kept.content == page.content
    assert kept.headers["Content-Security-Policy"] == page.headers["Content-Security-Policy"]
    assert kept.headers["Cache-Control"] == FOREVER


@pytest.mark.parametrize("path", ["/till", "/owner"])
async def test_a_page_without_its_slash_is_sent_there(path: str, client: httpx.AsyncClient) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (308, f"{path}/")


@pytest.mark.parametrize(
    "path", ["/web/0123456789abcdef/till/main.js", "/web/", "/till/main.js", "/web/../gateway/settings.py"]
)
async def test_files_of_another_release_or_none_are_not_there(path: str, client: httpx.AsyncClient) -> None:
    assert (await client.get(path)).status_code == httpx.codes.NOT_FOUND


async def test_a_head_request_has_the_headers_of_a_get(client: httpx.AsyncClient) -> None:
    got, asked = await client.get("/till/"), await client.head("/till/")
    assert asked.status_code == httpx.codes.OK
    for name in ("ETag", "Content-Length", "Content-Type", "Cache-Control", "Content-Encoding"):
        assert asked.headers[name] == got.headers[name]


async def test_pages_are_only_read(client: httpx.AsyncClient) -> None:
    answer = await client.post("/till/")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(("accepted", "encoding"), [("gzip", "gzip"), ("identity", None)])
async def test_a_client_without_gzip_gets_the_same_page(
    accepted: str, encoding: str | None, client: httpx.AsyncClient
) -> None:
    answer = await client.get("/till/", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.text.startswith("<!doctype html>")
