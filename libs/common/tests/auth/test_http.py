"""Routes say who may call them; everybody else is refused before the route runs."""

from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.requests import Request

from libs.common.auth.keys import SigningKey, StaticKeys, jwks
from libs.common.auth.service_tokens import ServiceTokenSigner, ServiceTokenVerifier
from libs.common.auth.tokens import TokenSigner, TokenVerifier
from libs.common.errors import Forbidden, Unauthenticated
from libs.common.http.callers import (
    authenticate,
    calling_service,
    maybe_authenticate,
    require_admin,
    require_staff,
)

NOW = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
KEY = SigningKey.generate("a")
SALES = SigningKey.generate("sales")
ALLOWED = {
    require_staff: {"OWNER", "ADMIN", "EMPLOYEE"},
    require_admin: {"OWNER", "ADMIN"},
}


def a_request(authorization: str | None = None) -> Request:
    keys = StaticKeys(jwks([KEY]))
    state: dict[str, Any] = {
        "verifier": TokenVerifier(keys, issuer="i", audience="a", clock=lambda: NOW),
        "service_verifier": ServiceTokenVerifier("catalog", StaticKeys(jwks([SALES])), clock=lambda: NOW),
    }
    headers = [] if authorization is None else [(b"authorization", authorization.encode("latin-1"))]
    return Request({"type": "http", "headers": headers, "state": state})


def a_bearer(role: str = "EMPLOYEE") -> str:
    claims = {
        "user_id": 7,
        "username": "u",
        "email": "u@example.com",
        "role": role,
        "roles": [role.lower()],
        "sid": "1",
        "token_type": "access",
    }
    return f"Bearer {TokenSigner(KEY, issuer='i', audience='a').sign(claims, 60, NOW)}"


async def reason_of(request: Request) -> str:
    with pytest.raises(Unauthenticated) as refusal:
        await authenticate(request)
    return refusal.value.reason


async def test_a_bearer_token_is_looked_up_once_per_request() -> None:
    request = a_request(a_bearer())
    assert await authenticate(request) is await authenticate(request)


@pytest.mark.parametrize("header", [None, "", "Basic dTpw", "token"])
async def test_a_request_without_a_bearer_token_misses_it(header: str | None) -> None:
    assert await reason_of(a_request(header)) == "missing"


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer x", "Bearer \xff\x00"])
async def test_a_bad_token_is_invalid(header: str) -> None:
    assert await reason_of(a_request(header)) == "invalid"


async def test_the_scheme_is_read_in_any_letter_case() -> None:
    assert (await authenticate(a_request(a_bearer().replace("Bearer", "bearer")))).user_id == 7


@pytest.mark.parametrize("role", ["OWNER", "ADMIN", "EMPLOYEE", "USER"])
@pytest.mark.parametrize("permission", ALLOWED, ids=lambda permission: permission.__name__)
async def test_a_role_is_let_in_where_it_belongs(permission: Any, role: str) -> None:
    request = a_request(a_bearer(role))
    if role in ALLOWED[permission]:
        assert (await permission(request)).role == role
    else:
        with pytest.raises(Forbidden):
            await permission(request)


@pytest.mark.parametrize("header", [None, "", "Basic dTpw", "token"])
async def test_a_route_may_do_without_a_user(header: str | None) -> None:
    assert await maybe_authenticate(a_request(header)) is None


async def test_a_bad_token_is_refused_even_where_none_is_needed() -> None:
    with pytest.raises(Unauthenticated):
        await maybe_authenticate(a_request("Bearer x"))


async def test_a_service_is_known_by_its_token() -> None:
    token = ServiceTokenSigner("sales", SALES.pem(), clock=lambda: NOW).token_for("catalog")
    assert await calling_service(a_request(f"Bearer {token}")) == "sales"


async def test_a_user_is_no_service() -> None:
    with pytest.raises(Unauthenticated):
        await calling_service(a_request(a_bearer("OWNER")))
