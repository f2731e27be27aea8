"""A request goes to the service that it is for."""

import pytest
from starlette.types import Message

from gateway.bodies import Body
from gateway.upstreams import Question, Upstream
from libs.testing.moving_name import FORMER, NEW, answers_around_a_move

pytestmark = pytest.mark.unit


async def test_a_service_that_has_moved_is_found_though_another_has_its_former_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    upstreams: list[Upstream] = []

    async def ask(url: str) -> str:
        if not upstreams:
            upstreams.append(Upstream("sales", url, requests_max=1))
            await upstreams[0].open()
        question = Question("GET", "/", [], await empty(), seconds=1, is_from_staff=True)
        return await (await upstreams[0].ask(question)).text()

    assert await answers_around_a_move(monkeypatch, ask) == [FORMER, NEW]
    await upstreams[0].close()


async def empty() -> Body:
    async def receive() -> Message:
        return {"type": "http.request"}

    body = Body(receive, 1)
    await body.read({"headers": []})
    return body
