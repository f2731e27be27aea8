"""`ETag`, `If-Match` and `If-None-Match` (contract §3)."""

from collections.abc import AsyncIterator

import pytest
from fastapi import Request, Response
from httpx import ASGITransport, AsyncClient

from libs.common.http.door import Door
from libs.common.http.pos import PosDoor
from libs.common.http.preconditions import IfMatch, reply_version, versioned
from libs.common.http.replies import reply
from libs.common.http.store import StoreDoor
from libs.common.row_versions import ChangedMeanwhile, Expected

pytestmark = pytest.mark.unit

VERSION = "741"
THING = {"id": 1, "name": "Coca Cola"}


def declare(door: Door, end: str = "") -> Door:
    """A door with one resource."""

    @door.get("/thing" + end)
    @versioned
    async def find(request: Request) -> Response:
        return reply_version(THING, VERSION, request=request)

    @door.put("/thing" + end)
    @versioned
    async def change(expected: IfMatch) -> Response:
        expected.check(VERSION)
        return reply_version(THING, VERSION)

    @door.delete("/thing" + end)
    async def delete(expected: IfMatch) -> Response:
        expected.check(VERSION)
        return reply(None, 204)

    return door


@pytest.fixture
async def till() -> AsyncIterator[AsyncClient]:
    transport = ASGITransport(app=declare(PosDoor("shop"), "/"))
    async with AsyncClient(transport=transport, base_url="http://shop") as client:
        yield client


@pytest.fixture
async def etag(till: AsyncClient) -> str:
    return (await till.get("/thing/")).headers["ETag"]


async def test_the_answer_of_a_change_has_the_etag_of_the_detail(till: AsyncClient, etag: str) -> None:
    assert (await till.put("/thing/")).headers["ETag"] == etag
    assert etag.startswith(f'"{VERSION}-')


async def test_no_proxy_may_change_the_bytes_of_the_detail_and_so_weaken_its_etag(till: AsyncClient) -> None:
    assert (await till.get("/thing/")).headers["Cache-Control"] == "no-store, no-transform"


@pytest.mark.parametrize("header", ["{etag}", '"1-ff", {etag}', "*", '"741-of another answer"'])
async def test_the_version_or_a_star_permits_a_change(till: AsyncClient, etag: str, header: str) -> None:
    headers = {"If-Match": header.format(etag=etag)}
    assert (await till.put("/thing/", headers=headers)).status_code == 200
    assert (await till.delete("/thing/", headers=headers)).status_code == 204


async def test_the_version_may_stand_in_a_second_line(till: AsyncClient, etag: str) -> None:
    answer = await till.put("/thing/", headers=[("If-Match", '"1-ff"'), ("If-Match", etag)])
    assert answer.status_code == 200


@pytest.mark.parametrize("header", ['"740-ff"', "W/{etag}", "741", "", '""', '"7411-ff"', "rubbish"])
async def test_another_a_weak_and_an_unreadable_tag_refuse_the_change(
    till: AsyncClient, etag: str, header: str
) -> None:
    headers = {"If-Match": header.format(etag=etag)}
    refusal = (412, {"detail": "The resource was changed meanwhile."})
    for method in ("PUT", "DELETE"):
        answer = await till.request(method, "/thing/", headers=headers)
        assert (answer.status_code, answer.json()) == refusal


async def test_the_web_shop_says_it_in_its_dialect() -> None:
    transport = ASGITransport(app=declare(StoreDoor("shop")))
    async with AsyncClient(transport=transport, base_url="http://shop") as web:
        answer = await web.put("/thing", headers={"If-Match": '"1-ff"'})
    assert (answer.status_code, answer.json()) == (412, {"error": "The resource was changed meanwhile"})


@pytest.mark.parametrize("header", ["{etag}", "W/{etag}", '"1-ff", {etag}', "*"])
async def test_a_caller_that_has_the_detail_gets_304(till: AsyncClient, etag: str, header: str) -> None:
    answer = await till.get("/thing/", headers={"If-None-Match": header.format(etag=etag)})
    assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", etag)


async def test_tags_in_several_header_lines_are_one_list(till: AsyncClient, etag: str) -> None:
    lines = [("If-None-Match", '"another"'), ("If-None-Match", etag)]
    assert (await till.get("/thing/", headers=lines)).status_code == 304


async def test_another_answer_of_the_same_version_is_sent(till: AsyncClient) -> None:
    answer = await till.get("/thing/", headers={"If-None-Match": f'"{VERSION}-of another answer"'})
    assert (answer.status_code, answer.json()) == (200, THING)


def test_any_version_is_expected_unless_some_are_named() -> None:
    Expected().check("7")
    Expected(frozenset({"7"})).check("7")
    with pytest.raises(ChangedMeanwhile):
        Expected(frozenset()).check("7")


def test_the_document_tells_of_the_headers() -> None:
    paths = declare(PosDoor("shop"), "/").openapi()["paths"]["/thing/"]
    assert [each["name"] for each in paths["get"]["parameters"]] == ["If-None-Match"]
    assert [each["name"] for each in paths["put"]["parameters"]] == ["If-Match"]
    assert set(paths["get"]["responses"]) >= {"200", "304"}
    assert "ETag" in paths["get"]["responses"]["200"]["headers"]
    assert "412" in paths["put"]["responses"]
    assert "412" in paths["delete"]["responses"]
