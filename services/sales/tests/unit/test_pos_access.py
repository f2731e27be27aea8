"""Each step at the till is open to the actors that its lifecycle names, and to no others."""

import pytest
from fastapi.routing import APIRoute

from libs.common.http.route_facts import RouteFacts
from libs.common.lifecycle import Actor, Step
from libs.testing.doors import client_at
from libs.testing.tokens import Tokens
from services.sales.api.pos.routes import pos
from services.sales.domain.lifecycles import LAYAWAYS, POS_ORDERS, SHIFTS, START_CHARGE, TILL_RETURNS

ROLES = {
    Actor.STAFF: {"OWNER", "ADMIN", "EMPLOYEE"},
    Actor.ADMIN: {"OWNER", "ADMIN"},
    Actor.BUYER: {"USER"},
    Actor.SYSTEM: set[str](),
}
NOT_BUILT = {START_CHARGE}


def steps_of(route: APIRoute) -> list[Step]:
    return [step for call in RouteFacts(route).dependencies for step in getattr(call, "steps", ())]


TAKING = [
    pytest.param(route, step, id=f"{route.path} {step.target}")
    for route in pos.routes
    if isinstance(route, APIRoute)
    for step in steps_of(route)
]


def test_every_step_of_a_person_is_taken_by_a_route() -> None:
    steps = (*POS_ORDERS.steps, *SHIFTS.steps, *TILL_RETURNS.steps, *LAYAWAYS.steps)
    of_persons = {step for step in steps if step.by != {Actor.SYSTEM}}
    assert {taking.values[1] for taking in TAKING} == of_persons - NOT_BUILT


@pytest.mark.parametrize(("route", "step"), TAKING)
@pytest.mark.parametrize("role", ["OWNER", "ADMIN", "EMPLOYEE", "USER"])
async def test_a_step_is_forbidden_to_all_but_its_actors(
    tokens: Tokens, route: APIRoute, step: Step, role: str
) -> None:
    async with client_at("sales", pos, tokens) as till:
        path = pos.mounted_at + route.path.format(order_id=1, shift_id=1, layaway_id=1)
        answer = await till.post(path, headers=tokens.bearer(role=role))
    assert (answer.status_code != 403) is any(role in ROLES[actor] for actor in step.by)
