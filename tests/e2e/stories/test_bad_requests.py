"""Bodies, paths and queries that make no sense, through the gateway."""

import pytest

from tests.e2e.shop import Shop
from tests.e2e.unknown_things import answers_about_unknown_things

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

REQUESTS_ABOUT_A_THING = 30
"""So many documented requests at least have a body about one thing."""
HOSTILE_BODIES = [
    b"{",
    b"[]",
    b"null",
    b'"text"',
    b"\xff\xfe",
    b'{"items": NaN}',
    b'{"items": [{"product_id": "\\ud800", "quantity": 1}]}',
    b'{"items": [{"product_id": 1e400, "quantity": 1}]}',
    b'{"items": [{"product_id": 99999999999999999999999, "quantity": 1}]}',
    b'{"items": [{"product_id": 1, "quantity": -1}]}',
    b'{"items": [{"product_id": 1, "quantity": 99999999999999999999999}]}',
    b'{"items": [' + b",".join([b'{"product_id": 1, "quantity": 1}'] * 10_000) + b"]}",
    b'{"name": "a\\u0000b", "sku": "\\u0000", "first_name": "\\u0000", "email": "\\u0000"}',
    b'{"name": {"a": 1}, "price": [], "sku": true, "customer": "x", "items": {}, "email": 5}',
    b'{"price": "-1", "current_stock": -5, "tax_rate": "99", "sku": "' + b"x" * 70_000 + b'"}',
    b"[" * 100_000,
]


@pytest.mark.parametrize("body", HOSTILE_BODIES, ids=lambda body: body[:40].decode("latin-1"))
def test_no_body_is_ever_a_server_error(shop: Shop, body: bytes) -> None:
    paths = (
        "orders",
        "products",
        "suppliers",
        "promotions",
        "customers",
        "users",
        "chatbotusers",
        "auth/login",
    )
    for path in (*(f"/api/{path}/" for path in paths), "/auth/login", "/auth/register"):
        answer = shop.owner.post(path, content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in {400, 401, 404}, f"{path}: {answer.status_code} {answer.text[:300]}"
        assert isinstance(answer.json(), dict)


def test_whatever_is_wrong_with_a_body_what_is_not_there_is_404(shop: Shop) -> None:
    told = answers_about_unknown_things(shop.owner)
    assert len(told) >= REQUESTS_ABOUT_A_THING
    assert {request: status for request, status in told.items() if status != 404} == {}


@pytest.mark.parametrize(
    "path",
    [
        "/api/orders/99999999999999999999999/",
        "/api/orders/-1/",
        "/api/orders/x/",
        "/api/products/%00/",
        "/api/products/%ff/",
        "/api/customers/0/",
        "/api/chatbotusers/%F0%9F%92%A9/",
        "/api/products/?limit=0",
        "/api/products/?offset=-1",
        "/api/products/?search=%00",
        "/api/orders/?status=%ff&customer=99999999999999999999",
        "/api/analytics/sales-summary/?start_date=2026-02-30",
        "/api/analytics/sales-summary/?start_date=%00",
        "/products/99999999999999999999999",
    ],
)
def test_no_path_or_query_is_ever_a_server_error(shop: Shop, path: str) -> None:
    answer = shop.owner.get(path)
    assert answer.status_code in {400, 404}, f"{answer.status_code} {answer.text[:300]}"
    assert isinstance(answer.json(), dict)
