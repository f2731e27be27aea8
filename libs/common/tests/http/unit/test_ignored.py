"""A route ignores the fields of a body that its sender may not write."""

from collections.abc import Collection
from typing import Annotated, Any

import pytest
from fastapi import Response
from httpx import AsyncClient

from libs.common.auth.principal import Principal
from libs.common.http.callers import Staff
from libs.common.http.fields import Integer, Shape, Text
from libs.common.http.ignored import ignores
from libs.common.http.pos import PosDoor
from libs.common.http.replies import reply
from libs.common.unset import UNSET, Unset
from libs.testing.doors import client_at
from libs.testing.tokens import Tokens

pos = PosDoor("shop")


class ThingIn(Shape):
    name: Annotated[str, Text(max_length=5)]
    limit: Annotated[int | Unset, Integer(ge=0)] = UNSET


def _limit_from_others(who: Principal) -> Collection[str]:
    return () if who.is_admin else {"limit"}


@pos.post("/things/")
@ignores(_limit_from_others)
async def create_thing(body: ThingIn, who: Staff) -> Response:
    return reply(body.given())


async def sent(tokens: Tokens, role: str, body: Any) -> tuple[int, Any]:
    """The status and body of the answer to a user of that role."""
    async with client_at("shop", pos, tokens) as client:
        return await _sent(client, tokens.bearer(role=role), body)


async def _sent(client: AsyncClient, headers: dict[str, str], body: Any) -> tuple[int, Any]:
    answer = await client.post("/api/things/", json=body, headers=headers)
    return answer.status_code, answer.json()


async def test_a_sender_who_may_write_the_field_is_heard(tokens: Tokens) -> None:
    assert await sent(tokens, "ADMIN", {"name": "a", "limit": 5}) == (200, {"name": "a", "limit": 5})
    assert await sent(tokens, "ADMIN", {"name": "a", "limit": "x"}) == (
        400,
        {"limit": ["A valid integer is required."]},
    )


@pytest.mark.parametrize("limit", [5, "x", None, {}])
async def test_from_others_the_field_is_ignored_even_if_it_is_malformed(tokens: Tokens, limit: Any) -> None:
    assert await sent(tokens, "EMPLOYEE", {"name": "a", "limit": limit}) == (200, {"name": "a"})


async def test_it_is_not_reported_beside_other_fields(tokens: Tokens) -> None:
    assert await sent(tokens, "EMPLOYEE", {"name": "too long", "limit": "x"}) == (
        400,
        {"name": ["Ensure this field has no more than 5 characters."]},
    )


async def test_a_body_that_is_no_object_is_refused_as_ever(tokens: Tokens) -> None:
    assert (await sent(tokens, "EMPLOYEE", ["limit"]))[0] == 400


def test_a_route_that_does_not_know_its_sender_ignores_nothing() -> None:
    async def create(body: ThingIn) -> Response:
        return reply(body.given())

    with pytest.raises(AssertionError, match="takes no `who`"):
        ignores(_limit_from_others)(create)
