"""An answer that its route does not declare fails the test that meets it."""

import pytest
from starlette.responses import Response

from libs.common.errors import DomainError, NotFound, Refusals
from libs.common.http.described import refuses
from libs.testing.undeclared import Undeclared, watched


class Closed(DomainError):
    code = "closed"


class Full(DomainError):
    code = "full"


@watched
@refuses(Closed())
async def enter(refusal: DomainError) -> None:
    raise refusal


@pytest.mark.parametrize("refusal", [Closed(), NotFound(), Refusals([Closed(), NotFound()])])
async def test_a_route_may_refuse_as_it_declares_and_as_every_route_does(refusal: DomainError) -> None:
    with pytest.raises(type(refusal)):
        await enter(refusal=refusal)


@pytest.mark.parametrize("refusal", [Full(), Refusals([Closed(), Full()])])
async def test_any_other_refusal_is_undeclared(refusal: DomainError) -> None:
    with pytest.raises(Undeclared, match="enter: Full"):
        await enter(refusal=refusal)


async def answer(status: int) -> Response:
    return Response(status_code=status)


@pytest.mark.parametrize("status", [201, 304])
async def test_a_route_may_succeed_as_it_declares(status: int) -> None:
    assert (await watched(answer, succeeds=[201])(status=status)).status_code == status


async def test_any_other_success_is_undeclared() -> None:
    with pytest.raises(Undeclared, match="answer: 200"):
        await watched(answer, succeeds=[201])(status=200)
