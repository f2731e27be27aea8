"""`JsonRoute` refuses a route that it could not call when it is declared; describes it when asked."""

from decimal import Decimal
from typing import Annotated

import pytest
from fastapi import BackgroundTasks, Cookie, Depends, Header, Response

from libs.common.http.idempotency import idempotent
from libs.common.http.pos import PosDoor
from libs.common.http.replies import reply


async def from_header(agent: Annotated[str, Header()]) -> str:
    return agent


def blocking() -> str:
    return "waited"


async def asks_for_a_header(agent: Annotated[str, Depends(from_header)]) -> Response:
    return reply(agent)


async def asks_for_a_cookie(session: Annotated[str, Cookie()]) -> Response:
    return reply(session)


async def asks_for_the_background(tasks: BackgroundTasks) -> Response:
    return reply(len(tasks.tasks))


async def asks_what_blocks(waited: Annotated[str, Depends(blocking)]) -> Response:
    return reply(waited)


def blocks() -> Response:
    return reply(None)


@idempotent
async def does_not_name_its_work() -> Response:
    return reply(None)


@pytest.mark.parametrize(
    ("endpoint", "why"),
    [
        (asks_for_a_header, "from_header asks for header_params"),
        (asks_for_a_cookie, "asks_for_a_cookie asks for cookie_params"),
        (asks_for_the_background, "asks for background_tasks_param_name"),
        (asks_what_blocks, "blocking is no coroutine function"),
        (does_not_name_its_work, "does_not_name_its_work is idempotent and asks for no OperationDep"),
        (blocks, "blocks is no coroutine function"),
    ],
)
def test_what_a_route_does_not_offer_cannot_be_asked_for(endpoint: object, why: str) -> None:
    with pytest.raises(AssertionError, match=why):
        PosDoor("door").get("/")(endpoint)  # type: ignore[type-var]  # one of them is wrong on purpose


def test_how_an_answer_looks_is_found_out_when_the_document_is_asked_for() -> None:
    door = PosDoor("shop")

    @door.get("/prices/", response_model=dict[str, Decimal])
    async def prices() -> Response:
        return reply({})

    (route,) = door.routes
    assert "response_field" not in vars(route)
    answer = door.openapi()["paths"]["/prices/"]["get"]["responses"]["200"]
    assert "additionalProperties" in answer["content"]["application/json"]["schema"]
