"""Doors that are closed: to roles, ended sessions and callers from outside."""

import secrets

import pytest

from deploy.local.suite import LocalSuite
from libs.testing.pos import FORBIDDEN, NOT_FOUND
from tests.e2e.operators import operate
from tests.e2e.shop import Shop, made, new_password, open_door
from tests.e2e.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

OUT_WITHIN_SECONDS = 30
"""The contract says 1, which the gateway's own tests check; a machine that is busy takes longer."""
PUBLIC_WITHIN_SECONDS = 20
"""Also on a machine that is busy with other tests."""
ME = "/api/users/me/"
JWKS = "/.well-known/jwks.json"


def test_a_shopper_of_the_store_is_refused_at_the_till(suite: LocalSuite) -> None:
    mark = secrets.token_hex(4)
    login = {"username": f"shopper_{mark}", "password": new_password()}
    with open_door(suite.gateway_url) as client:
        registered = made(client.post("/auth/register", json={**login, "email": f"{mark}@example.com"}))
        assert registered["user"]["roles"] == ["user"]
        logged_in = client.post("/auth/login", json=login)
        assert logged_in.status_code == 200
        client.headers["Authorization"] = f"Bearer {logged_in.json()['token']}"
        for answer in (client.get("/api/orders/"), client.post("/api/products/", json={})):
            assert (answer.status_code, answer.json()) == (403, FORBIDDEN)


def test_whom_an_operator_logs_out_is_soon_out_at_the_door(suite: LocalSuite) -> None:
    mark = secrets.token_hex(4)
    login = {"username": f"shopper_{mark}", "password": new_password()}
    with open_door(suite.gateway_url) as client:
        made(client.post("/auth/register", json={**login, "email": f"{mark}@example.com"}))
        token = client.post("/auth/login", json=login).json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        assert client.get(ME).status_code == 200
        operate(suite, "admin", "revoke-sessions", "--email", f"{mark}@EXAMPLE.com")

        def is_out() -> None:
            answer = client.get(ME)
            assert (answer.status_code, answer.json()["code"]) == (401, "token_not_valid")

        eventually(is_out, within_seconds=OUT_WITHIN_SECONDS)


def test_a_new_key_is_public_within_seconds_and_nobody_is_logged_out(suite: LocalSuite, shop: Shop) -> None:
    with shop.cashier() as till:
        known = till.get(JWKS)
        assert till.get(JWKS, headers={"If-None-Match": known.headers["etag"]}).status_code == 304
        operate(suite, "keys", "rotate")

        def is_public() -> None:
            assert len(till.get(JWKS).json()["keys"]) == len(known.json()["keys"]) + 1

        eventually(is_public, within_seconds=PUBLIC_WITHIN_SECONDS)
        assert till.get("/api/orders/").status_code == 200


def test_a_cashier_does_not_see_the_analytics(shop: Shop) -> None:
    with shop.cashier() as cashier:
        answer = cashier.get("/api/analytics/sales-summary/")
    assert (answer.status_code, answer.json()) == (403, FORBIDDEN)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/nothing/", NOT_FOUND),
        ("/nothing", {"error": "Resource not found"}),
        ("/api/orders/1/nothing/", NOT_FOUND),
        ("/sales/nothing", {"error": "Resource not found"}),
        ("/internal/orders/5e9f0f4e-6f0e-4a9e-8d53-0a1f4c3d2b1a", {"error": "Resource not found"}),
        ("/api/internal/orders/5e9f0f4e-6f0e-4a9e-8d53-0a1f4c3d2b1a", NOT_FOUND),
    ],
)
def test_what_is_not_public_is_not_found_in_the_words_of_its_dialect(
    shop: Shop, path: str, body: dict[str, str]
) -> None:
    answer = shop.owner.get(path)
    assert (answer.status_code, answer.json()) == (404, body)
