"""Access to the POS door: staff only, and for each step of an order the actors in its lifecycle."""

import pytest
from httpx import AsyncClient

from libs.common.lifecycle import Actor, Step
from libs.testing.pos import ANONYMOUS, FORBIDDEN
from libs.testing.tokens import Tokens
from services.sales.domain.lifecycles import CANCEL, PAY
from services.sales.tests.builders import an_order, placed

ENDPOINTS = [
    ("POST", "/api/orders/"),
    ("GET", "/api/orders/"),
    ("GET", "/api/orders/1/"),
    ("POST", "/api/orders/1/pay/"),
    ("POST", "/api/orders/1/cancel/"),
]
ROLES = {
    Actor.STAFF: {"OWNER", "ADMIN", "EMPLOYEE"},
    Actor.ADMIN: {"OWNER", "ADMIN"},
    Actor.BUYER: {"USER"},
    Actor.SYSTEM: set[str](),
}


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
@pytest.mark.parametrize("body", [b"", b"{not json"])
async def test_anonymous_is_refused_before_the_body_is_read(
    till: AsyncClient, method: str, path: str, body: bytes
) -> None:
    del till.headers["Authorization"]
    answer = await till.request(method, path, content=body)
    assert (answer.status_code, answer.json()) == (401, ANONYMOUS)


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
async def test_a_bad_token_is_no_token(till: AsyncClient, method: str, path: str) -> None:
    answer = await till.request(method, path, headers={"Authorization": "Bearer nonsense"})
    assert (answer.status_code, answer.json()["code"]) == (401, "token_not_valid")


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
async def test_a_shopper_may_not_use_the_till(
    till: AsyncClient, tokens: Tokens, method: str, path: str
) -> None:
    answer = await till.request(method, path, headers=tokens.bearer(role="USER"))
    assert (answer.status_code, answer.json()) == (403, FORBIDDEN)


@pytest.mark.parametrize(("step", "path"), [(PAY, "/api/orders/1/pay/"), (CANCEL, "/api/orders/1/cancel/")])
@pytest.mark.parametrize("role", ["OWNER", "ADMIN", "EMPLOYEE", "USER"])
async def test_a_step_is_forbidden_to_all_but_its_actors(
    till: AsyncClient, tokens: Tokens, step: Step, path: str, role: str
) -> None:
    answer = await till.post(path, headers=tokens.bearer(role=role))
    assert (answer.status_code != 403) is any(role in ROLES[actor] for actor in step.by)


@pytest.mark.parametrize("role", ["OWNER", "ADMIN", "EMPLOYEE"])
async def test_every_member_of_staff_may_sell(till: AsyncClient, tokens: Tokens, role: str) -> None:
    answer = await till.post("/api/orders/", json=an_order(), headers=tokens.bearer(role=role, user_id=3))
    assert (answer.status_code, answer.json()["user"]) == (201, 3)


async def test_an_unknown_method_is_405(till: AsyncClient) -> None:
    await placed(till)
    answer = await till.delete("/api/orders/1/")
    assert (answer.status_code, answer.json()) == (405, {"detail": 'Method "DELETE" not allowed.'})


@pytest.mark.parametrize("path", ["/api/orders/1/refund/", "/sales/orders"])
async def test_paths_that_are_not_built_yet_are_404(till: AsyncClient, path: str) -> None:
    assert (await till.get(path)).status_code == 404
