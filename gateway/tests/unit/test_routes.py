"""Every path of the contract has its service; no other path is routed."""

import pytest

from gateway.routes import ROUTES, is_pos, route_of

DOCUMENTED = {
    "/api/auth/login/": "auth",
    "/api/auth/refresh/": "auth",
    "/api/users/": "auth",
    "/api/users/me/": "auth",
    "/api/users/5/": "auth",
    "/api/sessions/": "auth",
    "/api/sessions/3/revoke/": "auth",
    "/api/suppliers/": "catalog",
    "/api/products/": "catalog",
    "/api/products/9/reserve/": "catalog",
    "/api/promotions/": "catalog",
    "/api/orders/": "sales",
    "/api/orders/102/pay/": "sales",
    "/api/customers/": "customers",
    "/api/customers/1/pay-credit/": "customers",
    "/api/chatbotusers/": "chatbot",
    "/api/chatbotusers/+521234567890/": "chatbot",
    "/api/chatbotusers/+52 (55) 1234.5678/": "chatbot",
    "/api/analytics/sales-summary/": "analytics",
    "/api/analytics/reports/low-stock/": "analytics",
    "/auth/register": "auth",
    "/auth/login": "auth",
    "/auth/users": "auth",
    "/auth/users/1/roles": "auth",
    "/products": "catalog",
    "/products/3": "catalog",
    "/sales/carts": "sales",
    "/sales/carts/1/items/1": "sales",
    "/sales/orders/1/cancel": "sales",
    "/sales/invoices": "sales",
    "/sales/returns": "sales",
    "/.well-known/jwks.json": "auth",
}


@pytest.mark.parametrize(("path", "service"), DOCUMENTED.items())
def test_a_documented_path_goes_to_its_service(path: str, service: str) -> None:
    route = route_of(path)
    assert route is not None
    assert route.service == service


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/api",
        "/api/",
        "/internal/allocations/1",
        "/api/internal/allocations/1",
        "/api/../internal/orders/1",
        "/api/products/../../internal/orders/1",
        "/api/products/./1/",
        "//api/products/",
        "/api//products/",
        "/api/products\\..\\",
        "/api/products/\x00/",
        "/metrics",
        "/apiproducts",
        "/productsecret",
        "/.well-known/other",
        "/.well-known/../internal",
        "/api/auth",
        "/auth",
        "/sales",
        "/openapi.json",
        "/readyz",
        "/Internal/orders/1",
        "/API/orders/",
        "/api/Orders/",
        "/api/products/%2e%2e/",
        "/api/products;x=1/",
        "/api/products/1;v=1/",
        "/api/products/..;/internal",
        "/api/products/\ufffd/",
        "/api/products/1/.hidden",
        "/api/products/1\n",
        "api/products/",
        "http://sales/api/orders/",
        "*",
        "",
    ],
)
def test_no_other_path_is_routed(path: str) -> None:
    assert route_of(path) is None


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/api/auth/login/", "POST"),
        ("/auth/register", "POST"),
        ("/auth/login", "POST"),
        ("/products", "GET"),
        ("/products/1", "GET"),
        ("/.well-known/jwks.json", "GET"),
    ],
)
def test_public_paths_need_no_token(path: str, method: str) -> None:
    route = route_of(path)
    assert route is not None
    assert method in route.open_to_all


@pytest.mark.parametrize(
    ("path", "method"),
    [("/products", "POST"), ("/products/1", "DELETE"), ("/auth/users", "GET"), ("/api/users/me/", "GET")],
)
def test_everything_else_needs_one(path: str, method: str) -> None:
    route = route_of(path)
    assert route is not None
    assert method not in route.open_to_all


def test_only_the_login_and_public_reads_are_open() -> None:
    assert {route.prefix for route in ROUTES if route.open_to_all} == {
        "/api/auth/login",
        "/api/auth/refresh",
        "/auth/register",
        "/auth/login",
        "/products",
        "/.well-known/jwks.json",
    }


def test_nothing_is_open_by_a_method_that_is_not_there() -> None:
    assert all(route.open_to_all <= route.methods for route in ROUTES)


@pytest.mark.parametrize(("path", "pos"), [("/api", True), ("/api/orders/", True), ("/apis", False)])
def test_the_prefix_tells_the_dialect(path: str, *, pos: bool) -> None:
    assert is_pos(path) is pos
