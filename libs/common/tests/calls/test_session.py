"""The connections of outgoing calls lead to the service that they name."""

import pytest

from libs.common.calls.session import HttpSession
from libs.testing.moving_name import FORMER, NEW, answers_around_a_move

pytestmark = pytest.mark.unit


async def test_a_service_that_has_moved_is_found_though_another_has_its_former_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = HttpSession()

    async def ask(url: str) -> str:
        async with session.client.get(url) as answer:
            return await answer.text()

    assert await answers_around_a_move(monkeypatch, ask) == [FORMER, NEW]
    await session.close()
